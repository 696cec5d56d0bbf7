# SPDX-License-Identifier: GPL-2.0-or-later
# Guests that make their own frames, at a locator, by libvdeplug. For tests:
#
#	rawguest.py LOCATOR send HEX...          sends frames, padded to 60 bytes
#	rawguest.py LOCATOR hold                 attaches, sends the frames of each line of stdin, says
#	                                         "sent", and is there until that ends
#	rawguest.py LOCATOR answer HEX TYPE      sends one, prints what comes of that EtherType
#	rawguest.py LOCATOR arp N [FIRST]        asks for the gateway 10.0.0.1 from N addresses in 10.0.0.0/8
#	rawguest.py LOCATOR neighbours N [FIRST] the same by neighbour solicitations to PREFIX::1
#	rawguest.py LOCATOR dhcp6 N MAC [FIRST]  N clients ask for a lease each, one DUID each; prints
#	                                         the addresses that they got
#	rawguest.py LOCATOR fragments GATEWAY-MAC N [KIND]  begins N datagrams in each family, and ends none,
#	                                         but by what the kernel drops: KIND version, header, long
#	rawguest.py LOCATOR connections GATEWAY-MAC MACS WAY N  sends the first packets of N connections (0: without
#	                                         end), from so many MAC addresses; WAY server, broadcast, tagged
#	rawguest.py LOCATOR dhcp CHADDR SOURCE [GIADDR]  sends a DHCP request
import ctypes, ipaddress, itertools, math, os, select, socket, struct, sys, time

from rawport import checksum

vde = ctypes.CDLL("libvdeplug.so.2")
vde.vde_open_real.restype = ctypes.c_void_p
for name in ("vde_send", "vde_recv"):
    getattr(vde, name).argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
vde.vde_datafd.argtypes = [ctypes.c_void_p]
connection = vde.vde_open_real(sys.argv[1].encode(), b"rawguest", 1, None)
if not connection:
    sys.exit("refused")
buffer = ctypes.create_string_buffer(70000)


def send(frame):
    frame = frame.ljust(60, b"\0")
    vde.vde_send(connection, frame, len(frame), 0)


def receive(seconds):
    """A frame, or None."""
    if not select.select([vde.vde_datafd(connection)], [], [], seconds)[0]:
        return None
    size = vde.vde_recv(connection, buffer, 70000, 0)
    return buffer.raw[:size]


def unhex(text):
    return bytes.fromhex(text.replace(":", ""))


def ipv6(source, destination, protocol, payload, offset, mac, to):
    """A frame; offset is that of the checksum in the payload."""
    pseudo = source + destination + struct.pack("!II", len(payload), protocol)
    total = struct.pack("!H", checksum(pseudo + payload) or 0xFFFF)
    payload = payload[:offset] + total + payload[offset + 2 :]
    return to + mac + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(payload), protocol, 255) + source + destination + payload


def local(mac):
    return unhex("fe80000000000000") + bytes([mac[0] ^ 2]) + mac[1:3] + b"\xff\xfe" + mac[3:]


def arp(n, first):
    mac = unhex("020000000077")
    for i in range(first, first + n):
        send(b"\xff" * 6 + mac + unhex("08060001080006040001") + mac + struct.pack("!I", 0x0A000000 + i) + bytes(6) + bytes([10, 0, 0, 1]))
        if i % 16 == 15:
            time.sleep(0.001)


def neighbours(n, first):
    mac = unhex("020000000077")
    prefix = ipaddress.IPv6Address(os.environ["PREFIX6"] + "1").packed
    group = unhex("ff0200000000000000000001ff") + prefix[13:]
    for i in range(first, first + n):
        source = prefix[:8] + struct.pack("!II", 7, i)
        payload = b"\x87\0\0\0\0\0\0\0" + prefix + b"\1\1" + mac
        send(ipv6(source, group, 58, payload, 2, mac, b"\x33\x33" + group[12:]))
        if i % 16 == 15:
            time.sleep(0.001)


def option6(code, value):
    return struct.pack("!HH", code, len(value)) + value


def dhcp6(n, mac, first):
    agents = unhex("ff020000000000000000000000010002")
    for i in range(first, first + n):
        duid = option6(1, b"\0\2\0\0\0\1" + struct.pack("!I", i))
        ia = option6(3, struct.pack("!III", i, 0, 0))
        server = b""
        for kind in (1, 3):
            answer = None
            for _ in range(4):
                message = bytes([kind]) + struct.pack("!I", i)[1:] + duid + server + ia
                udp = struct.pack("!HHHH", 546, 547, 8 + len(message), 0) + message
                send(ipv6(local(mac), agents, 17, udp, 6, mac, unhex("333300010002")))
                answer = wait6(kind, i)
                if answer:
                    break
            if not answer:
                break
            options = dict(parse6(answer[62 + 4 :]))
            server, ia = option6(2, options[2]), option6(3, options[3])
        if answer and 5 in dict(parse6(options[3][12:])):
            print(ipaddress.IPv6Address(dict(parse6(options[3][12:]))[5][:16]), flush=True)


