# SPDX-License-Identifier: GPL-2.0-or-later
# Switches that come and go, point to point in both generations, other locators.

setup() { topology; }
connected() { [ "$(log_count "$SWITCH: connected")" -ge "$1" ]; }
descriptors() { ls /proc/"$1"/fd | wc -l; }

test_switch_may_come_later() {
	start_vmnet $SWITCH
	expect log_has "vde://$SWITCH: No such file or directory; waiting for it"
	expect log_has 'ready: '
	start_switch
	wait_for 1 connected 1
	guest g1
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	expect [ "$(log_count 'waiting for it')" = 1 ]
}

test_switch_restarts_and_is_killed() {
	start_switch
	start_vmnet $SWITCH
	wait_for 3 no_connector
	local worker fds host_fds n=1 ticks
	worker=$(worker_pid)
	fds=$(descriptors "$worker") host_fds=$(descriptors $VMNET)
	for signal in -TERM -KILL -TERM; do
		stop_switch $signal
		[ $signal = -TERM ] || rm -rf $SWITCH /tmp/sw.pid
		wait_for 3 waits $n
		start_switch
		n=$((n + 1))
		wait_for 1 connected $n
	done
	wait_for 3 no_connector
	wait_for 3 has_no_more "$worker" "$fds"
	wait_for 3 has_no_more $VMNET $((host_fds + 2)) # three, if each of the three left one
	expect [ "$(log_count 'waiting for it')" = 3 ]
	guest g1
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
}
# What the host process opens once, some time after it is ready, or for a moment, is no leak.
has_no_more() { [ "$(descriptors "$1")" -le "$2" ]; } # pid descriptors
waits() { [ "$(log_count 'the peer is gone')" -ge "$1" ]; }
no_connector() { ! pgrep -f '^vde_vmnet-connector'; }

test_waiting_is_no_busy_loop() {
	start_vmnet $SWITCH
	local before after
	before=$(ticks_of_all)
	sleep 2
	after=$(ticks_of_all)
	# In ticks of 10 ms: 2 seconds of waiting cost less than 0.2.
	expect [ $((after - before)) -lt 20 ]
}
ticks_of_all() { cat $(pgrep -f vde_vmnet | sed 's,.*,/proc/&/stat,') | sed 's/.*) //' | awk '{ s += $12 + $13 } END { print s }'; }

test_switch_of_another_user_and_group() {
	groupadd_once
	install -d -o daemon /run/theirs # a place of his own: in /tmp it could be anybody's
	SWITCH=/run/theirs/sw.ctl
	setpriv --reuid=daemon --regid=vde2-net --clear-groups vde_switch -s $SWITCH -d -p /tmp/sw.pid -m 0770 -g vde2-net </dev/null
	wait_for 5 test -S $SWITCH/ctl
	launch_vmnet $SWITCH
	wait_for 5 log_has 'Permission denied; waiting for it'
	stop_vmnet
	start_vmnet --vde-group=vde2-net $SWITCH
	expect connected 1
}
groupadd_once() { getent group vde2-net >/dev/null || skip 'the group vde2-net comes with the package vde2'; }

test_frozen_switch_stops_nobody() {
	start_switch
	kill -STOP "$(cat /tmp/sw.pid)"
	launch_vmnet $SWITCH ptp:///tmp/p2p
	wait_for 3 log_has 'ptp:///tmp/p2p: open for a peer'
	guest g1 ptp:///tmp/p2p
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	within 4000 end_vmnet
	kill -CONT "$(cat /tmp/sw.pid)"
	expect [ -z "$(find $SWITCH -name '.[0-9]*')" ]
}

end_vmnet() {
	end $VMNET
}

# First generation, Debian's libvdeplug: we come first, the peer comes first, restarts, killed.
test_switch_that_does_not_answer_is_waited_for() {
	start_switch
	kill -STOP "$(cat /tmp/sw.pid)"
	start_vmnet $SWITCH
	expect log_has "vde://$SWITCH: no answer; waiting for it"
	kill -CONT "$(cat /tmp/sw.pid)"
	wait_for 3 connected 1
	guest g1
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	expect [ "$(log_count 'waiting for it')" = 1 ]
}

test_ptp_first_generation() {
	start_vmnet '/tmp/p2p[]'
	guest g1 ptp:///tmp/p2p
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	for signal in TERM KILL; do
		kill -$signal $PLUG_g1
		wait_for 3 ended $PLUG_g1
		ip netns del g1
		guest g1 ptp:///tmp/p2p
		static_address g1 9
		wait_for 3 reaches g1 $GATEWAY
	done
	stop_vmnet
	start_vmnet ptp:///tmp/p2p # now the peer was first... or its path is free again
	wait_for 3 reaches g1 $GATEWAY
	kill $PLUG_g1
	wait_for 3 ended $PLUG_g1
	stop_vmnet
	expect [ -z "$(find /tmp -name 'p2p*')" ]
}

