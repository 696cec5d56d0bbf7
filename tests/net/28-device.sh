# SPDX-License-Identifier: GPL-2.0-or-later
# Our device itself while guests use it: other software gives it another name, MAC address, MTU or
# master, takes its routes, or takes it away.
. "$TOP/tests/net/changing.sh"

begin_in_both() {
	begin
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
}
put_back() { wait_for 2 log_has "warning: other software changed something that guests need: $1; it was restored"; }
is_left() { wait_for 2 log_has "within a minute .*: $1; .*; to fix it, run: $2$"; }
all_is_well() {
	wait_for 3 reaches g1 $SERVER
	wait_for 3 reaches g1 ${PREFIX6}1
	wait_for 3 reaches g1 fe80::1%eth0
	[ ! -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || wait_for 3 reaches g1 $SERVER6
}
set_device() { ip -n host link set vmnet-shared "$@"; }

# Our rules, and dnsmasq, know it by its name.
test_another_name() {
	begin_in_both
	rename_device
	put_back 'vmnet-shared was called bob'
	all_is_well
	serve_dns
	expect [ "$(in_ns g1 dig +short +time=10 +tries=5 @$GATEWAY www.example.test)" = $SERVER ]
	guest g2 $SWITCH
	lease g2
	# Its settings are watched as before.
	in_ns host sysctl -qw net.ipv6.conf.vmnet-shared.accept_ra=2
	put_back 'net/ipv6/conf/vmnet-shared/accept_ra was 2'
	# Twice in a minute: without it there is no network.
	rename_device
	wait_for 5 ended $VMNET
	expect log_has 'error: other software renamed vmnet-shared to bob, .*stopping the network'
	refute log_has 'now overlaps with'
}
rename_device() {
	set_device name bob 2>/dev/null || {
		set_device down
		set_device name bob
		ip -n host link set bob up
	}
}
test_a_name_that_is_taken() {
	local status=0
	begin_in_both
	kill -STOP $VMNET # or the name is its own again before it is taken
	printf 'link set vmnet-shared down\nlink set vmnet-shared name bob\nlink add vmnet-shared type bridge\n' | ip -n host -batch -
	kill -CONT $VMNET
	wait_for 5 ended $VMNET
	wait $VMNET || status=$?
	expect [ $status = 1 ]
	expect log_has 'error: other software renamed vmnet-shared to bob, and it cannot be renamed back'
	expect [ "$(ip -n host link show vmnet-shared | grep -c bob)" = 0 ]
}

test_another_network_namespace() {
	local status=0
	begin_in_both
	set_device netns inet
	wait_for 5 ended $VMNET
	wait $VMNET || status=$?
	expect [ $status = 1 ]
	expect log_has 'the device vmnet-shared is gone: .*another network namespace'
	refute log_has 'now overlaps with'
	refute ip -n inet link show vmnet-shared
}

# A worker that is killed takes the device along some time before its end can be seen: here it is
# stopped, and its device deleted, in that time.
test_worker_that_ends_is_not_blamed_on_others() {
	local status=0 worker
	begin_in_both
	worker=$(worker_pid)
	kill -STOP "$worker"
	ip -n host link delete vmnet-shared
	sleep 0.4
	kill -KILL "$worker"
	wait_for 5 ended $VMNET
	wait $VMNET || status=$?
	expect [ $status = 1 ]
	expect log_has 'the worker was killed by signal 9'
	refute log_has 'other software deleted it'
}
test_deleted_beside_a_worker_that_does_not_see_it() {
	local status=0 worker
	begin_in_both
	worker=$(worker_pid)
	kill -STOP "$worker"
	ip -n host link delete vmnet-shared
	wait_for 5 log_has 'the device vmnet-shared is gone: other software deleted it'
	kill -CONT "$worker"
	wait_for 5 ended $VMNET
	wait $VMNET || status=$?
	expect [ $status = 1 ]
}

test_a_member_of_a_bridge() {
	begin_in_both
	ip -n host link add br0 type bridge
	ip -n host link set br0 up
	set_device master br0
	put_back 'vmnet-shared was added to br0'
	all_is_well
	set_device master br0
	is_left 'vmnet-shared was added to br0' 'ip link set vmnet-shared nomaster'
}

test_another_mac_address() {
	local mac
	begin_in_both
	mac=$(in_ns host cat /sys/class/net/vmnet-shared/address)
	set_device address 02:11:22:33:44:55
	put_back 'the MAC address of vmnet-shared was 02:11:22:33:44:55'
	expect [ "$(in_ns host cat /sys/class/net/vmnet-shared/address)" = "$mac" ]
	all_is_well
}

# Below 1280 bytes there is no IPv6, nor its settings and addresses.
test_another_mtu() {
	local mtu
	begin_in_both
	for mtu in 600 9000; do
		: >$LOG
		set_device mtu $mtu
		[ $mtu = 9000 ] || put_back "the MTU of vmnet-shared was $mtu"
		[ $mtu = 600 ] || is_left "the MTU of vmnet-shared was $mtu" 'ip link set vmnet-shared mtu 1500'
		all_is_well
	done
	in_ns host sysctl -qw net.ipv6.conf.vmnet-shared.autoconf=1
	wait_for 2 log_has 'net/ipv6/conf/vmnet-shared/autoconf was 1'
	expect [ "$(ip -n host -6 -o addr show dev vmnet-shared scope link | grep -c inet6)" = 1 ]
}

test_no_carrier() {
	begin_in_both
	set_device carrier off
	put_back 'the carrier of vmnet-shared was off'
	all_is_well
}

test_addresses_with_another_prefix() {
	begin_in_both
	ip -n host addr add $GATEWAY/32 dev vmnet-shared
	ip -n host addr del $GATEWAY/24 dev vmnet-shared
	# At once; where the machine is so busy that it is put back in between, that is right, too.
	printf 'addr del %s1/64 dev vmnet-shared\naddr add %s1/128 dev vmnet-shared\n' $PREFIX6 $PREFIX6 | ip -n host -batch - || true
	put_back "the address $GATEWAY/24 was missing from vmnet-shared"
	put_back "the address ${PREFIX6}1/64 was missing from vmnet-shared"
	all_is_well
	guest g2 $SWITCH
	lease g2
}

# As after ip route flush, and by a route in the place of ours.
test_our_routes() {
	begin_in_both
	ip -n host route show >/tmp/routes
	ip -n host -6 route show dev vmnet-shared >/tmp/routes6
	ip -n host route del 192.168.105.0/24
	ip -n host -6 route del ${PREFIX6}/64
	ip -n host -6 route del fe80::/64 dev vmnet-shared
	put_back 'the route to 192.168.105.0/24 on vmnet-shared was missing'
	put_back "the route to $PREFIX6/64 on vmnet-shared was missing"
	put_back 'the route to fe80::/64 on vmnet-shared was missing'
	all_is_well
	expect diff /tmp/routes <(ip -n host route show)
	expect diff <(cut -d' ' -f1 /tmp/routes6) <(ip -n host -6 route show dev vmnet-shared | cut -d' ' -f1)
	ip -n host route replace unreachable 192.168.105.0/24
	is_left 'the route to 192.168.105.0/24 on vmnet-shared was missing' 'ip route add 192.168.105.0/24 dev vmnet-shared'
}
test_a_null_route_in_the_place_of_ours() {
	begin_in_both
	ip -n host route replace unreachable 192.168.105.0/24
	wait_for 2 log_has 'the route to 192.168.105.0/24 on vmnet-shared was missing, so guests cannot be reached: File exists; .*ip route show 192.168.105.0/24'
}

# A manager that makes the routes itself, with a metric of its own.
test_addresses_without_their_route() {
	begin_in_both
	ip -n host addr change $GATEWAY/24 dev vmnet-shared noprefixroute
	ip -n host route replace 192.168.105.0/24 dev vmnet-shared metric 100
	ip -n host route del 192.168.105.0/24 dev vmnet-shared metric 0 2>/dev/null || true
	ip -n host route replace default via 198.51.100.1 metric 5 # something to look up for
	wait_for 3 reaches g1 $SERVER
	refute log_has 'the route to 192.168.105.0/24'
}
