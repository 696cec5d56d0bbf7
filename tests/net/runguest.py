#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""runguest.py KIND FD MAC [STATUS]: a guest that vde_vmnetctl run became. FD is its descriptor, of
KIND tap, stream or seqpacket. It asks for the gateway's MAC address, prints "answered PID", and ends
with STATUS (0), or by that signal where it is negative; without an answer, with 9.
"""
import fcntl
import os
import select
import signal
import socket
import struct
import sys

TUNGETVNETHDRSZ = 0x800454D7

kind, fd, mac = sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3].replace(":", ""))
status = int(sys.argv[4]) if len(sys.argv) > 4 else 0
head = struct.unpack("i", fcntl.ioctl(fd, TUNGETVNETHDRSZ, bytes(4)))[0] if kind == "tap" else 0
who = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, mac, bytes((192, 168, 105, 77)), bytes(6), bytes((192, 168, 105, 1)))
frame = (b"\xff" * 6 + mac + b"\x08\x06" + who).ljust(60, b"\0")
out = {"tap": bytes(head), "stream": struct.pack("!I", len(frame)), "seqpacket": b""}[kind] + frame
for _ in range(300):
    try:
        os.write(fd, out)
    except OSError:  # a TAP that is not up yet
        pass
    while select.select([fd], [], [], 0.1)[0]:
        if b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x02" in os.read(fd, 70000):
            print("answered", os.getpid(), flush=True)
            if status < 0:
                signal.signal(-status, signal.SIG_DFL)
                os.kill(os.getpid(), -status)
            sys.exit(status)
sys.exit(9)
