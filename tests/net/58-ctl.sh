# SPDX-License-Identifier: GPL-2.0-or-later
# vde_vmnetctl, asking a fake of a network (fakecontrol.py), which also says what none would.

. "$TOP/tests/net/ctl.sh"

setup() {
	mkdir -m 711 $RUNDIR # as the daemon makes it
}

kill_fake() {
	kill "$1"
	wait "$1" || true
}

ctl() { timeout 30 "$CTL" "$@" >/tmp/out 2>/tmp/err; }
# The last command that came, and its arguments.
asked() { expect [ "$(tail -1 "$RUNDIR/shared.control.seen")" = "$1" ]; }
# Text for a terminal: nothing that it obeys, and no blanks at the end of a line.
fit_for_eyes() {
	refute grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae| $' "$1"
}

# The same as a user of that group.
user_ctl() { # GROUP ARGUMENTS...
	setpriv --reuid=65534 --regid=65534 --groups="$(getent group "$1" | cut -d: -f3)" "$CTL" "${@:2}" >/tmp/out 2>/tmp/err
}

test_tables() {
	fake shared
	local verb
	for verb in '' list status ports 'ports 3' 'ports 14' leases 'forward list'; do
		ends_with 0 $verb
		fit_for_eyes /tmp/out
	done
	ends_with 0 list
	says '^shared +running +shared +192\.168\.105\.0/24 +vmnet-shared +2 +3 +2 h 13 min$'
	ends_with 0 status
	says '^Running +2 h 13 min, pid 4711, version 0\.2\.0$'
	says '^Endpoints +switch:///run/vde_vmnet/shared\.ctl \(open\)$'
	says '^QEMU +-netdev vde,id=net0,sock=/run/vde_vmnet/shared\.ctl$'
	says '^ +vde:///tmp/sw \(waiting\)$'
	ends_with 0 ports
	says '^ 3  switch +root +QEMUa\?\[31m\?b\? 815 +52:54:00:00:00:02 +192\.168\.105\.5 +1\.2 kB +34 MB +7  isolated, 10 Mbit/s$'
	says '^ +52:54:00:00:00:03  fd12::5$' # addresses as people use them, those of the link last
	says '^ +52:54:00:00:00:04  fe80::5$'
	says '^ +and 3 more$'
	ends_with 0 ports 3
	says '^ +52:54:00:00:00:07$'
	says '^Out +34567 frames, 34 MB$'
	says '^ +2 waited too long$'
	refute grep -q 'too long *$' <(grep ' 0 ' /tmp/out)
	ends_with 0 leases
	says '^192\.168\.105\.5 +build +52:54:00:00:00:02  in 59 min +01:52:54$'
	says '^192\.168\.105\.100 +a\?\[31m\?b\? +.* never +-$'
	ends_with 0 forward list
	says '^ 1  tcp::2222-192\.168\.105\.5:22 +192\.168\.105\.5 +192\.168\.105\.5 +3  active$'
}

# Heads stand over their columns.
test_columns_fit() {
	fake shared
	ends_with 0 ports
	expect [ "$(head -2 /tmp/out | awk '{print index($0, "KIND") ? index($0, "KIND") : index($0, "switch")}' | uniq | wc -l)" = 1 ]
	expect [ "$(head -2 /tmp/out | awk '{print index($0, "LIMITS") ? index($0, "LIMITS") : index($0, "isolated")}' | uniq | wc -l)" = 1 ]
}

# A TAP, of which the kernel has the queue.
test_a_tap_of_a_guest() {
	local tap='{"id": 7, "kind": "guest-tap", "endpoint": "vmnettap0", "uid": 0, "pid": 0, "command": "qemu", "macs": ["52:54:00:00:00:02"],
		"addresses": [], "isolated": true, "rate": null, "queues": 4, "rx-frames": 1, "rx-bytes": 60, "tx-frames": 0, "tx-bytes": 0,
		"drops": {"as the gateway": 3}, "state": '
	ANSWERS="{\"query-ports\": [$tap\"on\"}]}" fake shared
	ends_with 0 ports
	says '^ 7  guest-tap  root  qemu +52:54:00:00:00:02  - .* 3  isolated$'
	ends_with 0 ports 7
	says '^State +on the network$'
	says '^Queues +4$'
	refute grep -q '^Queued' /tmp/out
	ANSWERS="{\"query-ports\": [$tap\"off\", \"why\": \"it was disconnected\"}]}" fake other
	ends_with 0 --name=other ports
	says ' 3  off the network$'
	ends_with 0 --name=other ports 7
	says '^State +off the network: it was disconnected$'
}

