# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that sends without end, until it is killed: flood.py KIND LOCATOR. It says "begun" when
# the first thousand frames are out.
import ipaddress, os, struct, sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../net"))
from rawport import attach, checksum

kind, locator = sys.argv[1:3]
port = attach(locator, b"flood")
port.setblocking(True)

GATEWAY = bytes.fromhex(os.environ["GATEWAY_MAC"].replace(":", ""))
PREFIX6 = ipaddress.IPv6Address(os.environ["PREFIX6"] + "0").packed
MAC = bytes.fromhex("020000000088")
HOST, SERVER = bytes([192, 168, 105, 1]), bytes([203, 0, 113, 1])


def ipv4(source, target, protocol, payload, fragment=0, name=0):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), name, fragment, 64, protocol, 0, source, target)
    return b"\x08\0" + header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def source(n):
    return bytes([192, 168, 105, 20 + n % 200])


def udp(sport, dport, data=b""):
    return struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data


def ports(n):
    return GATEWAY + MAC + ipv4(source(0), SERVER, 17, udp(1024 + n % 60000, 1 + n // 60000 % 60000))


def sources(n):
    """Each a guest of its own, for each of which the host tracks connections."""
    return GATEWAY + b"\x02\x88" + struct.pack("!I", n % 3000) + ipv4(source(n), SERVER, 17, udp(1024 + n % 60000, 1 + n // 60000 % 60000))


def fragments(n):
    if n % 2:
        return GATEWAY + MAC + ipv4(source(0), HOST, 17, bytes(1400), 0x2000, n >> 1 & 0xFFFF)
    packet = struct.pack("!IHBB", 6 << 28, 1408, 44, 64) + PREFIX6[:15] + b"\x77" + PREFIX6[:15] + b"\1"
    return GATEWAY + MAC + b"\x86\xdd" + packet + struct.pack("!BBHI", 17, 0, 1, n) + bytes(1400)


def neighbours(n):
    if n % 2:
        arp = b"\0\1\x08\0\6\4\0\1" + MAC + source(n) + bytes(6) + HOST
        return b"\xff" * 6 + MAC + b"\x08\x06" + arp + bytes(18)
    address = PREFIX6[:8] + struct.pack("!Q", 0xAA0000000000 + n)
    body = b"\x80\0\0\0" + struct.pack("!HH", 1, n & 0xFFFF)
    target = PREFIX6[:15] + b"\1"
    total = checksum(address + target + struct.pack("!II", len(body), 58) + body)
    body = body[:2] + struct.pack("!H", total) + body[4:]
    return GATEWAY + MAC + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(body), 58, 64) + address + target + body


def macs(n):
    return b"\xff" * 6 + b"\x02\x99" + struct.pack("!I", n & 0xFFFFFFFF) + b"\x88\xb5" + bytes(46)


def dhcp(n):
    chaddr = b"\x02\xde" + struct.pack("!I", n & 0xFFFFFFFF)
    bootp = b"\1\1\6\0" + struct.pack("!I", n & 0xFFFFFFFF) + bytes(2) + b"\x80\0" + bytes(16) + chaddr + bytes(10 + 192) + bytes.fromhex("63825363350101ff") + bytes(60)
    return b"\xff" * 6 + chaddr + ipv4(bytes(4), b"\xff" * 4, 17, udp(68, 67, bootp))


def small(n):
    return GATEWAY + MAC + ipv4(source(0), SERVER, 17, udp(2000, 9, b"x" * 18))


def broadcast(n):
    return b"\xff" * 6 + MAC + ipv4(source(0), b"\xff" * 4, 17, udp(2000, 9, b"x" * 18))


make, n = globals()[kind], 0
while True:
    port.send(make(n).ljust(60, b"\0"))
    n += 1
    if n == 1000:
        print("begun", flush=True)
