#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# QEMU's own client of QMP, the package qemu.qmp, at the control socket: qmpclient.py SOCKET
# Prints "ready" when a guest may come, and goes on with a line from stdin: it has come.

import asyncio
import sys

from qemu.qmp import ExecInterruptedError, ExecuteError, QMPClient, Runstate


async def refused(qmp, class_, text, *command, **options):
    try:
        said = await qmp.execute(*command, **options)
    except ExecuteError as error:
        info = error.error.error
        assert info.class_ == class_ and text in info.desc, (info.class_, info.desc)
    else:
        raise AssertionError(f"{command}: {said}")


async def look(qmp):
    version = qmp.greeting.QMP.version
    assert qmp.greeting.QMP.capabilities == [], qmp.greeting
    assert version["package"].startswith("vde_vmnet "), version
    assert await qmp.execute("query-version") == version
    names = [command["name"] for command in await qmp.execute("query-commands")]
    assert "qmp_capabilities" in names and "query-ports" in names, names
    # Many at once: the client tells the answers apart by their ids.
    status, ports, leases, forwards = await asyncio.gather(
        *(qmp.execute(f"query-{what}") for what in ("status", "ports", "leases", "forwards"))
    )
    assert status["name"] == "shared" and status["ports"] == len(ports), (status, ports)
    assert leases == [] and forwards == [], (leases, forwards)


async def go_wrong(qmp):
    await refused(qmp, "CommandNotFound", "there is no command 'cont'", "cont")
    await refused(qmp, "CommandNotFound", "was already sent", "qmp_capabilities")
    await refused(qmp, "GenericError", "takes no argument 'x'", "query-status", {"x": 1})
    await refused(qmp, "GenericError", "exec-oob", "query-status", oob=True)


async def change(qmp):
    await qmp.execute("forward-apply", {"add": ["tcp::2221-192.168.105.5:22"]})
    forwards = await qmp.execute("query-forwards")
    assert [forward["guest"] for forward in forwards] == ["192.168.105.5"], forwards
    await qmp.execute("forward-apply", {"remove": ["tcp::2221-192.168.105.5:22"]})
    await qmp.execute("log-level", {"level": "info"})


# A guest comes, and is put out.
async def hear(qmp):
    with qmp.listener(("PORT_CONNECTED", "PORT_DISCONNECTED")) as listener:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        came = await listener.get()
        assert came["event"] == "PORT_CONNECTED" and came["data"]["kind"] == "switch", came
        assert set(came["timestamp"]) == {"seconds", "microseconds"}, came
        await qmp.execute("port-disconnect", {"id": came["data"]["id"]})
        gone = await listener.get()
        assert gone["event"] == "PORT_DISCONNECTED" and gone["data"]["id"] == came["data"]["id"], gone


# Step by step, and with a capability that is QEMU's alone.
async def negotiate(path):
    qmp = QMPClient("bare")
    qmp.negotiate = False
    await qmp.connect(path)
    await refused(qmp, "CommandNotFound", "first command", "query-status")
    await refused(qmp, "GenericError", "no capability 'oob'", "qmp_capabilities", {"enable": ["oob"]})
    await refused(qmp, "CommandNotFound", "first command", "query-status")
    assert await qmp.execute("qmp_capabilities", {"enable": []}) == {}
    await qmp.execute("query-status")
    await qmp.disconnect()


async def end(qmp):
    try:
        assert await qmp.execute("quit") == {}
    except ExecInterruptedError as error:
        raise AssertionError("it hangs up before it answers") from error
    if qmp.runstate == Runstate.RUNNING:  # it is hung up on
        await qmp.runstate_changed()
    try:
        await qmp.disconnect()
    except EOFError:
        pass


async def main(path):
    qmp = QMPClient("network")
    await qmp.connect(path)
    await look(qmp)
    await go_wrong(qmp)
    await negotiate(path)
    await change(qmp)
    await hear(qmp)
    await end(qmp)


asyncio.run(asyncio.wait_for(main(sys.argv[1]), 120))
