# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that lies in as many ways as there is time for, and two that look on. Run by root where
# the host is:
#
#	frames.py SEED CLASS COUNT LOCATOR DEVICE OUT
#
# DEVICE is the host's device of the network, OUT its device to the outside. With TAP=PATH in the
# environment the liar has a TAP of tap://PATH, whose guests send neither tags nor LLC. Of COUNT frames of a
# class none may arrive; of the controls beside them, which differ from them in what makes them a
# lie and in nothing else, all must. Each frame has a mark, by which it is known wherever it comes
# out. Ends with 1 and says the frame, if one came through, or a control did not.
import ipaddress, os, random, select, socket, struct, sys, time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../net"))
from rawport import attach, checksum
from tapclient import ask

seed, kind, count, locator, device, out = sys.argv[1:7]
r = random.Random(f"{seed} {kind}")
BAD, MAYBE, GOOD = (bytes(r.randrange(1, 256) for _ in range(8)) for _ in range(3))
MAC = bytes.fromhex("020000000066")
TAP = os.environ.get("TAP")
PASS_BY_TAPS = (0x0800, 0x0806, 0x86DD)


def unhex(text):
    return bytes.fromhex(text.replace(":", ""))


def ip(text):
    return ipaddress.ip_address(text).packed


def words(name):
    return os.environ.get(name, "").split()


GATEWAY = unhex(os.environ.get("GATEWAY_MAC", "02:00:00:00:00:01"))
GATEWAY4 = ip("192.168.105.1")
GATEWAY6 = [ip(a) for a in words("GATEWAY6")] or [ip("fe80::1")]
PREFIX6 = os.environ.get("PREFIX6", "fd12:3456:789a:bcde::")
OWN4, OWN6, OWN_LOCAL = ip("192.168.105.66"), ip(PREFIX6 + "66"), ip("fe80::ff:fe00:66")
SERVER4, SERVER6 = ip("203.0.113.1"), ip("2001:db8:2::1")
ANY6, ALL6 = bytes(16), ip("ff02::1")
PORT = 7777  # where the host listens
HBH, ROUTING, FRAGMENT, AH, OPTIONS = 0, 43, 44, 51, 60
EXTENSIONS = [HBH, ROUTING, OPTIONS, 135, 139, 140, AH, FRAGMENT]


def put_checksum(payload, offset, pseudo=b""):
    payload = payload[:offset] + b"\0\0" + payload[offset + 2 :]
    return payload[:offset] + struct.pack("!H", checksum(pseudo + payload) or 0xFFFF) + payload[offset + 2 :]


# ---- wrappings: what receivers step over -----------------------------------------------------


def wrap(ethertype, payload, most):
    """Type and payload behind any number of tags and SNAP headers, in any order."""
    if TAP and most == 4:  # a control
        return struct.pack("!H", ethertype if ethertype in PASS_BY_TAPS else 0x0800) + payload
    for _ in range(r.choice([0, 0, 1, 1, 2, r.randint(0, most)])):
        if r.random() < 0.3:
            oui = r.choice([b"\0\0\0", b"\0\0\xf8"])
            payload = b"\xaa\xaa\x03" + oui + struct.pack("!H", ethertype) + payload
            ethertype = r.choice([len(payload), r.randrange(0x600)]) & 0x5FF
        else:
            payload = struct.pack("!HH", r.choice([0, r.randrange(0x10000)]), ethertype) + payload
            ethertype = r.choice([0x8100, 0x88A8, 0x9100])
    return struct.pack("!H", ethertype) + payload


def extension(following, which, more):
    """One extension header."""
    if which == FRAGMENT:
        return struct.pack("!BBHI", following, 0, 1 if more else 0, r.getrandbits(32))
    units = r.choice([0, 0, 1, 3])
    if which == AH:
        return struct.pack("!BBH", following, units * 2 + 2, 0) + bytes(units * 8 + 12)
    if which == ROUTING:  # of no segments left, so that it is only stepped over
        return struct.pack("!BBBB", following, units, r.choice([0, 2, 3, 4]), 0) + bytes(units * 8 + 4)
    return struct.pack("!BBBB", following, units, 1, units * 8 + 4) + bytes(units * 8 + 4)


