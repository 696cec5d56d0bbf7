# SPDX-License-Identifier: GPL-2.0-or-later
# What test guests that make their own frames share.
import ctypes, os, socket, struct, sys


def attach(locator, name):
    """A port at a locator, by libvdeplug, as a socket that takes and gives a frame a call."""
    vde = ctypes.CDLL("libvdeplug.so.2")
    vde.vde_open_real.restype = ctypes.c_void_p
    vde.vde_datafd.argtypes = [ctypes.c_void_p]
    connection = vde.vde_open_real(locator.encode(), name, 1, None)
    if not connection:
        sys.exit("refused")
    return socket.socket(fileno=os.dup(vde.vde_datafd(connection)))


def checksum(data):
    """That of the Internet, RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
