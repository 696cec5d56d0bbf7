# SPDX-License-Identifier: GPL-2.0-or-later
# Start, stop, SIGKILL: nothing stays behind.

setup() {
	topology
	start_switch
}

test_stop_leaves_nothing_by_any_signal() {
	before
	local signal
	for signal in TERM INT HUP QUIT; do
		start_vmnet --pidfile=/tmp/pid $SWITCH ptp:///tmp/p2p
		expect [ "$(cat /tmp/pid)" = $VMNET ]
		within 4000 stop_vmnet -$signal
		expect same_as_before
		refute test -e /tmp/pid
		refute test -e /run/vde_vmnet
	done
}

# Its configuration takes a while to read: the signal comes when nothing is done yet.
has_open() { [ -n "$(find /proc/"$1"/fd -lname "$2" 2>/dev/null)" ]; }
test_stop_before_anything_is_done() {
	before
	local signal
	{ yes '# comment' || true; } | head -c 60000000 >/tmp/slow.conf
	for signal in TERM INT QUIT; do
		launch_vmnet --config=/tmp/slow.conf $SWITCH
		wait_for 5 has_open $VMNET /tmp/slow.conf
		stop_vmnet -$signal
		refute log_has 'ready: '
		expect same_as_before
	done
}

test_ready_soon_and_says_how_to_attach() {
	within 8000 start_vmnet $SWITCH # 0.5 s on a machine that is not busy
	expect log_has 'ready: vmnet-shared, 192\.168\.105\.1/24, DHCP 192\.168\.105\.2 to 192\.168\.105\.254, IPv6 fd[0-9a-f:]*::1/64, at vde:///tmp/sw\.ctl; QEMU: -netdev vde,id=net0,sock=/tmp/sw\.ctl '
	expect [ "$(log_count 'ready: ')" = 1 ]
}

gone() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep" && ! ip -n host link show vmnet-shared; }

test_killed_host_process_takes_all_along() {
	before
	start_vmnet --pidfile=/tmp/pid $SWITCH ptp:///tmp/p2p
	kill -KILL $VMNET
	wait_for 2 gone
	expect [ -z "$(in_ns host nft list ruleset)" ]
	# What the kernel cannot tie to a process is undone by --cleanup …
	expect in_ns host "$PROGRAM" --cleanup
	expect same_as_before
	# … and there is nothing to do the second time.
	expect in_ns host "$PROGRAM" --cleanup
	expect same_as_before
}

test_next_start_undoes_what_a_killed_one_left() {
	before
	start_vmnet --pidfile=/tmp/pid $SWITCH ptp:///tmp/p2p
	kill_with_watcher
	wait_for 2 gone
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 1 ]
	start_vmnet --pidfile=/tmp/pid $SWITCH ptp:///tmp/p2p
	stop_vmnet
	expect same_as_before
}

test_killed_worker_ends_the_daemon() {
	before
	start_vmnet $SWITCH ptp:///tmp/p2p
	kill -KILL "$(worker_pid)"
	wait_for 2 ended $VMNET
	expect [ "$(
		wait $VMNET
		echo $?
	)" = 1 ]
	expect log_has 'the worker was killed by signal 9'
	expect same_as_before
}

test_killed_dnsmasq_is_started_again() {
	start_vmnet $SWITCH
	guest g1
	lease g1
	local old new
	echo_requests /tmp/ping 150 20 g1 $GATEWAY &
	local ping=$!
	for _ in 1 2; do
		old=$(dnsmasq_pid)
		kill -KILL "$old"
		wait_for 1 new_dnsmasq "$old"
	done
	wait $ping
	expect all_answered /tmp/ping 150
	expect log_has 'dnsmasq exited \(signal 9\); restarting it'
	# What the journal has of it: the worker, and the dnsmasq of now.
	expect [ "$(standing_processes)" = 3 ] # worker, watcher and dnsmasq
	expect [ "$(in_ns g1 dig +short +time=10 @$GATEWAY g1)" = "$(leased g1 ip)" ]
}
standing_processes() { awk '/^\+process / { n++ } /^-process / { n-- } END { print n }' /run/vde_vmnet/shared.state; }
new_dnsmasq() {
	local new
	new=$(dnsmasq_pid) && [ "$new" != "$1" ]
}

test_all_killed_at_once() {
	before
	start_vmnet --pidfile=/tmp/pid $SWITCH ptp:///tmp/p2p
	kill -KILL $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
	wait_for 2 gone
	expect in_ns host "$PROGRAM" --cleanup
	expect same_as_before
}

# A killed instance's process ids may belong to others by now.
# Killed before it did anything.
test_cleanup_of_nothing_says_so() {
	mkdir -m 755 /run/vde_vmnet
	: >/run/vde_vmnet/shared.state
	in_ns host "$PROGRAM" --cleanup 2>/tmp/err
	expect grep -q "network 'shared' left nothing behind" /tmp/err
	refute test -e /run/vde_vmnet/shared.state
}

