# SPDX-License-Identifier: GPL-2.0-or-later
# What a guest can send without end. Beside each flood the host reaches the outside and the LAN
# reaches the host without a loss, and the other guest has its network. tests/net has the limits
# themselves.

setup() {
	topology
	topology6
	route6_static
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 --leases-per-port=32 switch://$SWITCH
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
	expect reaches g1 $SERVER
	expect reaches host $SERVER
	expect reaches inet 198.51.100.2
	MAC=$(in_ns host cat /sys/class/net/vmnet-shared/address)
	WORKER=$(worker_pid)
}

# All answers come, however late: 40 of 40, where nothing less is asked for.
all_of() { # ns address [how many at least]
	local got
	echo_requests /tmp/ping 40 50 "$1" "$2" || true
	got=$(answered /tmp/ping 40)
	echo "beside the flood: $1 to $2: $got of 40"
	[ "$got" -ge "${3:-40}" ]
}
all_answer() {
	expect all_of g1 $GATEWAY
	expect all_of g1 $SERVER
}
# The kernel's table of neighbours is that of all tests at once: where it is full, an entry that is
# in use is asked for again, and what waits for that meanwhile is lost: up to a third, where nothing
# else slows the flood.
most_answer() {
	expect all_of g1 $GATEWAY 26
	expect all_of g1 $SERVER 26
}
# A flood that goes to all guests fills the port of one that reads slower than it comes: a switch
# drops what has no room there. Other frames get through beside it.
gets_through() {
	wait_for 10 reaches g1 $GATEWAY
	wait_for 10 reaches g1 $SERVER
}
beside() { # pid [what the other guest must get]
	expect all_of host $SERVER
	expect all_of inet 198.51.100.2
	"${2:-all_answer}"
	kill -0 "$1" || fail "the flood was over before"
	kill "$1"
	wait "$1" || true
	expect [ "$(worker_pid)" = "$WORKER" ]
}
flood() { # kind
	[ -n "${NEIGHBOURS:-}" ] || needs_the_neighbour_table
	"${AS_USER[@]}" env PREFIX6=$PREFIX6 GATEWAY_MAC="$MAC" /usr/bin/python3 tests/hostile/flood.py "$1" vde://$SWITCH >/tmp/flood 2>&1 &
	FLOOD=$!
	wait_for 10 grep -q begun /tmp/flood
}
one_flood() {
	flood "$1"
	beside $FLOOD "${2:-}"
}

test_connections_from_all_ports() { one_flood ports; }
test_connections_from_endless_sources() { one_flood sources; }
test_fragments() { one_flood fragments; }
test_neighbours() {
	fills_the_neighbour_table
	one_flood neighbours most_answer
}
test_mac_addresses() { one_flood macs gets_through; }
test_small_packets() { one_flood small; }
test_broadcasts() { one_flood broadcast gets_through; }
test_requests_for_leases() {
	flood dhcp
	guest g2
	lease g2
	expect [ -n "$(leased g2 ip)" ]
	beside $FLOOD
}
