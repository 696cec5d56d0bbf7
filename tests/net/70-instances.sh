# SPDX-License-Identifier: GPL-2.0-or-later
# Several networks on one host.

setup() {
	topology
	start_switch
}

test_second_of_the_same_name_is_refused() {
	start_vmnet $SWITCH
	local first=$VMNET status=0
	in_ns host "$PROGRAM" ptp:///tmp/p2p 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q "a network named 'shared' is running already" /tmp/err
	status=0
	in_ns host "$PROGRAM" --cleanup 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q "network 'shared' is running; --cleanup is for one that was killed; to end it: vde_vmnetctl --name=shared stop$" /tmp/err
	expect kill -0 $first
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
}

test_overlapping_subnets_are_refused() {
	start_vmnet $SWITCH
	local status=0
	in_ns host "$PROGRAM" --name=two --vmnet-gateway=192.168.105.129 --vmnet-mask=255.255.255.128 ptp:///tmp/p2p 2>/tmp/err || status=$?
	expect [ $status = 1 ]
	expect grep -q '192.168.105.128/25 is already in use here, by the address 192.168.105.1/24 of vmnet-shared' /tmp/err
}

test_second_network_gets_the_next_subnet_and_shares_the_uplink() {
	start_vmnet $SWITCH
	local first=$VMNET
	start_vmnet --name=two ptp:///tmp/p2p
	local second=$VMNET
	expect log_has 'ready: vmnet-two, 192.168.107.1/24'
	guest g1
	static_address g1 9
	guest g2 ptp:///tmp/p2p
	ip -n g2 addr add 192.168.107.9/24 dev eth0
	ip -n g2 route add default via 192.168.107.1
	wait_for 3 reaches g1 $SERVER
	wait_for 3 reaches g2 $SERVER
	# Networks do not reach into each other.
	refute reaches g2 192.168.105.9
	# The first one out leaves the uplink to the second.
	kill $first
	wait_for 3 ended $first
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 1 ]
	expect reaches g2 $SERVER
	kill $second
	wait_for 3 ended $second
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 0 ]
	refute test -e /run/vde_vmnet
}

test_two_started_at_once_choose_different_subnets() {
	launch_vmnet --name=one ptp:///tmp/p1
	launch_vmnet --name=two ptp:///tmp/p2
	launch_vmnet --name=three ptp:///tmp/p3
	wait_for 10 three_ready
	expect [ "$(grep -o 'ready: [^ ]* 192[^ ]*' $LOG | sed 's/.* //' | sort -u | wc -l)" = 3 ]
}
three_ready() { [ "$(log_count 'ready: ')" = 3 ]; }

test_long_names_and_strange_ones() {
	start_vmnet --name=a-very-long-name_of.32-character ptp:///tmp/p1
	expect log_has 'ready: vmnet-[0-9a-f]{8}, '
	start_vmnet --name=0.x ptp:///tmp/p2
	expect log_has 'ready: vmnet-0.x, '
}

test_stable_mac() {
	start_vmnet $SWITCH
	local mac
	mac=$(in_ns host cat /sys/class/net/vmnet-shared/address)
	stop_vmnet
	start_vmnet $SWITCH
	expect [ "$(in_ns host cat /sys/class/net/vmnet-shared/address)" = "$mac" ]
	stop_vmnet
	start_vmnet --vmnet-interface-id=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb $SWITCH
	expect [ "$(in_ns host cat /sys/class/net/vmnet-shared/address)" != "$mac" ]
}

test_configuration_file_and_command_line() {
	printf '# a network\nname=lab\nvmnet-gateway = 10.1.2.1\nmtu 1300\nendpoint=/tmp/sw.ctl\n' >/tmp/conf
	start_vmnet --config=/tmp/conf --mtu=1200
	expect log_has 'ready: vmnet-lab, 10.1.2.1/24'
	expect [ "$(in_ns host cat /sys/class/net/vmnet-lab/mtu)" = 1200 ]
}

# A namespace of its own has devices of the same names.
far_host() {
	make_ns far
	ip link add up0 netns far type veth peer name in1 netns inet
	ip -n far addr add 198.51.100.2/24 dev up0
	ip -n far link set up0 up
	ip -n far route add default via 198.51.100.1
	in_ns far sysctl -qw net.ipv4.conf.up0.forwarding=1
}
far_forwards() { [ "$(in_ns far sysctl -n net.ipv4.conf.up0.forwarding)" = 1 ]; }
start_far() {
	ip netns exec far "$PROGRAM" "$@" >/tmp/far.log 2>&1 &
	FAR=$!
	wait_for 10 grep -q 'ready: ' /tmp/far.log
}
stop_far() {
	end $FAR
}

test_killed_one_in_another_network_namespace_is_not_undone_here() {
	far_host
	start_vmnet $SWITCH
	kill_with_watcher
	wait_for 3 ended $VMNET
	wait_for 3 no_worker
	start_far ptp:///tmp/far
	expect grep -q 'warning: not undone, because it is in another network namespace: forwarding up0' /tmp/far.log
	expect far_forwards
	stop_far
	expect far_forwards
	refute test -e /run/vde_vmnet
}
no_worker() { ! worker_pid; }

test_instances_in_other_network_namespaces_do_not_count() {
	far_host
	start_vmnet $SWITCH
	start_far --name=far ptp:///tmp/far
	stop_far
	expect far_forwards
	start_far --name=far ptp:///tmp/far
	stop_vmnet
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 0 ]
}