test_empty_tables_say_so() {
	ANSWERS='{"query-ports": [], "query-leases": [], "query-forwards": []}' fake shared
	ends_with 0 ports
	says '^No guests are attached\.$'
	ends_with 0 leases
	says '^No guest has a lease\.$'
	ends_with 0 forward remove 1
	ends_with 0 forward list
	says '^No ports are forwarded\.$'
	ends_with 0 ports --json
	expect [ "$(jq -c . /tmp/out)" = '[]' ]
}

test_json_is_what_the_network_says() {
	fake shared
	ends_with 0 --json leases
	expect jq -e '.[1].name == "a\u001b[31m\u202eb\u0007" and .[1]["expires-seconds"] == null' /tmp/out
	refute grep -qP '[^\x0a\x20-\x7e]' /tmp/out
	ends_with 0 ports --json
	expect jq -e '.[0]["rx-bytes"] == 1234 and (.[0].macs | length) == 6' /tmp/out
	ends_with 0 ports 14 --json
	expect jq -e '.uid == 65534' /tmp/out
	ends_with 0 status --json
	expect jq -e '.subnet == "192.168.105.0/24"' /tmp/out
	ends_with 0 --json list
	expect jq -e '.[0].state == "running" and .[0].status.pid == 4711' /tmp/out
	ends_with 0 --json forward add udp::53-build:53
	expect jq -e 'length == 1 and .[0].state == "waiting"' /tmp/out
	ends_with 0 --json reload
	expect [ "$(cat /tmp/out)" = '{}' ]
}

test_changes() {
	fake shared
	ends_with 0 port set 3 isolated=on rate=10M
	asked '{"execute": "port-set", "arguments": {"id": 3, "isolated": true, "rate": 10000000}}'
	ends_with 0 port set 3 isolated=off
	asked '{"execute": "port-set", "arguments": {"id": 3, "isolated": false}}'
	ends_with 0 port set 14 rate=none
	asked '{"execute": "port-set", "arguments": {"id": 14, "rate": null}}'
	ends_with 0 port disconnect 3
	asked '{"execute": "port-disconnect", "arguments": {"id": 3}}'
	ends_with 0 log-level debug
	asked '{"execute": "log-level", "arguments": {"level": "debug"}}'
	ends_with 0 reload
	asked '{"execute": "reload"}'
}

test_forwards_are_added_and_removed_together() {
	fake shared
	ends_with 0 forward add tcp::8080-192.168.105.7:80 udp::53-build:53
	says '^ 2  tcp::8080-192\.168\.105\.7:80 .* waiting$'
	says '^ 3  udp::53-build:53 '
	refute grep -q 2222 /tmp/out
	ends_with 1 forward add tcp::1-build:1 tcp::2
	complains '^vde_vmnetctl: tcp::2: no guest$'
	ends_with 0 forward list
	expect [ "$(wc -l </tmp/out)" = 4 ]
	ends_with 1 forward remove udp::53-build:53 tcp::9-build:9
	ends_with 1 forward remove 1 9
	complains 'there is no forward 9'
	ends_with 0 forward remove udp::53-build:53 1
	asked '{"execute": "forward-apply", "arguments": {"remove": ["udp::53-build:53", "tcp::2222-192.168.105.5:22"]}}'
	says '^2 removed\.$'
	ends_with 0 forward list
	expect [ "$(wc -l </tmp/out)" = 2 ]
}

test_events_between_answers_are_no_answers() {
	fake shared events
	ends_with 0 ports
	ends_with 0 forward add udp::53-build:53
	ends_with 0 leases --json
	expect jq -e 'length == 2' /tmp/out
}

test_monitor() {
	MONITOR=1 fake shared
	# It ends when the network does.
	TZ=UTC ends_with 3 monitor
	expect [ "$(sed -n 1p /tmp/out)" = '00:00:01  port connected     id 3  kind switch  uid 0' ]
	expect [ "$(sed -n 2p /tmp/out)" = '00:01:01  lease added        mac 52:54:00:00:00:02  name a?[31m?b?' ]
	fit_for_eyes /tmp/out
	ends_with 3 monitor --json
	expect [ "$(jq -r .event /tmp/out | tr '\n' ' ')" = 'PORT_CONNECTED LEASE_ADDED ' ]
	# Whoever reads it has each line at once, and may go; a disk may be full.
	expect [ "$("$CTL" monitor 2>/dev/null | head -1 | wc -l)" = 1 ]
	refute "$CTL" monitor >/dev/full 2>/tmp/err
	complains 'cannot write to standard output'
}