# Second generation: the peer is a fake, no package of Debian speaks it yet.
test_ptp_second_generation() {
	start_vmnet 'ptp:///tmp/p2p[gen=2]'
	"${AS_USER[@]}" "$TOOL" /tmp/p2p ptp2 20000 >/tmp/peer &
	local peer=$!
	wait_for 3 grep -q joined /tmp/peer
	wait_for 3 log_has 'the peer is there'
	expect [ "$(as_user "$TOOL" /tmp/p2p ptp2 100)" = 'refused 106' ]
	wait_for 3 log_has 'warning: ptp:///tmp/p2p.gen=2.: refused a client .uid [0-9]*, pid [0-9]*.: a point-to-point endpoint takes one .*use switch:'
	kill -USR1 $VMNET
	wait_for 3 log_has 'ptp:///tmp/p2p.gen=2.: clients refused: 1 '
	ip -n host neigh add 192.168.105.9 lladdr 02:00:00:00:00:78 dev vmnet-shared
	in_ns host ping -c1 -W1 192.168.105.9 >/dev/null || true
	wait_for 3 grep -q '02:00:00:00:00:78 .* 0800' /tmp/peer
	kill -KILL $peer
	wait_for 3 log_has 'the peer is gone'
	rm /tmp/peer
	"${AS_USER[@]}" "$TOOL" /tmp/p2p ptp2 20000 >/tmp/peer &
	wait_for 3 grep -q joined /tmp/peer
	kill $!
	stop_vmnet
	expect [ ! -e /tmp/p2p ]
	rm /tmp/peer
	# The other way round, and the generation is found out by the live peer.
	"${AS_USER[@]}" "$TOOL" /tmp/p2p ptp2 20000 >/tmp/peer &
	peer=$!
	wait_for 3 grep -q waiting /tmp/peer
	start_vmnet ptp:///tmp/p2p
	wait_for 3 grep -q joined /tmp/peer
	kill -KILL $peer
	wait_for 3 log_has 'ptp:///tmp/p2p: the peer is gone'
}

# A peer that finds no descriptor left waits for one; the worker meanwhile has nothing to do with it.
test_ptp_second_generation_without_descriptors() {
	local kind ticks stalls=()
	printf '#!/bin/sh\nexec prlimit --nofile=300 -- %s "$@"\n' "$PROGRAM" >/tmp/limited
	chmod +x /tmp/limited
	PROGRAM=/tmp/limited start_vmnet 'ptp:///tmp/p2p[gen=2]' stream:///tmp/stream.sock seqpacket:///tmp/seqpacket.sock
	for kind in stream seqpacket; do
		"${AS_USER[@]}" "${TOOL%/*}/socketclient" $kind:///tmp/$kind.sock stall 180 >/tmp/stall.$kind &
		stalls+=($!)
		wait_for 5 grep -q joined /tmp/stall.$kind
	done
	wait_for 5 log_has 'seqpacket:///tmp/seqpacket.sock: cannot accept a client now: Too many open files'
	ticks=$(worker_ticks)
	"${AS_USER[@]}" "$TOOL" /tmp/p2p ptp2 20000 >/tmp/peer &
	sleep 2
	expect [ $(($(worker_ticks) - ticks)) -le 20 ] # of 10 ms
	expect [ "$(log_count 'warning: ptp:///tmp/p2p.gen=2.: cannot accept the peer now: Too many open files; trying again')" = 1 ]
	kill "${stalls[@]}"
	wait_for 5 grep -q joined /tmp/peer
}
worker_ticks() { sed 's/.*) //' /proc/"$(worker_pid)"/stat | awk '{ print $12 + $13 }'; }

test_ptp_generation_that_does_not_fit() {
	"${AS_USER[@]}" "$TOOL" /tmp/p2p ptp2 20000 >/tmp/peer &
	local peer=$!
	wait_for 3 grep -q waiting /tmp/peer
	start_vmnet 'ptp:///tmp/p2p[gen=1]'
	expect log_has 'gen=1]: the peer there uses another generation .*; waiting for it'
	refute test -e /tmp/p2p+
	kill -KILL $peer
	wait_for 3 log_has 'gen=1]: open for a peer'
	guest g1 ptp:///tmp/p2p
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
}