def ipv6(source, destination, protocol, payload, which=(), more=False, hops=255):
    for header in reversed(which):
        payload = extension(protocol, header, more) + payload
        protocol = header
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, hops) + source + destination + payload


def ipv4(source, destination, protocol, payload, options=0, fragment=0, ttl=64):
    header = struct.pack("!BBHHHBBH4s4s", 0x45 + options, 0, 20 + options * 4 + len(payload), r.getrandbits(16), fragment, ttl, protocol, 0, source, destination)
    return put_checksum(header + b"\1" * (options * 4), 10) + payload


def chain(most):
    """Headers, of a lie up to 11; what rules do not see behind, they let through from no TAP."""
    which = [HBH, ROUTING, OPTIONS, FRAGMENT] if TAP and most < 11 else EXTENSIONS
    return [r.choice(which) for _ in range(r.choice([0, 0, 1, 2, r.randint(0, most)]))]


def broadcast():
    return r.choice([b"\xff" * 6, unhex("333300000001")])


def anyone():
    return r.choice([b"\xff" * 6, unhex("333300000001"), GATEWAY, watcher_mac, bytes([r.randrange(256) & 0xFE | 2]) + r.randbytes(5)])


def whole(to, source, ethertype, payload, lie):
    """A frame; a lie may be wrapped deeper than anyone looks."""
    return to + source + wrap(ethertype, payload, 9 if lie else 4)


def icmp6(body, source, destination):
    return put_checksum(body, 2, source + destination + struct.pack("!II", len(body), 58))


def udp(sport, dport, data, source, destination):
    body = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    pseudo = source + destination + (struct.pack("!BBH", 0, 17, len(body)) if len(source) == 4 else struct.pack("!II", len(body), 17))
    return put_checksum(body, 6, pseudo)


# ---- the classes: each makes a lie, or a control (lie is False) -------------------------------


def sizes(mark, lie):
    if not lie:
        return broadcast() + MAC + (b"\x08\0" if TAP else b"\x88\xb5") + mark + r.randbytes(r.choice([0, 34, r.randint(34, 1488), 1488]))
    if r.random() < 0.4:
        return (b"\xff" * 6 + MAC + b"\x88")[: r.randrange(0, 14)]
    long = r.choice([1489, 1490, 1494, 1497, 4000, r.randint(1489, 9000), r.randint(9000, 60000), 65535 - 26])
    return anyone() + MAC + b"\x88\xb5" + mark + bytes(long)


def gateway_mac(mark, lie):
    ethertype = r.choice([0x88B5, 0x88B6, 0x8847, 0x22F0] + ([0x0800, 0x86DD, 0x0806] if lie else []))
    return whole(anyone() if lie else broadcast(), GATEWAY if lie else MAC, ethertype, mark + r.randbytes(40), lie)


def gateway_arp(mark, lie):
    sender, address = MAC, r.choice([OWN4, bytes(4)])
    if lie:
        sender, address = r.choice([(MAC, GATEWAY4), (GATEWAY, OWN4), (GATEWAY, GATEWAY4), (r.randbytes(6), GATEWAY4)])
    operation = r.choice([1, 2, 2, r.randrange(0x10000)] if lie else [1, 2])
    arp = struct.pack("!HHBBH", 1, 0x800, 6, 4, operation) + sender + address + r.choice([bytes(6), b"\xff" * 6]) + r.choice([GATEWAY4, OWN4, address])
    return whole(anyone() if lie else broadcast(), MAC, 0x0806, arp + mark + bytes(8), lie)


def gateway_nd(mark, lie):
    option = b"\xfd\2" + mark + bytes(2)
    way = r.randrange(3)
    source, target, code = OWN_LOCAL, r.choice([OWN6, OWN_LOCAL]), r.choice([135, 136])
    if way == 0:  # about to take it
        code, source, target = 135, ANY6, r.choice(GATEWAY6) if lie else target
    elif way == 1:
        code, target = 136, r.choice(GATEWAY6) if lie else target
    elif lie:
        source = r.choice(GATEWAY6)
    body = icmp6(struct.pack("!BBHI", code, 0, 0, r.choice([0, 0x20000000, 0x60000000])) + target + option, source, ALL6)
    return whole(anyone() if lie else broadcast(), MAC, 0x86DD, ipv6(source, ALL6, 58, body, chain(11 if lie else 7), lie and r.random() < 0.3), lie)


