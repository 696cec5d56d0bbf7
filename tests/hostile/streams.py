# SPDX-License-Identifier: GPL-2.0-or-later
# Clients of stream:// and seqpacket:// that do not behave:
#
#	streams.py SEED STREAM SEQPACKET COUNT quiet   each way, COUNT times in an order that SEED decides
#	streams.py SEED STREAM SEQPACKET COUNT loud    those that send or are sent more than a port holds
#	streams.py SEED STREAM SEQPACKET COUNT undone  those that leave offloads undone, and lie of them
#
# STREAM and SEQPACKET are paths. Ends with 1 where the worker did not do what it must: it sends away
# who says what is no length, and nobody else, and serves the next one at once.
import array, os, random, select, socket, struct, sys, time

seed, stream_path, packet_path, count, kind = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
r = random.Random(seed)
FRAME_MAX = 69632
HELLO = b"\xff" * 6 + b"\2\0\0\0\0\x55\x88\xb5" + bytes(46)


def fail(text):
    print(f"streams: seed {seed}: {text}")
    sys.exit(1)


def connect(packets=False):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET if packets else socket.SOCK_STREAM)
    s.settimeout(60)
    s.connect(packet_path if packets else stream_path)
    return s


def framed(frame, length=None):
    return struct.pack("!I", len(frame) if length is None else length) + frame


def message(mark, size=60):
    """A frame to all, known by its mark."""
    return (HELLO[:14] + b"%016x" % mark).ljust(size, b"\0")


def sent_away(s, what):
    try:
        while s.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        fail(f"was not sent away: {what}")
    s.close()


def try_send(s, data):
    try:
        s.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


class Reader:
    """What comes on a stream, frame by frame; its framing must be right."""

    def __init__(self, s):
        self.s, self.rest = s, b""

    def frame(self, end):
        while len(self.rest) < 4 or len(self.rest) < 4 + struct.unpack("!I", self.rest[:4])[0]:
            if not select.select([self.s], [], [], max(0, end - time.monotonic()))[0]:
                return None
            more = self.s.recv(65536)
            if not more:
                fail("a good client was sent away")
            self.rest += more
        size = struct.unpack("!I", self.rest[:4])[0]
        if not 60 <= size <= 1522:
            fail(f"a length of {size} came")
        frame, self.rest = self.rest[4 : 4 + size], self.rest[4 + size :]
        return frame


def is_heard(s, what):
    """That what s sends is a frame: it comes to another one."""
    other = connect()
    reader = Reader(other)
    mark = r.getrandbits(63)
    # It is in when it hears its neighbour, who repeats itself.
    end = time.monotonic() + 60
    while time.monotonic() < end:
        s.sendall(framed(message(mark)) if s.type == socket.SOCK_STREAM else message(mark))
        wait = time.monotonic() + 0.2
        while frame := reader.frame(wait):
            if b"%016x" % mark in frame:
                other.close()
                return
    fail(f"was not heard: {what}")


# ---- each is one way ---------------------------------------------------------------------------


def wrong_lengths():
    s = connect()
    try_send(s, framed(message(1)) * r.randrange(3) + struct.pack("!I", r.choice([0, FRAME_MAX + 1, 1 << 31, 0xFFFFFFFF])) + r.randbytes(r.randrange(100)))
    sent_away(s, "a wrong length")


def another_protocol():
    s = connect()
    try_send(s, r.choice([b"GET / HTTP/1.0\r\n\r\n", b"\xce\xfa\xed\xfe\3\0\0\0" + bytes(200), b"\0" * 64, b"{\"execute\":\"quit\"}\n"]))
    sent_away(s, "another protocol")


def runts_and_giants():
    s = connect()
    for _ in range(20):
        size = r.choice([1, 13, 14, 59, 60, 1514, 1515, 9000, 65535, FRAME_MAX])
        try_send(s, framed((b"\xff" * 6 + bytes(6) + r.randbytes(size))[:size]))
    is_heard(s, "after runts and giants")
    s.close()


def cut_anywhere():
    s = connect()
    data = b"".join(framed(message(i, r.randrange(60, 1515))) for i in range(20))
    while data:
        n = r.choice([1, 2, 3, 4, 5, 60, 1000, 4000])
        s.sendall(data[:n])
        data = data[n:]
    is_heard(s, "after frames that were cut")
    s.close()


def cut_at_every_byte():
    s = connect()
    data = framed(message(1)) + framed(message(2, 70))
    for i in range(1, len(data)):
        s.sendall(data[:i])
        s.sendall(data[i:])
    is_heard(s, "after frames that were cut at every byte")
    s.close()


def closes_in_the_middle():
    s = connect()
    s.sendall(framed(message(1), 1514)[: r.randrange(1, 60)])
    s.close()


def never_ends_a_frame():
    s = connect()
    s.sendall(framed(message(1), r.choice([1514, 9000, FRAME_MAX])))
    other = connect()
    is_heard(other, "beside one that does not end its frame")
    other.close()
    s.close()


def half_closed():
    s = connect()
    s.shutdown(socket.SHUT_WR)
    sent_away(s, "half closed")


def passes_descriptors():
    """The caller counts those of the worker."""
    fds = [os.open("/dev/null", os.O_RDONLY) for _ in range(r.choice([1, 10, 250]))]
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
    for packets in (False, True):
        s = connect(packets)
        for _ in range(3):
            try:
                s.sendmsg([message(1) if packets else framed(message(1))], rights)
            except OSError:
                break  # newer kernels refuse what is not wanted
        is_heard(s, "after descriptors")
        s.close()
    for fd in fds:
        os.close(fd)


