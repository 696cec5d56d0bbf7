# SPDX-License-Identifier: GPL-2.0-or-later
# Clients of our switch that do not behave (clients.py), and beside them guests that do.

SEED=${SEED:-$RANDOM$RANDOM}

setup() {
	topology
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	guest g1
	guest g2
	static_address g1 9
	static_address g2 10
	expect reaches g1 192.168.105.10
	expect reaches g1 $GATEWAY
}
clients_are() { [ "$(find $SWITCH -name '[0-9]*.*' | wc -l)" = "$1" ]; }
misbehave() { # quiet|loud count
	timeout 300 ip netns exec host "${AS_USER[@]}" /usr/bin/python3 tests/hostile/clients.py "$SEED" $SWITCH "$2" "$1" >/tmp/clients 2>&1 || {
		cat /tmp/clients # and the last: whichever way it was in
		fail "seed $SEED"
	}
	tail -1 /tmp/clients
}

# Beside clients of a kind the guest and the host ping a guest, so many times.
beside_them() { # quiet|loud count pings
	local ping at
	echo_requests /tmp/ping-guest "$3" 50 g1 192.168.105.10 &
	ping=$!
	echo_requests /tmp/ping-host "$3" 50 host 192.168.105.9 &
	misbehave "$1" "$2"
	wait $ping $! || true
	for at in guest host; do echo "beside $1 clients, $at to guest: $(answered /tmp/ping-$at "$3") of $3"; done
}
# What is there when some have come and gone.
begin() { # quiet|loud
	WORKER=$(worker_pid) OPEN=$(worker_descriptors)
	misbehave "$1" 1
	wait_for 5 clients_are 2
	MEMORY=$(worker_memory)
}
# A port's sockets, its place, its memory are free again.
nothing_stays() {
	wait_for 5 clients_are 2
	wait_for 5 prints "$OPEN" worker_descriptors
	expect [ "$(worker_pid)" = "$WORKER" ]
	expect [ "$(worker_memory)" -le $((MEMORY + 256)) ]
	expect reaches g2 $GATEWAY
	refute grep -q "$(printf '[\033\007]')" $LOG
	expect [ "$(log_count ' error')" = 0 ]
}

test_clients_that_do_not_behave_stop_nobody() {
	local at
	begin quiet
	beside_them quiet 2 200
	for at in guest host; do
		all_answered /tmp/ping-$at 200 || {
			cat /tmp/ping-$at
			counters 3
			fail "an echo was lost"
		}
	done
	nothing_stays
}

# What goes to all does not fit where a guest reads slower than it comes. But it waits by whom it
# is of: other frames are through beside it, and afterwards, too, nothing is lost.
test_clients_that_flood_stop_nobody() {
	local at
	begin loud
	beside_them loud 8 40
	counters 3
	for at in guest host; do expect all_answered /tmp/ping-$at 40; done
	wait_for 10 reaches g1 192.168.105.10
	wait_for 10 reaches host 192.168.105.9
	beside_them quiet 0 40
	for at in guest host; do expect all_answered /tmp/ping-$at 40; done
	nothing_stays
}