def router(mark, lie):
    option = b"\xfd\2" + mark + bytes(2)
    body = (struct.pack("!BBHIII", 134, 0, 0, 0x40000708, 0, 0) if lie else struct.pack("!BBHI", 133, 0, 0, 0)) + option
    to = r.choice([ALL6, ip("ff02::2"), GATEWAY6[0]])
    return whole(anyone() if lie else broadcast(), MAC, 0x86DD, ipv6(OWN_LOCAL, to, 58, icmp6(body, OWN_LOCAL, to), chain(11 if lie else 7), lie and r.random() < 0.3), lie)


def redirect(mark, lie):
    to = anyone() if lie else broadcast()
    if r.random() < 0.5:
        body = struct.pack("!BBHI", r.choice([5, 9]) if lie else 8, r.randrange(4), 0, 0x0A000001) + mark + bytes(24)
        return whole(to, MAC, 0x0800, ipv4(OWN4, r.choice([ip("224.0.0.1"), ip("192.168.105.77")]), 1, put_checksum(body, 2), r.randint(0, 10), 0x2000 if lie and r.random() < 0.3 else 0), lie)
    body = struct.pack("!BBHI", 137 if lie else 128, 0, 0, 0) + (OWN6 + SERVER6 if lie else b"") + b"\xfd\2" + mark + bytes(2)
    return whole(to, MAC, 0x86DD, ipv6(OWN_LOCAL, ALL6, 58, icmp6(body, OWN_LOCAL, ALL6), chain(11 if lie else 7), lie and r.random() < 0.3), lie)


def dhcp4(mark, lie):
    source = r.choice([OWN4, bytes(4), ip("192.168.105.254")]) if lie else OWN4
    target = r.choice([b"\xff" * 4, ip("192.168.105.77"), ip("224.0.0.1")])
    body = udp(r.choice([67, r.randrange(0x10000)]), 68 if lie else r.choice([69, 4011, 9999]), mark + r.randbytes(r.randrange(300)), source, target)
    fragment = r.choice([0, 0, 0x4000, 0x2000]) if lie else r.choice([0, 0x4000])
    return whole(anyone() if lie else broadcast(), MAC, 0x0800, ipv4(source, target, 17, body, r.randint(0, 10), fragment), lie)


def dhcp6(mark, lie):
    body = udp(r.choice([547, r.randrange(0x10000)]), 546 if lie else r.choice([548, 9999]), mark + r.randbytes(r.randrange(200)), OWN_LOCAL, ALL6)
    return whole(anyone() if lie else broadcast(), MAC, 0x86DD, ipv6(OWN_LOCAL, ALL6, 17, body, chain(11 if lie else 7), lie and r.random() < 0.3), lie)


def hidden(mark, lie):
    """First fragments that hold back the header that matters, with bytes behind the packet that look like one."""
    to = anyone() if lie else broadcast()
    looks = r.choice([b"\x80\0\0\0", struct.pack("!HHHH", 9999, 9999, 40, 0), bytes(16), b""])
    if not lie:
        body = udp(9999, 9999, mark + bytes(20), OWN_LOCAL, ALL6)
        return whole(to, MAC, 0x86DD, ipv6(OWN_LOCAL, ALL6, 17, body, chain(5) + [FRAGMENT]), False)
    headers = chain(6) + [FRAGMENT] + [r.choice([OPTIONS, ROUTING, HBH]) for _ in range(r.randint(0, 2))]
    packet = ipv6(OWN_LOCAL, ip("fe80::ff:fe00:77") if TAP else ALL6, r.choice([17, 58]), b"", headers, True)
    cut = r.choice([0, 0, r.randrange(0, len(packet) - 40)])  # the last of its headers, or what is to follow it
    packet = packet[: len(packet) - cut]
    packet = packet[:4] + struct.pack("!H", len(packet) - 40) + packet[6:]
    return whole(to, MAC, 0x86DD, packet + looks + mark + bytes(20) if cut == 0 else packet, True)


