# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks a portserver.py: prints who it says asks, and its port; fails where the sum differs.

portclient.py tcp|udp ADDRESS PORT [BYTES [SECONDS [FROM-PORT]]]
"""
import hashlib
import os
import socket
import sys


def main():
    kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM
    address, port = sys.argv[2], int(sys.argv[3])
    data = os.urandom(int(sys.argv[4]) if len(sys.argv) > 4 else 1000)
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    s.settimeout(float(sys.argv[5]) if len(sys.argv) > 5 else 10)
    if len(sys.argv) > 6:
        s.bind(("", int(sys.argv[6])))
    s.connect((address, port))
    if kind == socket.SOCK_STREAM:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
    else:
        s.send(data)
    answer = s.recv(4096).split()
    who, guest_port, size, digest = (word.decode() for word in answer)
    if int(size) != len(data) or digest != hashlib.sha256(data).hexdigest():
        sys.exit(f"{size} of {len(data)} bytes, {digest}")
    print(who, guest_port)


main()
