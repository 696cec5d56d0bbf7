# SPDX-License-Identifier: GPL-2.0-or-later
# What breaks beside us: full disks, no descriptors, each process killed or stopped while guests
# talk. After each the network goes on, or ends and leaves nothing.

setup() {
	topology
}
begin() { # [options]
	start_vmnet --user=$MACHINE_USER "$@" switch://$SWITCH
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
	expect reaches g1 $SERVER
}
goes_on() {
	! ended $VMNET || fail "the daemon ended"
	wait_for 10 reaches g1 $GATEWAY
	wait_for 10 reaches g1 $SERVER
}
gone() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep" && ! ip -n host link show vmnet-shared; }
nothing_is_left() {
	wait_for 10 gone
	in_ns host "$PROGRAM" --cleanup || true
	expect same_as_before
}
# A small file system in the place of a directory, and no byte left on it.
small_disk() { # directory
	mkdir -p "$1"
	mount -t tmpfs -o size=64k,mode=711 tmpfs "$1"
}
fill() { # directory
	dd if=/dev/zero of="$1"/filler bs=4096 2>/dev/null || true
}

test_full_directories_while_it_runs() {
	small_disk /run/vde_vmnet
	small_disk /var/lib/vde_vmnet
	before
	begin
	fill /run/vde_vmnet
	fill /var/lib/vde_vmnet
	goes_on
	guest g2
	lease g2 # what cannot be written is still leased
	expect reaches g2 $GATEWAY
	kill -KILL "$(dnsmasq_pid)" # and its next one recorded, or not
	wait_for 10 dnsmasq_pid
	goes_on
	stop_vmnet || true
	rm -f /run/vde_vmnet/filler /var/lib/vde_vmnet/filler
	nothing_is_left
}
test_full_directories_before_it_starts() {
	small_disk /run/vde_vmnet
	fill /run/vde_vmnet
	before
	local status=0
	in_ns host timeout 60 "$PROGRAM" --user=$MACHINE_USER switch://$SWITCH 2>/tmp/err || status=$?
	cat /tmp/err
	expect [ $status != 0 ]
	expect [ $status != 124 ]
	expect grep -q 'error: .*/run/vde_vmnet.*No space left' /tmp/err
	expect same_as_before
}
test_a_log_that_is_full_stops_nothing() {
	before
	small_disk /tmp/full
	dd if=/dev/zero of=/tmp/full/filler bs=4096 2>/dev/null || true
	ip netns exec host "$PROGRAM" --user=$MACHINE_USER --log-level=debug switch://$SWITCH >/tmp/full/log 2>&1 &
	VMNET=$!
	wait_for 15 test -S $SWITCH/ctl
	guest g1
	static_address g1 9
	goes_on
	stop_vmnet
	nothing_is_left
}

# None left for the worker: who is there goes on, who comes is sent away, and is served later.
test_descriptors_used_up() {
	local worker stall
	ulimit -n 256 # the least that it starts with
	begin
	worker=$(worker_pid)
	"${AS_USER[@]}" "${TOOL%/*}/switchclient" $SWITCH stall 200 >/tmp/stall 2>&1 &
	stall=$!
	wait_for 10 ended $stall # it was refused one
	refute grep -q joined /tmp/stall
	wait_for 10 clients_are 1
	cat >/tmp/crowd.py <<-'P'
		import socket, sys, time
		crowd = [socket.socket(socket.AF_UNIX) for _ in range(250)]
		for s in crowd: s.setblocking(False)
		for s in crowd:
		    try: s.connect(sys.argv[1])
		    except OSError: pass
		print("there", flush=True)
		time.sleep(3600)
	P
	"${AS_USER[@]}" /usr/bin/python3 /tmp/crowd.py $SWITCH/ctl >/tmp/crowd &
	wait_for 10 grep -q there /tmp/crowd
	goes_on
	kill $!
	guest g2
	static_address g2 10
	expect reaches g2 $GATEWAY
	expect [ "$(worker_pid)" = "$worker" ]
}
clients_are() { [ "$(find $SWITCH -name '[0-9]*.*' | wc -l)" = "$1" ]; }

test_a_killed_worker_or_host_process_leaves_nothing() {
	local who
	before
	for who in worker host; do
		begin
		if [ $who = worker ]; then kill -KILL "$(worker_pid)"; else kill -KILL $VMNET; fi
		nothing_is_left
		kill -KILL "$PLUG_g1" 2>/dev/null || true
		ip netns del g1
	done
}
test_killed_helpers_are_replaced() {
	local old
	before
	begin
	old=$(watcher_pid)
	kill -KILL "$old"
	wait_for 10 log_has 'the watcher exited and was restarted'
	expect [ "$(watcher_pid)" != "$old" ]
	goes_on
	old=$(dnsmasq_pid)
	kill -KILL "$old"
	wait_for 10 dnsmasq_after "$old"
	goes_on
	stop_vmnet
	nothing_is_left
}
test_a_killed_or_stopped_connector_stops_nobody() {
	local old
	begin 'udp://4000->192.0.2.2:4000'
	wait_for 10 connector_pid
	old=$(connector_pid)
	kill -STOP "$old"
	goes_on
	kill -KILL "$old"
	goes_on
	wait_for 30 another_connector "$old"
	goes_on
	stop_vmnet
	expect gone
}
connector_pid() { pgrep -f '^vde_vmnet-connector'; }
another_connector() { [ -n "$(connector_pid | grep -vx "$1")" ]; }

# Stopped and continued: everything goes on. Stopped and the network ended: nothing is left.
test_stopped_processes() {
	local who pid
	before
	for who in host watcher dnsmasq worker; do
		begin
		case $who in
		host) pid=$VMNET ;;
		*) pid=$(${who}_pid) ;;
		esac
		kill -STOP "$pid"
		[ $who = worker ] || { # frames are the worker's alone
			expect reaches g1 $GATEWAY
			expect reaches g1 $SERVER
		}
		kill -CONT "$pid"
		goes_on
		if [ $who != host ]; then
			kill -STOP "$pid"
			kill $VMNET
			wait_for 10 ended $VMNET
		else
			stop_vmnet
		fi
		nothing_is_left
		kill -KILL "$PLUG_g1" 2>/dev/null || true
		ip netns del g1
	done
}