# A slow network is waited for only where something is asked.
test_monitor_waits_as_long_as_nothing_happens() {
	fake shared
	timeout 2 "$CTL" --timeout=1 monitor >/tmp/out 2>/tmp/err && fail "it ends" || expect [ $? = 124 ]
}

test_stop_waits_for_the_end() {
	: >$RUNDIR/shared.state
	UNDOING=0.5 fake shared
	ends_with 0 stop
	refute test -e $RUNDIR/shared.state
	says "^Network 'shared' has stopped\.$"
	expect grep -q '"quit"' $RUNDIR/shared.control.seen
	ends_with 3 stop
}

test_bad_usage() {
	fake shared
	local arguments
	while read -r arguments; do
		ends_with 2 $arguments
		[ ! -s /tmp/out ] || fail "$arguments: $(cat /tmp/out)"
	done <<-'END'
		nothing
		forward
		port
		forward nothing
		port 3
		list more
		ports 1 2
		ports x
		ports -1
		ports 99999999999
		forward add
		forward remove
		port set 3
		port set x rate=1M
		port set 3 rate=
		port set 3 rate=fast
		port set 3 isolated=maybe
		port set 3 colour=blue
		port disconnect
		port disconnect all
		log-level
		log-level loud
		status extra
		--name
		--name=../x status
		--name=a/b status
		--name= status
		--name=123456789012345678901234567890123 status
		--timeout=0 list
		--timeout=x list
		--timeout
		--nothing
		-x
		--json=yes list
	END
	expect [ ! -e $RUNDIR/shared.control.seen ]
	ends_with 2 log-level loud
	complains 'use error, warning, info or debug'
	ends_with 2 forward
	complains 'forward: incomplete command; use one of: forward list, forward add, forward remove'
	ends_with 2 forward del 1
	complains 'forward del: no such command; use one of: forward list, forward add, forward remove'
	ends_with 2 $'por\e[2Jts'
	complains 'por\?\[2Jts: no such command'
	ends_with 2 forward add $'\xff-x'
	complains 'not valid UTF-8'
}

test_what_is_not_there() {
	ends_with 0
	says 'No network is running\.'
	says 'sudo vde_vmnet '
	ends_with 0 list --json
	expect [ "$(cat /tmp/out)" = '[]' ]
	ends_with 3 status
	complains 'no network is running'
	rmdir $RUNDIR
	ends_with 0 list
	ends_with 3 ports
	mkdir -m 711 $RUNDIR
	fake shared
	ends_with 3 --name=lab status
	complains "there is no network 'lab' here: .*/lab\.control does not exist"
	kill_fake $FAKE
	ends_with 3 status
	complains "'shared' is not running: it was killed"
	ends_with 0 list
	says '^shared +not running$'
	# What lies there and is no socket is no network.
	: >$RUNDIR/file.control
	mkdir $RUNDIR/directory.control
	ln -s shared.control $RUNDIR/link.control
	ends_with 0 list --json
	expect [ "$(jq -r '.[].name' /tmp/out)" = shared ]
	ends_with 3 --name=file status
}

# The only one, else "shared"; else the user says which.
test_which_network() {
	fake lab
	ends_with 0 status
	says '^Network'
	fake office
	ends_with 2 status
	complains 'choose one of lab, office with --name='
	ends_with 0 --name=office status
	ends_with 0 status --name lab
	fake shared
	ends_with 0 reload
	asked '{"execute": "reload"}'
	ends_with 0
	says '^lab +running'
	says '^office +running'
	says '--name=NETWORK COMMAND'
}

