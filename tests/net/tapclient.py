#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tapclient.py PATH [WHAT]...: asks for a TAP at tap://PATH, by the message of vde_vmnet-protocol(7),
and prints "NAME MAC MTU QUEUES VHOSTS", or "refused ERRNO WHY" (and ends with 1). WHAT is

    mac=MAC  queues=N  vhost  plain  isolated  learn
                                 what is asked for
    raw=HEX                      this in the place of a request; raw= for none
    guest=DEVICE                 is the guest: moves frames between the TAP and this one, which is
                                 given the guest's MAC address, unless it has its own (learn)
    take=MAC                     gives the TAP's device that address, which needs no privilege
    give                         and then its own again
    carrier=off                  takes its carrier away
    persist                      makes it persistent
    -- COMMAND...                executes it with what it has, {fd} and {mac} replaced in its words
    attach                       not that: PATH is a device, of which a queue is taken
    br=BRIDGE                    PATH is what QEMU's helper= has: it is called as QEMU calls it, and
                                 what is printed is "NAME FLAGS", or "failed STATUS WHAT-IT-SAID"
                                 (plain: without --use-vnet, as libvirt calls it for some NICs)
    fd=N                         this in the place of its socket's number
    end                          ends; else it holds what it has until it is ended
"""
import array
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys

TUNSETIFF, TUNSETPERSIST, TUNSETCARRIER = 0x400454CA, 0x400454CB, 0x400454E2
TUNGETIFF = 0x800454D2
SIOCSIFHWADDR, ARPHRD_ETHER = 0x8924, 1
IFF_TAP_NO_PI_VNET_HDR = 0x2 | 0x1000 | 0x4000


def binary(mac):
    return bytes(int(byte, 16) for byte in mac.split(":"))


def text(mac):
    return ":".join("%02x" % byte for byte in mac)


def set_mac(fd, name, mac):
    fcntl.ioctl(fd, SIOCSIFHWADDR, struct.pack("16sH14s", name.encode(), ARPHRD_ETHER, mac))


def request(asked):
    if "raw" in asked:
        return bytes.fromhex(asked["raw"])
    flags = sum((word in asked) << bit for bit, word in enumerate(("mac", "vhost", "plain", "isolated", "learn")))
    mac = binary(asked.get("mac", "0:0:0:0:0:0"))
    return struct.pack("=IIII6s42x", 1, flags, int(asked.get("queues", 1)), 0, mac)


def answer(connection):
    data, control, _, _ = connection.recvmsg(256, socket.CMSG_SPACE(16 * 4))
    if not data:
        print("refused 0 hung up")
        sys.exit(1)
    version, error, queues, vhosts, mtu, mac, name, why = struct.unpack("=IIIII4x6s2x16s208s", data)
    if error:
        print("refused", error, why.rstrip(b"\0").decode())
        sys.exit(1)
    fds = array.array("i")
    for _, _, part in control:
        fds.frombytes(part)
    assert version == 1 and len(fds) == queues + vhosts, (version, len(fds))
    name = name.rstrip(b"\0").decode()
    print(name, text(mac), mtu, queues, vhosts, flush=True)
    return name, mac, list(fds)


def ask(connection, path, asked):
    connection.connect(path)
    message = request(asked)
    if message:
        connection.send(message)
    return answer(connection)


def call_helper(helper, asked):
    """As QEMU's net_bridge_run_helper(): what has a blank in it is for a shell."""
    ours, theirs = socket.socketpair()
    options = ["--br=" + asked["br"], "--fd=" + asked.get("fd", str(theirs.fileno()))]
    options[:0] = [] if "plain" in asked else ["--use-vnet"]
    command = ["sh", "-c", " ".join([helper] + options)] if " " in helper else [helper] + options
    called = subprocess.run(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, check=False)
    theirs.close()
    data, fds, _, _ = socket.recv_fds(ours, 2, 2)
    if called.returncode:
        assert not data and not fds
        print("failed", called.returncode, called.stderr.decode().rstrip("\n"), flush=True)
        sys.exit(1)
    assert data == b"\0" and len(fds) == 1 and not called.stderr, (data, fds, called.stderr)
    name, flags = struct.unpack("16sH22x", fcntl.ioctl(fds[0], TUNGETIFF, bytes(40)))
    name = name.rstrip(b"\0").decode()
    print(name, "%x" % flags, flush=True)
    return name, binary(asked.get("mac", "0:0:0:0:0:0")), fds


def attach(device, flags=0):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TAP_NO_PI_VNET_HDR | flags))
    return fd


def pump(one, other):
    poll = select.poll()
    poll.register(one, select.POLLIN)
    poll.register(other, select.POLLIN)
    while True:
        for ready, events in poll.poll():
            if events & (select.POLLERR | select.POLLHUP):
                return
            try:
                os.write(other if ready == one else one, os.read(ready, 70000))
            except (BlockingIOError, InterruptedError):
                pass
            except OSError:  # one of them is down
                pass


def main():
    command = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    words = sys.argv[2 : len(sys.argv) - len(command)]
    path, asked = sys.argv[1], dict((word.split("=", 1) + [""])[:2] for word in words)
    if "attach" in asked:
        try:
            attach(path, 0x100)  # IFF_MULTI_QUEUE
            print("attached")
        except OSError as error:
            print("attach:", error.strerror)
        return
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if "br" in asked:
        name, mac, fds = call_helper(path, asked)
    else:
        name, mac, fds = ask(connection, path, asked)
    if "take" in asked:
        set_mac(fds[0], name, binary(asked["take"]))
        if "give" in asked:
            set_mac(fds[0], name, b"\xfe" + mac[1:])
    if "carrier" in asked:
        fcntl.ioctl(fds[0], TUNSETCARRIER, struct.pack("i", 0))
    if "persist" in asked:
        fcntl.ioctl(fds[0], TUNSETPERSIST, 1)
    if command:
        os.set_inheritable(fds[0], True)
        command = [word.replace("{fd}", str(fds[0])).replace("{mac}", text(mac)) for word in command]
        os.execvp(command[0], command)
    if "end" in asked:
        return
    if "guest" in asked:
        guest = attach(asked["guest"])
        if "learn" not in asked:
            set_mac(guest, asked["guest"], mac)
        connection.close()  # as the helper of an emulator, which ends
        pump(guest, fds[0])
    else:
        signal.pause()


if __name__ == "__main__":
    main()