def payload_for(mark, source, destination, lie):
    """UDP, or what else has a reply, and for a control what surely passes."""
    which = r.choice(["udp", "echo", "tcp"]) if lie else "udp"
    four = len(source) == 4
    if which == "udp":
        return 17, udp(40000 + r.randrange(8), PORT, mark + r.randbytes(20), source, destination)
    if which == "echo":
        body = struct.pack("!BBHHH", 8 if four else 128, 0, 0, 1, 1) + mark + r.randbytes(20)
        return (1, put_checksum(body, 2)) if four else (58, icmp6(body, source, destination))
    body = struct.pack("!HHIIBBHHH", 40000 + r.randrange(8), 80, 1, 0, 0x50, 2, 1000, 0, 0) + mark
    pseudo = source + destination + (struct.pack("!BBH", 0, 6, len(body)) if four else struct.pack("!II", len(body), 6))
    return 6, put_checksum(body, 16, pseudo)


STRANGERS4 = [ip(a) for a in "198.51.100.2 192.168.105.1 127.0.0.1 224.0.0.1 255.255.255.255 0.0.0.0 169.254.1.1 192.168.106.1".split()]
STRANGERS4 += [bytes([r.choice([8, 10, 100, 172, 203]), i, 1, 1]) for i in range(56)]
STRANGERS6 = [ip(a) for a in "2001:db8:1::2 ::1 :: ff02::1 ::ffff:203.0.113.9 2001:db8:2::1 fec0::1 64:ff9b::1".split()]
STRANGERS6 += [ip("2001:db8:dead::") [:12] + struct.pack("!I", i) for i in range(56)]


def to_gateway(ethertype, packet):
    """What the host itself looks at: a priority tag is no other network."""
    tag = b"\x81\0" + struct.pack("!H", r.randrange(8) << 13) if not TAP and r.random() < 0.3 else b""
    return GATEWAY + MAC + tag + struct.pack("!H", ethertype) + packet


def spoof4(mark, lie):
    source = r.choice(STRANGERS4) if lie else OWN4
    target = r.choice([SERVER4, GATEWAY4, ip("198.51.100.2")]) if lie else SERVER4 if controls_to_outside() else GATEWAY4
    return to_gateway(0x0800, ipv4(source, target, *payload_for(mark, source, target, lie), options=r.choice([0, 0, 1, 3]) if lie else 0))


def spoof6(mark, lie):
    source = r.choice(STRANGERS6) if lie else OWN6
    target = r.choice([SERVER6, ip(PREFIX6 + "1"), ip("2001:db8:1::2")]) if lie else SERVER6 if controls_to_outside() else ip(PREFIX6 + "1")
    return to_gateway(0x86DD, ipv6(source, target, *payload_for(mark, source, target, lie), which=[r.choice([HBH, OPTIONS]) for _ in range(r.choice([0, 1]))] if lie else (), hops=64))


def controls_to_outside():
    global turn
    turn = not turn
    return turn


def odd(mark, lie):
    """Protocols that no NAT translates. What may be translated must be: "maybe"."""
    four = r.random() < 0.5
    source, target = (OWN4, SERVER4) if four else (OWN6, SERVER6)
    make = (lambda p, b: to_gateway(0x0800, ipv4(source, target, p, b))) if four else (lambda p, b: to_gateway(0x86DD, ipv6(source, target, p, b, hops=64)))
    if not lie:
        return make(*payload_for(mark, source, target, False))
    if r.random() < 0.5:
        protocol = r.choice([p for p in range(256) if p not in EXTENSIONS + [1, 6, 17, 33, 58, 132, 136]] + [4, 41, 47, 50] * 20)
        return make(protocol, r.randbytes(r.choice([0, 8, 20])) + mark + r.randbytes(8))
    maybe = MAYBE + mark[8:]
    way = r.randrange(3)
    if way == 0:
        body = struct.pack("!HHIIBBHHH", r.randrange(65536), 80, 1, 0, 0x50, r.randrange(64), 1000, 0, 0) + maybe
        pseudo = source + target + (struct.pack("!BBH", 0, 6, len(body)) if four else struct.pack("!II", len(body), 6))
        return make(6, put_checksum(body, 16, pseudo))
    if way == 1:
        body = struct.pack("!BBHI", r.randrange(256), r.randrange(4), 0, r.getrandbits(32)) + maybe + bytes(40)
        return make(1, put_checksum(body, 2)) if four else make(58, icmp6(body, source, target))
    return make(r.choice([33, 132, 136]), r.randbytes(12) + maybe + r.randbytes(20))


