#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Calls a bridge helper as libvirt does: waits for the end of the socket, then reads what is on standard
# error, to its end, without waiting.
#
#   helperend.py TIMES HELPER ARGUMENT...     prints the line, or why it cannot be read
import os
import socket
import subprocess
import sys

for _ in range(int(sys.argv[1])):
    ours, helpers = socket.socketpair()
    errors, error = os.pipe()
    process = subprocess.Popen(sys.argv[2:] + ["--fd=%d" % helpers.fileno()], stderr=error, pass_fds=[helpers.fileno()])
    helpers.close()
    os.close(error)
    ours.recv(1)
    os.set_blocking(errors, False)
    text = b""
    while True:
        try:
            more = os.read(errors, 1024)
        except BlockingIOError:
            text += b"(it does not end)\n"
            break
        if not more:
            break
        text += more
    sys.stdout.write(text.decode())
    os.close(errors)
    ours.close()
    process.wait()
