# SPDX-License-Identifier: GPL-2.0-or-later
# An emulator that leaves offloads to others, frame by frame:
#
#	strippedframes.py stream|seqpacket PATH SIZE [MTU]
#
# One client sends another a small segment of TCP and one with SIZE bytes of payload, each in IPv4
# and IPv6, with nothing but the sum of the pseudo header for a checksum. With an MTU the other must
# get all bytes, in whole frames that fit; without, nothing that is whole.
import random, select, socket, struct, sys, time

from rawport import checksum

kind, path, size, mtu = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 0
HERE, THERE = b"\2\0\0\0\0\x77", b"\2\0\0\0\0\x78"
ADDRESSES = {
    4: [socket.inet_aton("192.168.105.77"), socket.inet_aton("192.168.105.78")],
    6: [socket.inet_pton(socket.AF_INET6, "fe80::77"), socket.inet_pton(socket.AF_INET6, "fe80::78")],
}


class Client:
    def __init__(self):
        self.s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM if kind == "stream" else socket.SOCK_SEQPACKET)
        self.s.connect(path)
        self.rest = b""

    def send(self, frame):
        self.s.sendall((struct.pack("!I", len(frame)) if kind == "stream" else b"") + frame)

    def receive(self, end):
        """The next frame, or None at the time end."""
        while True:
            if kind == "stream" and len(self.rest) >= 4:
                n = 4 + struct.unpack("!I", self.rest[:4])[0]
                if len(self.rest) >= n:
                    frame, self.rest = self.rest[4:n], self.rest[n:]
                    return frame
            if not select.select([self.s], [], [], max(0, end - time.monotonic()))[0]:
                return None
            data = self.s.recv(1 << 17)
            if not data:
                sys.exit("sent away")
            if kind != "stream":
                return data
            self.rest += data


def pseudo(version, length):
    return b"".join(ADDRESSES[version]) + struct.pack("!II" if version == 6 else "!HH", *((length, 6) if version == 6 else (6, length)))


def segment(version, seq, payload):
    tcp = struct.pack("!HHIIBBHHH", 7, 9, seq, 1, 0x50, 0x18, 500, 0, 0)
    partial = ~checksum(pseudo(version, len(tcp) + len(payload))) & 0xFFFF
    tcp = tcp[:16] + struct.pack("!H", partial) + tcp[18:] + payload
    if version == 4:
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), seq & 0xFFFF, 0x4000, 64, 6, 0, *ADDRESSES[4])
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    else:
        ip = struct.pack("!IHBB16s16s", 6 << 28, len(tcp), 6, 64, *ADDRESSES[6])
    return THERE + HERE + (b"\x08\x00" if version == 4 else b"\x86\xdd") + ip + tcp


def taken(frame, version, got):
    """Adds the payload of a frame whose checksum is right to what came before it."""
    ip, l4 = frame[14:], frame[34:] if version == 4 else frame[54:]
    length = struct.unpack("!H", ip[2:4] if version == 4 else ip[4:6])[0] - (20 if version == 4 else 0)
    l4 = l4[:length]
    if mtu and len(frame) > 14 + mtu:
        sys.exit(f"a frame of {len(frame)} bytes came")
    if checksum(pseudo(version, length) + l4) != 0 or (version == 4 and checksum(ip[:20]) != 0):
        return got
    if struct.unpack("!I", l4[4:8])[0] != len(got):
        sys.exit("a segment came in another's place")
    return got + l4[20:]


def run(version):
    sender, receiver = Client(), Client()
    data = random.Random(size).randbytes(100 + size)
    got, learned = b"", False
    # The other is known, so that frames to it come to it alone.
    hello = HERE + THERE + b"\x88\xb5" + bytes(46)
    sender.send(b"\xff" * 6 + HERE + b"\x88\xb5" + bytes(46))
    end = time.monotonic() + 30
    while not learned and time.monotonic() < end:
        receiver.send(hello)
        learned = any(iter(lambda: sender.receive(time.monotonic() + 0.1), None))
    sender.send(segment(version, 0, data[:100]))
    sender.send(segment(version, 100, data[100:]))
    marks = 0
    while marks < 1 and time.monotonic() < end:
        sender.send(THERE + HERE + b"\x88\xb6" + bytes(46))
        while frame := receiver.receive(time.monotonic() + 0.2):
            if frame[12:14] == (b"\x08\x00" if version == 4 else b"\x86\xdd") and frame[6:12] == HERE:
                got = taken(frame, version, got)
            marks += frame[12:14] == b"\x88\xb6"
    if mtu and got != data:
        sys.exit(f"IPv{version}: {len(got)} bytes came of {len(data)}")
    if not mtu and got:
        sys.exit(f"IPv{version}: {len(got)} bytes came")


for version in (4, 6):
    run(version)