def metadata(mark, lie):
    four = r.random() < 0.5
    source = OWN4 if four else OWN6
    if four:
        target = r.choice([ip(a) for a in "169.254.169.254 100.100.100.200 192.0.0.192".split()] + [b"\xa9\xfe" + r.randbytes(2)]) if lie else SERVER4
        return to_gateway(0x0800, ipv4(source, target, *payload_for(mark, source, target, lie)))
    target = r.choice([ip(a) for a in "fd00:ec2::254 fd20:ce::254 fd00:c1::a9fe:a9fe fd00:42::42".split()] + [ip("fe80::") [:8] + r.randbytes(8)]) if lie else SERVER6
    return to_gateway(0x86DD, ipv6(source, target, *payload_for(mark, source, target, lie), hops=64))


def control(mark, lie):
    """What is for the next switch alone; of mode bridged."""
    to = unhex("0180c200000%x" % r.randrange(16)) if lie else r.choice([b"\xff" * 6, unhex("0180c2000010"), unhex("01005e000001"), unhex("333300000001")])
    if r.random() < 0.3:  # LLC, as spanning tree is
        body = r.choice([b"\x42\x42\3", b"\xfe\xfe\3", b"\xaa\xaa\3\0\0\x0c\1\x0b"]) + mark + r.randbytes(35)
        return to + MAC + struct.pack("!H", len(body)) + body
    return to + MAC + wrap(r.choice([0x8808, 0x8809, 0x88CC, 0x888E, 0x8902, 0x88B5]) if lie else 0x88B5, mark + r.randbytes(40), 4)


# Which class, and where its lies must not come out but its controls must.
CLASSES = {
    "sizes": (sizes, "guest host"),
    "gateway_mac": (gateway_mac, "guest host"),
    "gateway_arp": (gateway_arp, "guest host"),
    "gateway_nd": (gateway_nd, "guest host"),
    "router": (router, "guest host"),
    "redirect": (redirect, "guest host"),
    "dhcp4": (dhcp4, "guest host"),
    "dhcp6": (dhcp6, "guest host"),
    "hidden": (hidden, "guest host"),
    "spoof4": (spoof4, "socket outside"),
    "spoof6": (spoof6, "socket outside"),
    "odd": (odd, "outside"),
    "metadata": (metadata, "outside"),
    "control": (control, "outside"),
}
turn = False

# ---- the liar's TAP --------------------------------------------------------------------------


class Tap:
    def __init__(self, path):
        self.asked = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.fd = ask(self.asked, path, {"mac": MAC.hex(":"), "plain": ""})[2][0]

    def send(self, frame):
        try:
            os.write(self.fd, frame)
        except OSError:
            if len(frame) >= 14:  # the kernel takes no frame without a header
                raise


# ---- those that look on -----------------------------------------------------------------------

