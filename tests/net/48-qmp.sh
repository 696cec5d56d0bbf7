# SPDX-License-Identifier: GPL-2.0-or-later
# QEMU's own clients drive the control socket: its library for Python, and qmp-shell. Debian has
# them from forky on, as python3-qemu-qmp; elsewhere PYTHONPATH names the directory that holds
# qemu/qmp, under the tree (tests/isolate hides /tmp).
. "$TOP/tests/net/users.sh"

setup() {
	/usr/bin/python3 -c 'import qemu.qmp.qmp_shell' 2>/dev/null || skip 'no qemu.qmp, which python3-qemu-qmp or PYTHONPATH has'
	topology
	start_ours
	export HOME=/tmp # for its history
}

test_qemus_library_drives_it() {
	mkfifo /tmp/come
	exec 7<>/tmp/come
	/usr/bin/python3 tests/net/qmpclient.py $CONTROL </tmp/come >/tmp/said 7<&- &
	local client=$!
	wait_for 20 grep -q ready /tmp/said
	guest g1
	echo come >&7
	wait $client
	wait_for 5 ended $VMNET
}

test_qmp_shell_drives_it() {
	guest g1
	lease g1
	cat >/tmp/commands <<'END'
query-status
log-level level=loud
no-such-command
forward-apply add=["tcp::2221-192.168.105.5:22"]
query-forwards
qmp_capabilities
query-leases
END
	/usr/bin/python3 -m qemu.qmp.qmp_shell -v $CONTROL </tmp/commands >/tmp/said 2>&1 || fail "$(cat /tmp/said)"
	cat /tmp/said
	expect grep -q '^Connected to QEMU 0\.' /tmp/said
	expect grep -q '{"return": {"name": "shared", "mode": "shared", .*"ports": 2, ' /tmp/said
	expect grep -q '"desc": "the level must be error, warning, info or debug"' /tmp/said
	expect grep -q '"class": "CommandNotFound", "desc": "there is no command .no-such-command' /tmp/said
	expect grep -q '"forward": "tcp::2221-192.168.105.5:22", "guest": "192.168.105.5"' /tmp/said
	expect grep -q "\"address\": \"$(leased g1 ip)\", \"name\": \"g1\"" /tmp/said
}

# Commands are completed, at a terminal.
test_qmp_shell_completes_names() {
	printf 'query-st\t\nlog-l\t level=info\n' |
		script -qec "/usr/bin/python3 -m qemu.qmp.qmp_shell $CONTROL" /dev/null >/tmp/said
	cat /tmp/said
	expect grep -q 'query-status' /tmp/said
	expect grep -q '"name": "shared"' /tmp/said
	expect grep -q '"return": {}' /tmp/said
	refute grep -q '"error"' /tmp/said
}
