# SPDX-License-Identifier: GPL-2.0-or-later
# Clients of stream:// and seqpacket:// that do not behave (streams.py), and beside them guests that do.

SEED=${SEED:-$RANDOM$RANDOM}

setup() {
	topology
	start_vmnet --user=$MACHINE_USER stream:///tmp/stream.sock seqpacket:///tmp/packets.sock \
		"stream:///tmp/undone.sock[offload=on]" "seqpacket:///tmp/undone-packets.sock[offload=on]"
	socket_guest g1 stream:///tmp/stream.sock
	socket_guest g2 seqpacket:///tmp/packets.sock
	static_address g1 9
	static_address g2 10
	expect reaches g1 192.168.105.10
	expect reaches g1 $GATEWAY
}
ports() { in_ns host /usr/bin/python3 tests/net/control.py /run/vde_vmnet/shared.control ask query-ports | jq length; }
misbehave() { # quiet|loud|undone count [stream packets]
	timeout 300 ip netns exec host "${AS_USER[@]}" /usr/bin/python3 tests/hostile/streams.py "$SEED" \
		"${3:-/tmp/stream.sock}" "${4:-/tmp/packets.sock}" "$2" "$1" >/tmp/clients 2>&1 || {
		cat /tmp/clients # and the last: whichever way it was in
		fail "seed $SEED"
	}
	tail -1 /tmp/clients
}
nothing_stays() { # descriptors and memory of before
	wait_for 5 prints 3 ports
	wait_for 5 prints "$1" worker_descriptors
	expect [ "$(worker_memory)" -le $(($2 + 256)) ]
	expect reaches g2 $GATEWAY
	expect reaches g1 192.168.105.10
	expect [ "$(log_count ' error')" = 0 ]
}

test_clients_that_do_not_behave_stop_nobody() {
	local open memory at ping
	misbehave quiet 1
	wait_for 5 prints 3 ports
	open=$(worker_descriptors) memory=$(worker_memory)
	echo_requests /tmp/ping-guest 200 50 g1 192.168.105.10 &
	ping=$!
	echo_requests /tmp/ping-host 200 50 host 192.168.105.9 &
	misbehave quiet 2
	wait $ping $! || true
	for at in guest host; do
		all_answered /tmp/ping-$at 200 || {
			cat /tmp/ping-$at
			counters 4
			fail "an echo was lost"
		}
	done
	nothing_stays "$open" "$memory"
	# Said once, with the length, and counted.
	expect [ "$(log_count 'refused a client .*: it sent an impossible frame length, [0-9]+; it must send four bytes')" = 1 ]
	kill -USR1 $VMNET
	wait_for 3 log_has 'stream:///tmp/stream.sock: clients refused: .*: it sent an impossible frame length'
}

# Where frames may have 64 KiB, and what they say of themselves decides what becomes of them.
test_offloads_that_are_left_undone_stop_nobody() {
	local open memory ping
	misbehave undone 1 /tmp/undone.sock /tmp/undone-packets.sock
	wait_for 5 prints 3 ports
	open=$(worker_descriptors) memory=$(worker_memory)
	echo_requests /tmp/ping-guest 100 50 g1 192.168.105.10 &
	ping=$!
	misbehave undone 2 /tmp/undone.sock /tmp/undone-packets.sock
	wait $ping || true
	expect all_answered /tmp/ping-guest 100
	nothing_stays "$open" "$memory"
	expect log_has 'undone.* a frame from .* was dropped: it is longer than the network.s MTU allows; .*offload=on can only split complete TCP segments'
}

# Each is a port with a queue of its own: frames are lost where they are not read, and nowhere else.
test_clients_that_read_slowly_stop_nobody() {
	local open memory
	misbehave loud 1
	open=$(worker_descriptors) memory=$(worker_memory)
	misbehave loud 2
	nothing_stays "$open" "$memory"
}

# One that is sent to all the time and never reads costs a fast guest nothing that one could see.
test_a_fast_guest_beside_one_that_stalls() {
	"${AS_USER[@]}" "${TOOL%/*}/socketclient" stream:///tmp/stream.sock stall 64 >/tmp/stalled &
	wait_for 5 grep -q joined /tmp/stalled
	in_ns g2 ping -b -f -s 1400 192.168.105.255 >/dev/null 2>&1 &
	local flood=$!
	stream g1 inet $SERVER -t 2
	stream g1 inet $SERVER -t 2 -R
	kill $flood
	echo_requests /tmp/ping 50 10 g1 $GATEWAY
	expect all_answered /tmp/ping 50
	counters 70 >/tmp/counters
	expect grep -q 'stream:///tmp/stream.sock port [0-9]* .*dropped out: .*peer full' /tmp/counters
	none bad_counters g1 g2 host inet
	within 4000 stop_vmnet
}

# Ports of both kinds whose rates change all the time, beside a guest that has none.
test_rates_that_change_all_the_time() {
	local open
	open=$(worker_descriptors)
	echo_requests /tmp/ping-guest 200 50 g1 192.168.105.10 &
	local ping=$!
	timeout 300 ip netns exec host /usr/bin/python3 tests/hostile/rates.py "$SEED" /tmp/stream.sock /tmp/packets.sock \
		/run/vde_vmnet/shared.control "${RATE_SECONDS:-10}" >/tmp/clients 2>&1 || {
		cat /tmp/clients
		fail "seed $SEED"
	}
	wait $ping
	expect all_answered /tmp/ping-guest 200
	wait_for 5 prints 3 ports
	wait_for 5 prints "$open" worker_descriptors
}