def packet_socket(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((name, 0))
    return s


def udp_socket():
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.bind(("::", PORT))
    return s


def is_guests(frame):
    """Whether a packet that leaves the host has an address of a guest."""
    if frame[12:14] == b"\x08\0":
        return frame[26:29] == bytes([192, 168, 105])
    return frame[12:14] == b"\x86\xdd" and frame[22:30] == ip(PREFIX6)[:8]


def receive(name):
    """All that is there, frame by frame."""
    s = watchers[name]
    while True:
        try:
            frame, address = s.recvfrom(70000, socket.MSG_DONTWAIT)
        except OSError:
            return
        if name in ("host", "outside") and (address[2] == socket.PACKET_OUTGOING) != (name == "outside"):
            continue  # what the host itself says quotes what it heard
        yield frame


def fail(text):
    print(f"frames: seed {seed}, class {kind}: {text}")
    sys.exit(1)


def look(name, missing):
    for frame in receive(name):
        at = frame.find(BAD)
        if at >= 0:
            number = struct.unpack("!I", frame[at + 8 : at + 12])[0]
            fail(f"a lie came out at the {name}: sent {lies[number][:200].hex()}, came {frame[:200].hex()}")
        if kind == "sizes" and not any(frame[12:]) and frame[6:12] in (MAC, bytes(6)):
            fail(f"a runt came out at the {name}: {frame.hex()}")
        if name == "outside" and kind != "control" and (MAYBE in frame or GOOD in frame) and is_guests(frame):
            fail(f"with the address of a guest at the outside: {frame.hex()}")
        at = frame.find(GOOD)
        while at >= 0:  # more than one, where they were joined to one for the host
            missing[name].discard(struct.unpack("!I", frame[at + 8 : at + 12])[0])
            at = frame.find(GOOD, at + 12)


def expected_at(name, number):
    """Spoofers' controls go to each place in turn."""
    return kind not in ("spoof4", "spoof6") or (name == "outside") == controls[number]


make, places = CLASSES[kind]
if TAP and kind == "sizes":
    places = "guest"  # what is too long for the others, the host's bridge keeps for the host
if TAP:
    liar = Tap(TAP)
else:
    liar = attach(locator, b"liar")
    liar.setsockopt(socket.SOL_SOCKET, 32, 1 << 18)  # SO_SNDBUFFORCE: frames of 64 KiB
watcher_mac = unhex("020000000077")
watchers = {}
for place in places.split():
    watchers[place] = {"guest": lambda: attach(locator, b"guest"), "host": lambda: packet_socket(device), "outside": lambda: packet_socket(out), "socket": udp_socket}[place]()
    watchers[place].setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
if "guest" in watchers:
    watchers["guest"].send(b"\xff" * 6 + watcher_mac + b"\x88\xb6" + bytes(46))
if kind == "control":
    pass
elif "outside" in watchers or "socket" in watchers:  # the host knows whom to answer
    for _ in range(3):
        liar.send(b"\xff" * 6 + MAC + unhex("08060001080006040001") + MAC + OWN4 + bytes(6) + GATEWAY4 + bytes(18))
        body = icmp6(struct.pack("!BBHI", 136, 0, 0, 0x20000000) + OWN6 + b"\2\1" + MAC, OWN6, ALL6)
        liar.send(unhex("333300000001") + MAC + b"\x86\xdd" + ipv6(OWN6, ALL6, 58, body))

number, lies, controls, sent, asked = 0, {}, {}, 0, 0
began = time.monotonic()
while sent < int(count):
    batch = []
    missing = {name: set() for name in watchers}
    for _ in range(16):
        number += 1
        lies[number] = make(BAD + struct.pack("!I", number), True)
        batch.append(lies[number])
    sent += 16
    for _ in range(4):
        number += 1
        batch.insert(r.randint(0, len(batch)), make(GOOD + struct.pack("!I", number), False))
        controls[number] = turn
        for name in watchers:
            if expected_at(name, number):
                missing[name].add(number)
    number += 1  # the last is a control: what was sent before it has come, or never will
    batch.append(make(GOOD + struct.pack("!I", number), False))
    controls[number] = turn
    for name in watchers:
        if expected_at(name, number):
            missing[name].add(number)
    for frame in batch:
        liar.send(frame)
    end = time.monotonic() + 30
    while any(missing.values()):
        ready = select.select(list(watchers.values()), [], [], 1)[0]
        for name, s in watchers.items():
            if s in ready:
                look(name, missing)
        if time.monotonic() > end:
            fail(f"controls did not arrive: { {name: [[f.hex() for f in batch if GOOD + struct.pack('!I', n) in f] for n in sorted(m)] for name, m in missing.items() if m} }")
    asked += 5
for name in watchers:
    look(name, {name: set() for name in watchers})
print(f"seed {seed}, class {kind}: {sent} frames, none came out; {asked} controls, all did; {time.monotonic() - began:.1f} s")
