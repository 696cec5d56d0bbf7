#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# A client of the control socket, which speaks QMP as vde_vmnet-protocol(7) says.
#
#   control.py SOCKET ask COMMAND [ARGUMENTS]   prints what is returned, or the error (status 1)
#   control.py SOCKET events                    prints one event a line, from "ready" on
#   control.py SOCKET hold NUMBER               keeps so many connections; prints how many it got
#   control.py SOCKET misbehave KIND [NUMBER]   see below

import json
import os
import select
import socket
import sys
import time


class Refused(Exception):
    pass


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self.events = []
        greeting = self.read()
        if "QMP" not in greeting:
            raise Refused(greeting["error"]["desc"])
        self.version = greeting["QMP"]["version"]

    def read(self):
        line = self.file.readline()
        if not line:
            raise EOFError("hung up on")
        assert line.endswith(b"\r\n"), line
        return json.loads(line)

    def send(self, command, arguments=None, name=None):
        request = {"execute": command}
        if arguments is not None:
            request["arguments"] = arguments
        if name is not None:
            request["id"] = name
        self.socket.sendall(json.dumps(request).encode())

    def answer(self, name=None):
        while True:
            answer = self.read()
            if "event" not in answer:
                assert answer.get("id") == name, answer
                return answer
            self.events.append(answer)

    def ask(self, command, arguments=None, name=None):
        self.send(command, arguments, name)
        return self.answer(name)

    def greet(self):
        assert self.ask("qmp_capabilities") == {"return": {}}
        return self


def ask(path, command, arguments="null"):
    answer = Client(path).greet().ask(command, json.loads(arguments), ["an", {"id": 1}])
    if "error" in answer:
        print(json.dumps(answer["error"]))
        return 1
    print(json.dumps(answer["return"]))
    return 0


def events(path):
    client = Client(path).greet()
    print("ready", flush=True)
    client.socket.settimeout(None)
    try:
        while True:
            event = client.read()
            assert abs(time.time() - event["timestamp"]["seconds"]) < 60, event
            del event["timestamp"]
            print(json.dumps(event), flush=True)
    except EOFError:
        return 0


def hold(path, number):
    clients = []
    for _ in range(int(number)):
        try:
            clients.append(Client(path).greet())
        except (Refused, EOFError, ConnectionError):
            pass
    print(len(clients), flush=True)
    sys.stdin.read()
    return 0


def raw(path):
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(60)
    client.connect(path)
    return client


# All that it says until it hangs up.
def rest(client):
    said = b""
    try:
        while True:
            data = client.recv(65536)
            if not data:
                return said
            said += data
    except ConnectionError:
        return said


def send(client, data):
    try:
        client.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        pass


def expect_error(path, data, text):
    client = raw(path)
    send(client, data)
    said = rest(client)
    assert text in said, said[-300:]


# A command that has no end, a byte at a time: it ends after 10 s, not 10 s after the last byte.
def misbehave_slow(path, number):
    client = raw(path)
    send(client, b'{"execute":"qmp_capabilities"}{')
    start = time.monotonic()
    try:
        client.settimeout(0.2)
        while time.monotonic() - start < 60:
            client.sendall(b" ")
            try:
                if not client.recv(4096):
                    break
            except socket.timeout:
                pass
    except ConnectionError:
        pass
    took = time.monotonic() - start
    assert 5 < took < 50, took


def misbehave_huge(path, number):
    for _ in range(number):
        expect_error(path, b'{"execute":"' + b"x" * (1 << 20), b"at most 32768 bytes")
        expect_error(path, b'{"execute":"a","id":[' + b"[]," * 10000 + b"[]]}" + b"x", b"the command is too large")


def misbehave_deep(path, number):
    for _ in range(number):
        expect_error(path, b'{"a":' * 9, b"at most 8 objects")
        expect_error(path, b"{" + b"[" * 100000, b"at most 8 objects")


def misbehave_binary(path, number):
    for _ in range(number):
        expect_error(path, os.urandom(64).replace(b"{", b"x").lstrip(b" \t\r\n") or b"x", b"JSON object")
        expect_error(path, b"GET / HTTP/1.0\r\n\r\n", b"JSON object")
        expect_error(path, b"\0" * 1000, b"JSON object")
        client = Client(path)
        client.socket.sendall(b'{"execute":"\xff\xfe\x1b[31m"}')
        assert "invalid JSON" in client.answer()["error"]["desc"]
        client.greet()
        client.socket.sendall(b'{"execute":"\xe2\x80\xae\\u001b[2J"}')
        desc = client.answer()["error"]["desc"]
        assert desc == "there is no command '??[2J'", desc


def misbehave_connects(path, number):
    for _ in range(number):
        while True:
            try:
                raw(path).close()
                break
            except BlockingIOError:  # that many wait to be let in
                time.sleep(0.001)


# Asks again and again, and reads nothing of the answers.
def misbehave_unread(path, number):
    client = Client(path).greet()
    client.socket.setblocking(False)
    writable = select.poll()
    writable.register(client.socket, select.POLLOUT)
    while writable.poll(2000):  # then some hundred wait there, and their answers have no room
        try:
            client.send("query-ports")
        except BlockingIOError:
            pass
    print("full", flush=True)
    start = time.monotonic()
    poll = select.poll()
    poll.register(client.socket, 0)
    poll.poll(100000)  # until it is hung up on
    took = time.monotonic() - start
    assert 10 < took < 90, took


# As many clients as a user may have send a command again and again, for so many seconds.
def send_again_and_again(path, line, number):
    clients = [Client(path).greet().socket for _ in range(8)]
    poll = select.poll()
    for client in clients:
        client.setblocking(False)
        poll.register(client, select.POLLIN | select.POLLOUT)
    waiting = {client.fileno(): line for client in clients}
    answers = 0
    end = time.monotonic() + number
    while time.monotonic() < end:
        for fd, events in poll.poll(1000):
            if events & select.POLLIN:
                said = os.read(fd, 65536)
                assert said, "hung up on"
                answers += said.count(b"\r\n")
            if events & select.POLLOUT:
                try:
                    waiting[fd] = waiting[fd][os.write(fd, waiting[fd]) :] or line
                except BlockingIOError:
                    pass
    assert answers > 8, answers


# What takes longest to read.
def misbehave_long(path, number):
    send_again_and_again(path, b'{"execute":"query-version","id":[' + b"1e9," * 7900 + b"1]}", number)


# What takes most messages to the host process, which refuses it.
def misbehave_forwards(path, number):
    forwards = ",".join(f'"tcp:127.0.0.1:{port}-192.168.105.9:22"' for port in range(20000, 20750))
    line = '{"execute":"forward-apply","arguments":{"add":[' + forwards + "]}}"
    send_again_and_again(path, line.encode(), number)


# Takes as much time as they do, and nobody's but its own.
def misbehave_elsewhere(path, number):
    end = time.monotonic() + number
    while time.monotonic() < end:
        json.loads("[" + "1e9," * 7900 + "1]")


# Descriptors that nobody wants, with a command.
def misbehave_descriptors(path, number):
    for _ in range(number):
        client = Client(path)
        null = os.open("/dev/null", os.O_RDONLY)
        try:
            socket.send_fds(client.socket, [b'{"execute":"qmp_capabilities"}'], [null] * 100)
            assert client.answer() == {"return": {}}
        except (PermissionError, OSError):
            pass  # Linux 6.16: nobody can send any
        os.close(null)


def misbehave(path, kind, number="1"):
    globals()["misbehave_" + kind](path, int(number))
    return 0


sys.exit(globals()[sys.argv[2]](sys.argv[1], *sys.argv[3:]))
