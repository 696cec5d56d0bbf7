# SPDX-License-Identifier: GPL-2.0-or-later
# A FAKE of a network's control socket, for tests of vde_vmnetctl: it says what a daemon could say,
# and what none would. Nothing of vde_vmnet is behind it.
#
#	fakecontrol.py PATH [BEHAVIOUR]    listens at PATH; is ready when there is PATH.ready;
#	                                   commands that came go to PATH.seen, a line each
#
# An answer is the last one of ANSWERS (JSON: {COMMAND: RETURN or {"error": …}}), else one of those
# below. BEHAVIOUR is
#	silent     accepts, and says nothing
#	mute       greets, and says nothing more
#	rubbish    sends what is no JSON          list      sends JSON that is not an object
#	binary     sends zeros                    endless   sends one line without end
#	drip       sends a byte now and then      close     closes at once
#	leave      closes after the greeting      full      greets with an error
#	foreign    answers with another id        events    puts events before each answer
#	text       returns a text for everything  unaccepting  does not accept
#	deny       allows nothing                 old       knows no command
#	short      hangs up on long commands, with an error
import json, os, socket, sys, threading, time

path = sys.argv[1]
behaviour = sys.argv[2] if len(sys.argv) > 2 else "normal"
GREETING = {"QMP": {"version": {"qemu": {"major": 0, "minor": 2, "micro": 0}, "package": "fake"}, "capabilities": []}}
NASTY = "a\x1b[31m\u202eb\u0007"
forwards = json.loads(os.environ["FORWARDS"]) if "FORWARDS" in os.environ else [{"id": 1, "forward": "tcp::2222-192.168.105.5:22", "guest": "192.168.105.5", "address": "192.168.105.5",
             "state": "active", "connections-begun": 3}]
EVENTS = [
    {"event": "PORT_CONNECTED", "data": {"id": 3, "kind": "switch", "uid": 0}, "timestamp": {"seconds": 1, "microseconds": 0}},
    {"event": "LEASE_ADDED", "data": {"mac": "52:54:00:00:00:02", "name": NASTY}, "timestamp": {"seconds": 61, "microseconds": 0}},
]
ANSWERS = {
    "query-status": {"name": "shared", "mode": "shared", "device": "vmnet-shared", "version": "0.2.0", "pid": 4711,
        "uptime-seconds": 8000, "mtu": 1500, "isolated": False, "gateway": "192.168.105.1", "subnet": "192.168.105.0/24",
        "prefix6": "fd12::/64", "domain": "vmnet.internal", "endpoints": [
            {"locator": "switch:///run/vde_vmnet/shared.ctl", "state": "open"}, {"locator": "vde:///tmp/sw", "state": "waiting"}],
        "ports": 2, "guests": 3, "uplinks": ["eth0", "wg0"], "socket": "vde,id=net0,sock=/run/vde_vmnet/shared.ctl"},
    "query-ports": [
        {"id": 3, "kind": "switch", "endpoint": "switch:///run/vde_vmnet/shared.ctl", "uid": 0, "pid": 815, "command": "QEMU" + NASTY + " user=me pid=815",
         "macs": ["52:54:00:00:00:0%d" % i for i in range(2, 8)], "addresses": ["fe80::5", "fd12::5", "192.168.105.5"], "isolated": True,
         "rate": 10000000, "rx-frames": 12, "rx-bytes": 1234, "tx-frames": 34567, "tx-bytes": 34567890,
         "drops": {"no room": 5, "waited too long": 2, "too long": 0}, "queue": {"frames": 1, "bytes": 60}},
        {"id": 14, "kind": "switch", "endpoint": "switch:///run/vde_vmnet/shared.ctl", "uid": 65534, "macs": [], "addresses": [],
         "isolated": False, "rate": None, "rx-frames": 0, "rx-bytes": 0, "tx-frames": 0, "tx-bytes": 999, "drops": {},
         "queue": {"frames": 0, "bytes": 0}},
        {"id": 1, "kind": "tap", "endpoint": "vmnet-shared", "macs": [], "addresses": [], "isolated": False, "rate": None,
         "rx-frames": 0, "rx-bytes": 0, "tx-frames": 0, "tx-bytes": 0, "drops": {}, "queue": {"frames": 0, "bytes": 0}}],
    "query-leases": [
        {"mac": "52:54:00:00:00:02", "address": "192.168.105.5", "name": "build", "expires-seconds": 3599, "client-id": "01:52:54"},
        {"mac": "52:54:00:00:00:03", "address": "192.168.105.100", "name": NASTY, "expires-seconds": None}],
    "port-set": {}, "port-disconnect": {}, "log-level": {}, "reload": {}, "quit": {},
}
ANSWERS.update(json.loads(os.environ.get("ANSWERS", "{}")))


