# SPDX-License-Identifier: GPL-2.0-or-later
# Clients of our switch that do not behave, in all the ways that a process can:
#
#	clients.py SEED SWITCH COUNT quiet   each way, COUNT times in an order that SEED decides
#	clients.py SEED SWITCH COUNT loud    those that send more to all than a guest's port holds
#
# Ends with 1 where the switch did not do what it must: it sends away who does not speak, takes
# no more of who does than is right, and is there for the next client at once.
import array, os, random, select, socket, struct, sys, time

seed, directory, count, kind = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
r = random.Random(seed)
CONTROL = directory + "/ctl"
number = 0


def fail(text):
    print(f"clients: seed {seed}: {text}")
    sys.exit(1)


def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(60)
    s.connect(CONTROL)
    return s


def request(path, magic=0xFEEDFACE, version=3, kind=0, family=socket.AF_UNIX, description=b"client"):
    return struct.pack("=IIIH108s", magic, version, kind, family, path) + description


def own_socket(abstract=False):
    global number
    number += 1
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    name = f"{directory}/.{os.getpid()}-{number}"
    if abstract:
        name = (b"\0hostile-%d-%d" % (os.getpid(), number)).ljust(108, b"\0")  # as emulators have it
        s.bind(name)
        return s, name
    s.bind(name)
    os.chmod(name, 0o770)
    return s, name.encode()


def join(abstract=False, description=b"client"):
    """control and data socket of a client that is in."""
    control = connect()
    data, path = own_socket(abstract)
    control.sendall(request(path, description=description))
    answer = b""
    while len(answer) < 110:
        part = control.recv(110 - len(answer))
        if not part:
            fail("a good client was sent away")
        answer += part
    data.connect(answer[2:].rstrip(b"\0"))
    return control, data, path


def leave(control, data, path):
    control.close()
    data.close()
    if path[0] != 0:
        os.unlink(path)


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


# ---- each is one way ---------------------------------------------------------------------------


def half_a_handshake():
    s = connect()
    try_send(s, request(b"/tmp/x")[: r.randrange(1, 118)])
    sent_away(s, "half a handshake")


def garbage():
    s = connect()
    try_send(s, r.randbytes(r.choice([1, 12, 122, 4096])))
    sent_away(s, "garbage")


def wrong_version():
    s = connect()
    try_send(s, request(b"/tmp/x", version=r.choice([0, 1, 2, 4, 0xFFFFFFFF])))
    sent_away(s, "a wrong version")


def wrong_family():
    s = connect()
    try_send(s, request(r.choice([b"", b"relative", b"/" * 108, b"/etc/passwd", b"\0absent"]), family=r.choice([1, 1, 0, 2, 10, 0xFFFF])))
    sent_away(s, "a name of no socket")


def huge():
    s = connect()
    s.setblocking(False)
    for _ in range(64):
        try:
            s.send(b"\xce\xfa\xed\xfe" + bytes(65532))
        except OSError:
            break
    s.settimeout(60)
    sent_away(s, "a huge handshake")


def slow():
    s = connect()
    for byte in request(b"/tmp/x"):
        try_send(s, bytes([byte]))
        if select.select([s], [], [], 0.1)[0]:
            break
    sent_away(s, "a slow handshake")


def closes_in_the_middle():
    s = connect()
    data, path = own_socket()
    s.sendall(request(path)[: r.randrange(0, 130)])
    s.close()
    data.close()
    os.unlink(path)


def closes_before_the_answer():
    s = connect()
    data, path = own_socket()
    s.sendall(request(path))
    s.close()
    data.close()
    os.unlink(path)


def never_reads():
    """Of its own socket nothing, while frames to all go on."""
    c = join()
    talker = join()
    talker[1].setblocking(False)
    for _ in range(2000):
        try:
            talker[1].send(b"\xff" * 6 + b"\2\0\0\0\0\x55\x88\xb5" + bytes(46))
        except BlockingIOError:
            select.select([], [talker[1]], [], 60)
    leave(*talker)
    leave(*c)


