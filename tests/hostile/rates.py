# SPDX-License-Identifier: GPL-2.0-or-later
# Clients that are slow, loud, or gone, and whose ports' rates change all the time (port-set):
#
#	rates.py SEED STREAM SEQPACKET CONTROL SECONDS
#
# STREAM, SEQPACKET and CONTROL are paths. Ends with 1 where a frame is not as it was sent, or where one
# that is sent when all is over does not arrive.
import json, random, select, socket, struct, sys, time, zlib

seed, stream_path, packet_path, control_path, seconds = sys.argv[1:5] + [int(sys.argv[5])]
r = random.Random(seed)
BUFFER = 1 << 20


def fail(text):
    print(f"rates: seed {seed}: {text}")
    sys.exit(1)


class Guest:
    def __init__(self, number):
        self.number, self.is_stream, self.mac = number, number < 3, b"\2\0\0\0\0" + bytes([number])
        self.s = None
        self.join()

    def join(self):
        if self.s:
            self.s.close()
        self.s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM if self.is_stream else socket.SOCK_SEQPACKET)
        self.s.connect(stream_path if self.is_stream else packet_path)
        self.s.setblocking(False)
        self.rest, self.unsent, self.heard = b"", b"", set()
        self.send(b"\xff" * 6, b"hello")

    def send(self, to, text):
        if self.unsent:
            try:
                self.unsent = self.unsent[self.s.send(self.unsent) :]
            except BlockingIOError:
                pass
        if self.unsent:
            return False
        body = text.ljust(r.choice([40, 43, 200, 1000, 1494]), b".")
        frame = to + self.mac + b"\x88\xb5" + struct.pack("!IH", zlib.crc32(body), len(body)) + body
        data = (struct.pack("!I", len(frame)) if self.is_stream else b"") + frame
        try:
            self.unsent = data[self.s.send(data) :] if self.is_stream else data[: 0 * self.s.send(data)]
        except BlockingIOError:
            return False
        return True

    def take(self, frame):
        crc, size = struct.unpack("!IH", frame[14:20])
        if frame[12:14] != b"\x88\xb5":
            return  # the host's
        body = frame[20 : 20 + size]
        if len(body) < size or zlib.crc32(body) != crc:
            fail(f"guest {self.number}: a frame of {len(frame)} bytes is not as it was sent")
        self.heard.add(body.rstrip(b"."))

    def read(self, most=BUFFER):
        try:
            data = self.s.recv(most if self.is_stream else BUFFER)
        except BlockingIOError:
            return False
        if not data:
            fail(f"guest {self.number} was sent away")
        if not self.is_stream:
            self.take(data)
            return True
        self.rest += data
        while len(self.rest) >= 4:
            size = struct.unpack("!I", self.rest[:4])[0]
            if not 60 <= size <= 1518:
                fail(f"guest {self.number}: {size} is no length")
            if len(self.rest) < 4 + size:
                break
            self.take(self.rest[4 : 4 + size])
            self.rest = self.rest[4 + size :]
        return True


host = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
host.connect(control_path)
answers = host.makefile("rb")
answers.readline()  # the greeting


def ask(command, arguments={}):
    host.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
    answer = {"event": None}
    while "event" in answer:
        answer = json.loads(answers.readline())
    return answer.get("return")


def ports():
    return [port["id"] for port in ask("query-ports") if port["kind"] in ("stream", "seqpacket")]


ask("qmp_capabilities")
bystanders = set(ports())
guests = [Guest(n) for n in range(1, 5)]  # two of each kind


def own_ports():
    return [port for port in ports() if port not in bystanders]


def set_port(port):
    rate = r.choice([None, 8000, 8001, 100000, 3000000, 10**9, 10**12])
    ask("port-set", {"id": port, "rate": rate})


end = time.monotonic() + seconds
while time.monotonic() < end:
    for _ in range(r.randrange(1, 200)):
        sender, to = r.choice(guests), r.choice(guests)
        sender.send(to.mac if r.random() < 0.8 else b"\xff" * 6, b"flood")
    for guest in guests:
        for _ in range(r.choice([0, 0, 1, 3, 100])):
            if not guest.read(r.choice([1, 3, 5, 100, 1500, BUFFER])):
                break
    if r.random() < 0.3:
        set_port(r.choice(own_ports()))
    if r.random() < 0.02:
        r.choice(guests).join()
for port in own_ports():
    ask("port-set", {"id": port, "rate": None})
for round in range(2):  # first all that waits, then what comes after it
    for sender in guests:
        mark = b"last %d of %d" % (round, sender.number)
        end = time.monotonic() + 30
        others = [guest for guest in guests if guest is not sender]
        sent = False
        while not all(mark in guest.heard for guest in others):
            if time.monotonic() > end:
                fail(f"{mark} of guest {sender.number} does not arrive")
            sent = sent or sender.send(b"\xff" * 6, mark)
            select.select([guest.s for guest in guests], [], [], 0.01)
            for guest in guests:
                while guest.read():
                    pass
print("done")