def apply(arguments):
    """All or nothing, as a daemon does."""
    there = [forward["forward"] for forward in forwards]
    for text in arguments.get("remove", []):
        if text not in there:
            return {"error": {"class": "GenericError", "desc": "there is no forward " + text}}
    for text in arguments.get("add", []):
        if "-" not in text:
            return {"error": {"class": "GenericError", "desc": text + ": no guest"}}
    forwards[:] = [forward for forward in forwards if forward["forward"] not in arguments.get("remove", [])]
    for text in arguments.get("add", []):
        guest = text.split("-")[1].split(":")[0]
        forwards.append({"id": 1 + max([f["id"] for f in forwards] + [0]), "forward": text, "guest": guest, "address": None, "state": "waiting"})
    return {"return": {}}


def answer(command, arguments):
    if behaviour == "deny":
        return {"error": {"class": "CommandNotAllowed", "desc": "only root and the control group may do that"}}
    if behaviour == "old":
        return {"error": {"class": "CommandNotFound", "desc": "no such command"}}
    if behaviour == "text":
        return {"return": "text"}
    if command == "query-forwards":
        return {"return": forwards}
    if command == "forward-apply" and command not in ANSWERS:
        return apply(arguments)
    if command not in ANSWERS:
        return {"error": {"class": "CommandNotFound", "desc": "no such command"}}
    if isinstance(ANSWERS[command], dict) and "error" in ANSWERS[command]:
        return ANSWERS[command]
    return {"return": ANSWERS[command]}


def say(client, message):
    client.sendall(json.dumps(message).encode() + b"\r\n")


def flow(client, piece, pause):
    """Goes on until the client has had enough."""
    while True:
        client.sendall(piece)
        time.sleep(pause)


def misbehave(client):
    if behaviour == "silent":
        client.recv(1)
    elif behaviour in ("rubbish", "list", "binary"):
        client.sendall({"rubbish": b"220 fake ESMTP\r\n", "list": b"[1, 2]\n", "binary": bytes(100) + b"\n"}[behaviour])
        client.recv(4096)
    elif behaviour == "endless":
        flow(client, b"x" * 1000000, 0)
    elif behaviour == "drip":
        flow(client, b" ", 0.05)
    elif behaviour == "full":
        say(client, {"error": {"class": "GenericError", "desc": "too many clients"}})
    return behaviour in ("silent", "rubbish", "list", "binary", "endless", "drip", "full", "close")


def serve(client):
    if misbehave(client):
        return
    say(client, GREETING)
    ready = False
    lines = client.makefile("rb")
    for line in iter(lambda: lines.readline(4096 if behaviour == "short" else -1), b""):
        if not line.endswith(b"\n"):
            say(client, {"error": {"class": "GenericError", "desc": "a command has at most 4096 bytes"}})
            return
        request = json.loads(line)
        with open(path + ".seen", "a") as seen:
            seen.write(json.dumps({key: request[key] for key in request if key != "id"}) + "\n")
        if behaviour == "leave":
            return
        if behaviour == "mute":
            continue
        if behaviour == "events":
            for event in EVENTS:
                say(client, event)
        if request["execute"] == "qmp_capabilities":
            ready, reply = True, {"return": {}}
        else:
            reply = answer(request["execute"], request.get("arguments", {})) if ready else {"error": {"class": "CommandNotFound", "desc": "capabilities first"}}
        reply["id"] = 99 if behaviour == "foreign" else request.get("id")
        say(client, reply)
        if request["execute"] == "qmp_capabilities" and os.environ.get("MONITOR"):
            for event in EVENTS:
                say(client, event)
            return
        if request["execute"] == "quit":
            client.close()
            os.unlink(path)
            time.sleep(float(os.environ.get("UNDOING", "0")))
            if os.path.exists(path.replace(".control", ".state")):
                os.unlink(path.replace(".control", ".state"))
            os._exit(0)


def attend(client):
    with client:
        try:
            serve(client)
        except (BrokenPipeError, ConnectionResetError):
            pass
        if behaviour != "silent":
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(path)
os.chmod(path, 0o660)
listener.listen(0 if behaviour == "unaccepting" else 16)
waiting = []
while behaviour == "unaccepting":  # until no more may wait
    waiting.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    waiting[-1].setblocking(False)
    if waiting[-1].connect_ex(path) != 0:
        break
open(path + ".ready", "w").close()
while behaviour == "unaccepting":
    time.sleep(60)
while True:
    threading.Thread(target=attend, args=(listener.accept()[0],), daemon=True).start()
