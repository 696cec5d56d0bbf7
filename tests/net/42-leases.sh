# SPDX-License-Identifier: GPL-2.0-or-later
# No port takes all the leases that there are.

CLIENTS=${TOOL%/*}/dhcpclients
setup() { topology; }

start_ours() { start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 "$@" switch://$SWITCH; }
clients() { as_user "$CLIENTS" "${LOCATOR:-$SWITCH}" "$@" >/tmp/leases; }
given() { grep -c -v ' - ' /tmp/leases || true; }
raw() { as_user /usr/bin/python3 tests/net/rawguest.py vde://$SWITCH "$@"; }
dropped() { counters 4 | grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'; }
leases_at_most() { [ "$(grep -c "$2" /var/lib/vde_vmnet/shared.leases)" -le "$1" ]; }

test_a_port_has_its_share() {
	start_ours
	clients 52:54:00:00:02:00 100
	expect [ "$(given)" = 64 ]
	wait_for 3 log_has 'warning: switch://.*: a frame from 52:54:00:00:02:.. was dropped: it asks for more leases than its port may have; raise --leases-per-port'
	expect [ "$(log_count 'more leases than its port may have')" = 1 ]
	expect [ "$(dropped 'too many leases')" -ge 36 ]
	# Another port has its own.
	guest g1
	lease g1
	in_ns host "$PROGRAM" --check --name=two >/tmp/plan
	expect grep -q '^leases     at most 64 per port' /tmp/plan
}

test_the_share_is_an_option() {
	start_ours --leases-per-port=3
	clients 52:54:00:00:02:00 10
	expect [ "$(given)" = 3 ]
	stop_vmnet
	start_ours --leases-per-port=250
	clients 52:54:00:00:03:00 200
	expect [ "$(given)" = 200 ]
	local status=0 value
	for value in 0 -1 4097 many ''; do
		status=0
		in_ns host "$PROGRAM" --leases-per-port=$value 2>/tmp/err || status=$?
		expect [ $status = 2 ]
		expect grep -q -- '--leases-per-port.*1 to 4096' /tmp/err
	done
	status=0
	in_ns host "$PROGRAM" --leases-per-port=5 --vmnet-disable-dhcp 2>/tmp/err || status=$?
	expect [ $status = 2 ]
}

# A whole vde_switch is one port, of many guests.
test_a_vde_switch_has_no_limit() {
	start_switch
	start_vmnet vde://$SWITCH
	LOCATOR=vde://$SWITCH clients 52:54:00:00:02:00 100
	expect [ "$(given)" = 100 ]
}

# Whoever comes again and again, with new addresses each time, leaves the range to others.
test_coming_again_and_again_does_not_use_up_the_range() {
	start_ours
	local n
	for n in 1 2 3 4 5 6 7 8; do
		clients 52:54:00:00:1$n:00 64
		expect [ "$(given)" = 64 ]
	done
	wait_for 5 leases_at_most 128 '52:54:00:00:1'
	guest g1
	lease g1
	# Who was there last keeps his address while he is away.
	cp /tmp/leases /tmp/before
	clients 52:54:00:00:18:00 64
	expect [ "$(sort /tmp/leases)" = "$(sort /tmp/before)" ]
}

# Two hundred short-lived guests behind one port: each gives back what it had.
test_what_is_released_is_free_again() {
	start_ours --leases-per-port=4
	guest g1
	local n
	for n in $(seq 10 29); do
		ip -n g1 link set eth0 address 52:54:00:00:07:$n
		lease g1 -R
		end "$(cat /tmp/g1.udhcpc)"
		wait_for 5 leases_at_most 0 '52:54:00:00:07'
		ip -n g1 addr flush dev eth0
	done
	refute log_has 'more leases than its port may have'
}

test_a_request_is_in_the_name_of_its_sender() {
	start_ours
	guest g1
	dump /tmp/seen host -i vmnet-shared -e 'udp port 67 or ether proto 0x88b5'
	raw dhcp 52:54:00:00:00:99 02:00:00:00:00:77
	raw dhcp 02:00:00:00:00:78 02:00:00:00:00:78
	raw dhcp 52:54:00:00:00:98 02:00:00:00:00:79 192.168.105.77 # a relay
	raw send "ffffffffffff 02000000007a 88b5 00"
	wait_for 5 grep -q 0x88b5 /tmp/seen
	expect [ "$(grep -c 02:00:00:00:00:77 /tmp/seen)" = 0 ]
	expect grep -q '02:00:00:00:00:78 >' /tmp/seen
	expect grep -q '02:00:00:00:00:79 >' /tmp/seen
	expect [ "$(dropped 'DHCP for another')" = 1 ]
	wait_for 3 log_has 'a frame from 02:00:00:00:00:77 was dropped: it asks for a lease in the name of another guest; '
}

test_dhcpv6_has_a_share_too() {
	start_ours --leases-per-port=8
	raw dhcp6 10 02:00:00:00:00:77 >/tmp/leases6
	expect [ "$(sort -u /tmp/leases6 | wc -l)" = 8 ]
	# Its addresses go to others when it is gone for long: again and again, another identity each time.
	local n
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		raw dhcp6 8 02:00:00:00:00:77 ${n}000 >/tmp/leases6
		expect [ "$(sort -u /tmp/leases6 | wc -l)" = 8 ]
	done
	wait_for 5 leases_at_most 72 "${PREFIX6%::}"
	guest g1
	lease6 g1
}