def packets_of_all_sizes():
    s = connect(True)
    for size in (1, 13, 14, 59, 60, 1514, 1515, 9000, 65535):
        try:
            s.send((b"\xff" * 6 + bytes(6) + r.randbytes(size))[:size])
        except OSError:
            pass  # more than the kernel lets an ordinary user send
    is_heard(s, "after packets of all sizes")
    s.close()


def an_empty_packet():
    s = connect(True)
    s.send(b"")
    sent_away(s, "an empty packet")


def many_connects():
    for _ in range(10):
        crowd = []
        for _ in range(100):
            s = socket.socket(socket.AF_UNIX)
            s.setblocking(False)
            try:
                s.connect(stream_path)
                if r.random() < 0.5:
                    s.send(r.randbytes(r.randrange(1, 200)))
            except OSError:
                pass  # its queue is full, or it was sent away
            crowd.append(s)
        for s in crowd:
            s.close()


def never_reads():
    silent = [connect(packets) for packets in (False, True) for _ in range(4)]
    talker = connect()
    for i in range(3000):
        talker.sendall(framed(message(i, 1514)))
    for s in silent + [talker]:
        s.close()


def reads_slowly():
    """It loses frames, and never where they begin."""
    slow, talker = connect(), connect()
    reader = Reader(slow)
    for i in range(3000):
        talker.sendall(framed(message(i, r.randrange(60, 1515))))
        if i % 50 == 0 and select.select([slow], [], [], 0)[0]:
            reader.rest += slow.recv(r.choice([1, 7, 1000]))
    while reader.frame(time.monotonic() + 1):
        pass
    if reader.rest:
        fail(f"{len(reader.rest)} bytes are left of a frame")
    is_heard(slow, "one that reads slowly")
    slow.close()
    talker.close()


def large_segment():
    """One of TCP in IPv4 or IPv6, without its checksum, with up to 64 KiB."""
    size = r.choice([0, 1, 100, 1460, 1461, 9000, 40000, 65400])
    tcp = struct.pack("!HHIIBBHHH", 7, 9, r.getrandbits(32), 1, 0x50, r.choice([0x10, 0x90, 0x12]), 500, r.getrandbits(16), 0) + bytes(size)
    if r.random() < 0.5:
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, r.choice([6, 17]), 0, b"\xc0\xa8\x69\x4d", b"\xc0\xa8\x69\x4e")
        return b"\xff" * 6 + HELLO[6:12] + b"\x08\x00" + ip + tcp
    ip = struct.pack("!IHBB16s16s", 6 << 28, len(tcp), r.choice([0, 6, 17, 44, 60]), 64, b"\xfe\x80" + bytes(14), b"\xfe\x80" + bytes(13) + b"\1")
    return b"\xff" * 6 + HELLO[6:12] + b"\x86\xdd" + ip + tcp


def completed(frame):
    """With the sum of the pseudo header, so that it is split, if nothing else is wrong."""
    l3, l4 = (frame[14:34], 34) if frame[12:14] == b"\x08\x00" else (frame[14:54], 54)
    sums = lambda data: sum(struct.unpack("!%dH" % (len(data) // 2), data))
    fold = lambda n: (n % 0xFFFF) or 0xFFFF
    pseudo = fold(sums(l3[12:20] if l4 == 34 else l3[8:40]) + 6 + len(frame) - l4)
    frame = frame[: l4 + 16] + struct.pack("!H", pseudo) + frame[l4 + 18 :]
    if l4 == 34:
        frame = frame[:24] + struct.pack("!H", 0xFFFF - fold(sums(l3[:10] + l3[12:]))) + frame[26:]
    return frame


def lies_about_offloads():
    for packets in (False, True):
        s, other = connect(packets), connect()
        reader = Reader(other)
        for _ in range(100):
            frame = bytearray(completed(large_segment()))
            for _ in range(r.choice([0, 0, 1, 1, 2, 5])):
                frame[r.randrange(12, min(len(frame), 100))] = r.randrange(256)
            frame = bytes(frame[: r.choice([len(frame), len(frame), r.randrange(1, len(frame))])])
            try_send(s, frame if packets else framed(frame))
            while reader.frame(time.monotonic() + 0.01):  # none is larger than the MTU
                pass
        is_heard(s, "after offloads that it left undone")
        s.close()
        other.close()


WAYS = {
    "quiet": [
        wrong_lengths, another_protocol, runts_and_giants, cut_anywhere, cut_at_every_byte, closes_in_the_middle, never_ends_a_frame, half_closed,
        passes_descriptors, packets_of_all_sizes, an_empty_packet, many_connects,
    ],
    "loud": [never_reads, reads_slowly],
    "undone": [lies_about_offloads, runts_and_giants, cut_anywhere, never_ends_a_frame, packets_of_all_sizes],
}  # fmt: skip
todo = WAYS[kind] * count
r.shuffle(todo)
for way in todo:
    began = time.monotonic()
    way()
    s = connect()
    is_heard(s, f"the next one after {way.__name__}")
    s.close()
    print(f"{way.__name__} {time.monotonic() - began:.2f} s", flush=True)
print(f"seed {seed}: {len(todo)} clients, and one after each that was served")