# But not one that runs.
test_cleanup_of_nothing_names_what_was_killed() {
	start_vmnet --name=running ptp:///tmp/p2p
	in_ns host "$PROGRAM" --cleanup 2>/tmp/err
	expect grep -q "network 'shared' left nothing behind$" /tmp/err
	echo '+directory /run/vde_vmnet/a' >/run/vde_vmnet/lab.state
	in_ns host "$PROGRAM" --cleanup 2>/tmp/err
	expect grep -q "network 'shared' left nothing behind; 'lab' did: --cleanup --name=lab$" /tmp/err
	in_ns host "$PROGRAM" --cleanup --name=lab 2>/tmp/err
	expect grep -q "cleaned up 1 thing that network 'lab' left behind" /tmp/err
}

test_cleanup_counts() {
	mkdir -m 755 /run/vde_vmnet
	echo '+directory /run/vde_vmnet/a' >/run/vde_vmnet/shared.state
	in_ns host "$PROGRAM" --cleanup 2>/tmp/err
	expect grep -q "cleaned up 1 thing that network 'shared' left behind" /tmp/err
	mkdir -m 755 /run/vde_vmnet
	printf '+directory /run/vde_vmnet/%s\n' a b >/run/vde_vmnet/shared.state
	start_vmnet $SWITCH
	expect log_has 'cleaned up 2 things that a killed instance left behind'
}

test_cleanup_kills_no_stranger() {
	start_vmnet $SWITCH
	kill -KILL $VMNET
	wait_for 2 gone
	sleep 100 &
	local stranger=$!
	echo "+process $stranger 1" >>/run/vde_vmnet/shared.state
	echo "+pidfile /etc/passwd" >>/run/vde_vmnet/shared.state
	printf '+forwarding torn' >>/run/vde_vmnet/shared.state
	expect in_ns host "$PROGRAM" --cleanup
	expect kill -0 $stranger
	expect test -s /etc/passwd
	kill $stranger
}

test_removed_device_ends_the_daemon() {
	before
	start_vmnet $SWITCH
	ip -n host link del vmnet-shared
	wait_for 2 ended $VMNET
	expect log_has 'the device vmnet-shared is gone: other software deleted it'
	expect same_as_before
}

test_device_down_and_up_again() {
	start_vmnet $SWITCH
	guest g1
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	local n
	for n in 1 2 3; do # we may have put it back already: net/51-changes
		ip -n host link set vmnet-shared down
		pings g1 $GATEWAY || true
		ip -n host link set vmnet-shared up
		wait_for 3 reaches g1 $GATEWAY
	done
	expect [ "$(log_count error)" = 0 ]
}

test_counters_on_request() {
	start_vmnet $SWITCH
	guest g1
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	counters >/tmp/counters
	expect grep -qE 'port vmnet-shared: in [1-9][0-9]* frames [0-9]+ bytes, out [1-9]' /tmp/counters
	expect grep -qE 'port vde:///tmp/sw.ctl: in [1-9][0-9]* frames' /tmp/counters
}

# The kernel's own default is 10.
test_room_for_bursts_is_made_and_given_back() {
	queue() { in_ns host sysctl -n net.unix.max_dgram_qlen; }
	in_ns host sysctl -qw net.unix.max_dgram_qlen=11
	start_vmnet $SWITCH
	local first=$VMNET
	expect [ "$(queue)" = 512 ]
	start_vmnet --name=two ptp:///tmp/p2p
	kill $first
	wait_for 3 ended $first
	expect [ "$(queue)" = 512 ]
	stop_vmnet
	expect [ "$(queue)" = 11 ]
	start_vmnet $SWITCH
	kill -KILL $VMNET
	wait_for 2 gone
	expect in_ns host "$PROGRAM" --cleanup
	expect [ "$(queue)" = 11 ]
	# What is large enough, or changed by others meanwhile, is not ours.
	in_ns host sysctl -qw net.unix.max_dgram_qlen=1000
	start_vmnet $SWITCH
	expect [ "$(queue)" = 1000 ]
	stop_vmnet
	expect [ "$(queue)" = 1000 ]
	in_ns host sysctl -qw net.unix.max_dgram_qlen=11
	start_vmnet $SWITCH
	in_ns host sysctl -qw net.unix.max_dgram_qlen=64
	stop_vmnet
	expect [ "$(queue)" = 64 ]
}

# It holds a port or a device that the next start needs.
test_cleanup_waits_for_what_it_kills() {
	start_vmnet $SWITCH
	kill -KILL $VMNET
	wait_for 2 gone
	mkfifo /tmp/full
	dd if=/dev/zero of=/tmp/full bs=400M count=1 2>/dev/null & # its memory takes a while to go
	local slow=$!
	exec 6<>/tmp/full
	wait_for 10 holds_memory $slow
	echo "+process $slow $(sed 's/.*) //' /proc/$slow/stat | cut -d' ' -f20)" >>/run/vde_vmnet/shared.state
	in_ns host "$PROGRAM" --cleanup
	expect ended $slow
}
holds_memory() { [ "$(awk '/VmRSS/ {print $2}' /proc/"$1"/status)" -gt 400000 ]; }