# Who may not look is told so, and what to do; nothing that is there is called absent.
test_a_plain_user() {
	fake shared
	fake lab
	chmod 600 $RUNDIR/lab.control
	user_ends_with() { # GROUP STATUS ARGUMENTS...
		local status=0
		user_ctl "$1" "${@:3}" || status=$?
		[ $status = "$2" ] || fail "$*: status $status: $(cat /tmp/out /tmp/err)"
	}
	user_ends_with nogroup 4 status
	complains "permission denied for network 'shared': only root and group bin .*usermod -aG bin \"\\\$USER\""
	user_ends_with nogroup 4 --name=lab status
	complains "permission denied for network 'lab': run this as root"
	user_ends_with nogroup 3 --name=office status
	# The directory cannot be read, and yet:
	user_ends_with nogroup 0
	says '^shared +not allowed$'
	says "^permission denied for network 'shared': only root and group bin "
	user_ends_with nogroup 0 list --json
	expect [ "$(jq -rc '[.[] | .name, .state]' /tmp/out)" = '["lab","not-allowed","shared","not-allowed"]' ]
	user_ends_with bin 0 list
	says '^shared +running'
	says '^lab +not allowed'
	# A socket of somebody else's with such a name is not taken for one.
	mkdir -m 777 /tmp/own
	(cd /tmp/own && exec socat UNIX-LISTEN:/tmp/own/evil.control,fork -) &
	wait_for 5 test -S /tmp/own/evil.control
	user_ends_with bin 0 list --json
	refute jq -e 'any(.name == "evil")' /tmp/out
}

test_processes_of_others_are_named_hidden() {
	fake shared
	ends_with 0 ports
	says '^14  switch +nobody +\(not shown\)'
	says "^Other users' processes are shown only to .*root and its --control-group\.$"
	ends_with 0 ports 14
	says '^Process +\(not shown\)$'
}

test_what_is_not_allowed() {
	fake shared deny
	ends_with 4 reload
	complains '^vde_vmnetctl: only root and the control group may do that$'
	ends_with 4 forward add tcp::1-build:1
	ends_with 4 port disconnect 3
	ends_with 4 stop
}

test_a_network_of_another_version() {
	fake shared old
	ends_with 1 reload
	complains "another version of vde_vmnet, which has no 'reload'; restart the network"
}

# Within its time, and never with more memory than a line may have.
test_networks_that_misbehave() {
	local behaviour
	for behaviour in silent mute drip foreign unaccepting; do
		fake shared $behaviour
		ends_with 1 --timeout=1 ports
		complains "'shared' did not answer within 1 s"
		kill_fake $FAKE
	done
	for behaviour in rubbish list binary; do
		fake shared $behaviour
		ends_with 1 ports
		complains 'sent an answer that is not QMP'
		kill_fake $FAKE
	done
	for behaviour in close leave; do
		fake shared $behaviour
		ends_with 3 ports
		complains 'closed the connection'
		kill_fake $FAKE
	done
	fake shared full
	ends_with 1 ports
	complains '^vde_vmnetctl: too many clients$'
	kill_fake $FAKE
	# It hangs up while it is still sent to.
	fake shared short
	ends_with 1 forward add $(printf 'tcp::80-192.168.105.5:%d ' {1..20000})
	complains '^vde_vmnetctl: a command has at most 4096 bytes$'
	kill_fake $FAKE
	fake shared text
	for verb in status ports leases 'forward list' reload 'forward add tcp::1-a:1' 'forward remove 1'; do
		ends_with 1 $verb
		complains 'sent an unexpected answer|no forward 1'
	done
	kill_fake $FAKE
	fake shared endless
	(ulimit -v 200000 && ends_with 1 ports && complains 'sent an answer that is too long')
}
# One that says nothing does not keep the others from the list.
test_a_silent_network_in_the_list() {
	fake lab silent
	fake shared
	ends_with 0 list --timeout=1
	says '^lab +not answering$'
	says '^shared +running'
}

# Answers of any size that a network could have.
test_a_large_network() {
	ANSWERS=$(python3 -c '
import json
print(json.dumps({"query-leases": [{"mac": "52:54:00:00:%02x:%02x" % divmod(i, 256), "address": "10.0.%d.%d" % divmod(i, 256), "name": "n%d" % i, "expires-seconds": i} for i in range(1000)]}))') fake shared
	ends_with 0 leases
	expect [ "$(wc -l </tmp/out)" = 1001 ]
}

test_help_and_version() {
	ends_with 0 --help
	says '^Usage: vde_vmnetctl '
	refute grep -qE '.{101}' /tmp/out
	ends_with 0 -v
	says '^vde_vmnetctl [0-9]'
	ends_with 0 ports nothing -h
	refute "$CTL" --help >/dev/full 2>/tmp/err
	complains 'cannot write to standard output'
}
