# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers at ports, TCP and UDP, IPv4 and IPv6, with who asks and what of: "FROM PORT BYTES SUM".

portserver.py READY-FILE PORT...
"""
import hashlib
import select
import socket
import sys


def plain(address):
    return address[7:] if address.startswith("::ffff:") else address


def line(peer, port, data):
    return b"%s %d %d %s\n" % (plain(peer[0]).encode(), port, len(data),
                               hashlib.sha256(data).hexdigest().encode())


def bound(kind, port):
    s = socket.socket(socket.AF_INET6, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("::", port))
    if kind == socket.SOCK_STREAM:
        s.listen(1024)
    s.setblocking(False)
    return s


def main():
    poll = select.poll()
    listeners, clients = {}, {}
    for port in map(int, sys.argv[2:]):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            s = bound(kind, port)
            listeners[s.fileno()] = (s, kind, port)
            poll.register(s, select.POLLIN)
    open(sys.argv[1], "w").write("ready\n")
    while True:
        for fd, _ in poll.poll():
            if fd in clients:
                s, peer, port, data = clients[fd]
                try:
                    more = s.recv(1 << 16)
                except OSError:
                    more = b""
                data.extend(more)
                # A line that begins with "hold" is answered, and the connection stays.
                if data.startswith(b"hold") and more:
                    s.send(line(peer, port, bytes(more)))
                if not more:
                    poll.unregister(fd)
                    del clients[fd]
                    s.setblocking(True)
                    try:
                        s.sendall(line(peer, port, bytes(data)))
                    except OSError:
                        pass
                    s.close()
                continue
            s, kind, port = listeners[fd]
            if kind == socket.SOCK_STREAM:
                client, peer = s.accept()
                clients[client.fileno()] = (client, peer, port, bytearray())
                poll.register(client, select.POLLIN)
            else:
                data, peer = s.recvfrom(1 << 16)
                try:
                    s.sendto(line(peer, port, data), peer)
                except OSError:  # its address has gone since
                    pass


main()