test_what_is_no_socket_is_left_alone() {
	echo precious >/tmp/file
	refute in_ns host "$PROGRAM" ptp:///tmp/file
	refute in_ns host "$PROGRAM" /tmp/file
	expect [ "$(cat /tmp/file)" = precious ]
	ln -s /tmp/file /tmp/link
	refute in_ns host "$PROGRAM" ptp:///tmp/link
	start_switch
	ln -s $SWITCH/ctl /tmp/link-to-socket
	refute in_ns host "$PROGRAM" ptp:///tmp/link-to-socket
	mkfifo /tmp/fifo
	refute in_ns host "$PROGRAM" ptp:///tmp/fifo
	expect [ -p /tmp/fifo ]
	# A locator hidden in a file is not followed: cmd:// would run a command.
	echo 'cmd://touch /tmp/run' >/tmp/hidden
	refute in_ns host "$PROGRAM" /tmp/hidden
	expect [ ! -e /tmp/run ]
}

# Several endpoints are ports of one switch.
test_guests_on_two_endpoints_reach_each_other() {
	start_switch
	start_vmnet $SWITCH ptp:///tmp/p2p
	guest g1
	static_address g1 9
	guest g2 ptp:///tmp/p2p
	static_address g2 10
	wait_for 3 reaches g1 192.168.105.10
	expect reaches g2 $GATEWAY
	expect reaches g1 $GATEWAY
}

# A peer that is attached and never reads costs the others nothing.
test_stalled_peer_stops_nobody() {
	start_switch
	start_vmnet $SWITCH ptp:///tmp/p2p
	"${AS_USER[@]}" "$TOOL" ptp:///tmp/p2p stall &
	local stall=$!
	wait_for 5 test -S /tmp/p2p+
	head -c 60 /dev/zero | as_user socat -u - UNIX-SENDTO:/tmp/p2p # in /tmp, who hears has spoken
	guest g1
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	wait_for 60 fill_the_stalled_one
	echo_requests /tmp/ping 50 10 g1 $GATEWAY
	cat /tmp/ping
	expect all_answered /tmp/ping 50
	expect counters_drop 'peer full'
	within 4000 stop_vmnet
	kill $stall
}
# Broadcasts are for the stalled one too, and fill its queue.
fill_the_stalled_one() {
	in_ns g1 ping -b -f -l 3000 -s 1400 -c 3000 -w 5 192.168.105.255 >/dev/null 2>&1 || true
	counters_drop 'peer full'
}
counters_drop() { counters 3 | grep "$1" >/dev/null; }

# It answers, and hangs up: said once, until one stays.
test_who_hangs_up_each_time() {
	"${AS_USER[@]}" socat UNIX-LISTEN:/tmp/p2p,type=5,fork EXEC:'head -c1 /dev/zero' 2>/dev/null &
	local peer=$!
	wait_for 3 test -S /tmp/p2p
	start_vmnet 'ptp:///tmp/p2p[gen=2]'
	wait_for 3 log_has 'the peer is gone; waiting for it'
	sleep 1.5 # six tries
	expect [ "$(log_count 'p2p\[gen=2\]: open for a peer')" = 1 ]
	expect [ "$(log_count 'waiting for it')" = 1 ]
	kill $peer
	wait_for 3 ended $peer
	wait_for 3 opened_again
}
opened_again() { [ "$(log_count 'p2p\[gen=2\]: open for a peer')" = 2 ]; }

test_other_locators_are_relayed() {
	start_vmnet 'hub:///tmp/plughub'
	guest g1 vde:///tmp/plughub
	static_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	# The relay ends: asked for again. (Killed, libvdeplug's hub leaves its directory.)
	kill "$(pgrep -f '^vde_vmnet-connector open')"
	wait_for 3 log_has 'hub:///tmp/plughub: the peer is gone'
	wait_for 3 relayed 2
	stop_vmnet
	refute pgrep -f ^vde_vmnet
}
relayed() { [ "$(log_count 'hub:///tmp/plughub: connected')" -ge "$1" ]; }

# One network over two machines.
test_vxlan_locator_spans_machines() {
	make_ns far
	ip link add wire0 netns host type veth peer name wire1 netns far
	ip -n host addr add 192.0.2.1/24 dev wire0
	ip -n host link set wire0 up
	ip -n far addr add 192.0.2.2/24 dev wire1
	ip -n far link set wire1 up
	start_vmnet 'udp://4000->192.0.2.2:4000'
	# What it says before the other is there is lost, and no reason to give up.
	in_ns host busybox arping -c 2 -w 2 -I vmnet-shared 192.168.105.9 >/dev/null || true
	ip -n far tuntap add dev tap9 mode tap user $MACHINE_USER
	ip -n far link set tap9 up
	ip -n far addr add 192.168.105.9/24 dev tap9
	ip netns exec far "${AS_USER[@]}" vde_plug2tap -s 'udp://4000->192.0.2.1:4000' tap9 </dev/null &
	wait_for 5 reaches far $GATEWAY
	refute log_has 'the peer is gone'
}