def reads_one_byte():
    c = join()
    talker = join()
    for _ in range(200):
        talker[1].send(b"\xff" * 6 + b"\2\0\0\0\0\x55\x88\xb5" + bytes(46))
    for _ in range(100):
        if not select.select([c[1]], [], [], 60)[0]:
            fail("no frame for who reads one byte")
        c[1].recv(1)
    leave(*talker)
    leave(*c)


def passes_descriptors():
    """With its handshake and with frames; the caller counts those of the worker."""
    fds = [os.open("/dev/null", os.O_RDONLY) for _ in range(r.choice([1, 10, 250]))]
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
    s = connect()
    c = join()
    for to, data in (s, request(b"/tmp/x")[:50]), (c[1], b"\xff" * 6 + b"\2\0\0\0\0\x55\x88\xb5" + bytes(46)), (c[0], b"x"):
        try:
            to.sendmsg([data], rights)
        except OSError:
            pass  # newer kernels refuse what the switch does not want
    leave(*c)
    for fd in fds:
        os.close(fd)
    sent_away(s, "with descriptors")


def frames_of_all_sizes():
    c = join()
    c[1].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 18)
    for size in (0, 1, 13, 14, 59, 1514, 1515, 65535):
        try:
            c[1].send(b"\xff" * min(size, 6) + bytes(max(size - 6, 0)))
        except OSError:
            pass  # more than the kernel lets an ordinary user send
    leave(*c)


def abstract_name():
    c = join(abstract=True)
    c[1].send(b"\xff" * 6 + b"\2\0\0\0\0\x56\x88\xb5" + bytes(46))
    leave(*c)


def talks_after_it_joined():
    c = join(description=b"\x1b]0;title\a" + r.randbytes(60))
    try_send(c[0], r.randbytes(4000))
    leave(*c)


def only_half_closed():
    c = join()
    c[0].shutdown(socket.SHUT_WR)
    sent_away(c[0], "half closed")
    c[1].close()
    os.unlink(c[2])


def anothers_socket():
    """A second client that says it is the first."""
    c = join()
    s = connect()
    try_send(s, request(c[2]))
    s.settimeout(0.2)
    try:
        s.recv(200)
    except OSError:
        pass
    s.close()
    # The first still has its own.
    talker = join()
    talker[1].send(b"\xff" * 6 + b"\2\0\0\0\0\x57\x88\xb5" + b"mine" + bytes(42))
    end = time.monotonic() + 60
    while b"mine" not in (c[1].recv(2000) if select.select([c[1]], [], [], 60)[0] else fail("its frames went elsewhere")):
        if time.monotonic() > end:
            fail("its frames went elsewhere")
    leave(*talker)
    leave(*c)


def many_connects():
    """Thousands that come, and say nothing or something, and go."""
    for _ in range(20):
        crowd = []
        for _ in range(100):
            s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            s.setblocking(False)
            try:
                s.connect(CONTROL)
                if r.random() < 0.5:
                    s.send(r.randbytes(r.randrange(1, 200)))
            except OSError:
                pass  # its queue is full
            crowd.append(s)
        for s in crowd:
            s.close()


WAYS = {
    "quiet": [
        half_a_handshake, garbage, wrong_version, wrong_family, huge, slow, closes_in_the_middle, closes_before_the_answer,
        passes_descriptors, frames_of_all_sizes, abstract_name, talks_after_it_joined, only_half_closed, anothers_socket, many_connects,
    ],
    "loud": [never_reads, reads_one_byte],
}  # fmt: skip
todo = WAYS[kind] * count
r.shuffle(todo)
for way in todo:
    began = time.monotonic()
    way()
    leave(*join())  # the next one is served
    print(f"{way.__name__} {time.monotonic() - began:.2f} s", flush=True)
print(f"seed {seed}: {len(todo)} clients, and one after each that was served")