def wait6(kind, number):
    """The advertisement or reply to message number."""
    end = time.time() + 0.5
    while time.time() < end:
        frame = receive(max(0, end - time.time()))
        if frame and frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 135:
            advertise(frame)
        if frame and frame[12:14] == b"\x86\xdd" and frame[20] == 17 and frame[56:58] == b"\2\x22":
            if frame[62] == (2 if kind == 1 else 7) and frame[63:66] == struct.pack("!I", number)[1:]:
                return frame
    return None


def advertise(asked):
    """Answers a neighbour solicitation for our link-local address."""
    mac = unhex(arguments[1])
    if asked[62:78] == local(mac):
        payload = b"\x88\0\0\0\x60\0\0\0" + local(mac) + b"\2\1" + mac
        send(ipv6(local(mac), asked[22:38], 58, payload, 2, mac, asked[6:12]))


def parse6(data):
    while len(data) >= 4:
        code, size = struct.unpack("!HH", data[:4])
        yield code, data[4 : 4 + size]
        data = data[4 + size :]


def dhcp(chaddr, source, giaddr):
    bootp = b"\1\1\6\0" + b"abcd" + bytes(16) + giaddr + chaddr + bytes(10 + 192) + unhex("63825363350101ff") + bytes(60)
    udp = struct.pack("!HHHH", 68, 67, 8 + len(bootp), 0) + bootp
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    send(b"\xff" * 6 + source + b"\x08\x00" + header + udp)


def fragments(gateway, n, kind):
    mac = unhex("020000000077")
    prefix = ipaddress.IPv6Address(os.environ["PREFIX6"] + "1").packed
    source, host = bytes([192, 168, 105, 77]), bytes([192, 168, 105, 1])

    def part4(i, offset, more, size=1400, version=4):
        word = offset // 8 | (0x2000 if more else 0)
        header = struct.pack("!BBHHHBBH4s4s", version << 4 | 5, 0, 20 + size, i & 0xFFFF, word, 64, 17, 0, source, host)
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        send(gateway + mac + b"\x08\0" + header + b"z" * size)

    def part6(i, offset, more, size=1400, version=6):
        header = struct.pack("!IHBB", version << 28, 8 + size, 44, 64) + prefix[:15] + b"\x77" + prefix
        send(gateway + mac + b"\x86\xdd" + header + struct.pack("!BBHI", 6, 0, offset | more, i) + b"z" * size)

    for i in range(n):
        if kind == "header":  # a first part without its TCP header, which is not kept
            part6(i, 0, True, 8)
            part6(i, 8, False)
        elif kind == "long":  # a last part behind the end of all datagrams
            for offset in range(0, 64400, 1400):
                part6(i, offset, True)
            part6(i, 64400, False)
        else:
            part4(i, 0, True)
            part6(i, 0, True)
        if kind == "version":
            part4(i, 1400, False, version=5)
            part6(i, 1400, False, version=5)


def connections(gateway, macs, way, n):
    """UDP from each of 100 addresses and of so many MAC addresses, to a port after the other."""
    port = socket.socket(fileno=os.dup(vde.vde_datafd(connection)))
    port.setblocking(True)
    to, target, tag = {
        "server": (gateway, [203, 0, 113, 1], b""),
        "broadcast": (b"\xff" * 6, [192, 168, 105, 255], b""),
        "tagged": (gateway, [203, 0, 113, 1], b"\x81\0\0\0"),  # in no VLAN, but with a priority
    }[way]
    guests = []
    for i in range(math.lcm(macs, 100)):
        header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 32, 0, 0, 64, 17, 0, bytes([192, 168, 105, 100 + i % 100]), bytes(target))
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
        guests.append(to + unhex("02aa000000%02x" % (i % macs)) + tag + b"\x08\0" + header)
    for i in itertools.count() if n == 0 else range(n):
        port.send(guests[i % len(guests)] + struct.pack("!HHHHI", 1024 + i // 64000 % 64000, 1024 + i % 64000, 12, 0, 0) + bytes(14))


verb, arguments = sys.argv[2], sys.argv[3:]
if verb == "send":
    for text in arguments:
        send(unhex(text))
elif verb == "hold":
    for line in sys.stdin:
        for text in line.split():
            send(unhex(text))
        print("sent", flush=True)
elif verb == "answer":
    send(unhex(arguments[0]))
    end = time.time() + 2
    while time.time() < end:
        frame = receive(max(0, end - time.time()))
        if frame and frame[12:14] == unhex(arguments[1]):
            print(frame.hex(), flush=True)
elif verb == "arp":
    arp(int(arguments[0]), int((arguments + ["2"])[1]))
elif verb == "neighbours":
    neighbours(int(arguments[0]), int((arguments + ["1"])[1]))
elif verb == "fragments":
    fragments(unhex(arguments[0]), int(arguments[1]), (arguments + [""])[2])
elif verb == "connections":
    connections(unhex(arguments[0]), int(arguments[1]), arguments[2], int(arguments[3]))
elif verb == "dhcp6":
    dhcp6(int(arguments[0]), unhex(arguments[1]), int((arguments + ["1"])[2]))
elif verb == "dhcp":
    dhcp(unhex(arguments[0]), unhex(arguments[1]), ipaddress.IPv4Address((arguments + ["0.0.0.0"])[2]).packed)
