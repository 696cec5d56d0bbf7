# SPDX-License-Identifier: GPL-2.0-or-later
# Mode bridged on a Linux bridge of the host, which has the NIC as a member.
. "$TOP/tests/net/lan.sh"

setup() { lan_bridge; }
# shellcheck disable=SC2120 # options, where there are any
start_bridged() {
	start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=br0 "$@" $LOCATOR
	DEVICE=$(sed -n 's/.*ready: \([^,]*\),.*/\1/p' $LOG | tail -1)
}
without_ours() { grep -vE "$DEVICE|/(run|tmp)/|vde_vmnet"; }

test_guest_is_on_the_lan() {
	before
	start_bridged
	expect log_has 'ready: vmnet-[0-9a-f]*, guests on the network of br0, at '
	guest g1
	lease g1
	expect_on_the_lan g1 br0
	iperf host $HOST
	iperf host $HOST -R
	judge
	# MAC, MTU, addresses, routes and settings are as they were, and so afterwards.
	snapshot | without_ours >/tmp/during
	without_ours </tmp/before | diff - /tmp/during
	expect [ -z "$(ip -n host -o addr show dev $DEVICE)" ]
	stop_vmnet
	same_as_before
}

test_killed() {
	before
	start_bridged
	lan_guest g1 9
	expect reaches g1 $PEER
	kill -KILL $VMNET
	wait_for 3 gone $DEVICE
	in_ns host "$PROGRAM" --cleanup --vmnet-mode=bridged --vmnet-interface=br0
	rm -rf /tmp/our.ctl
	same_as_before
}
gone() { ! ip -n host link show "$1"; }
bridge_facts() { in_ns host cat /sys/class/net/br0/address /sys/class/net/br0/mtu; }

# A bridge has its lowest member's address, and its smallest MTU.
test_bridge_keeps_address_and_mtu() {
	local mac mtu
	for mac in 02:00:00:00:77:02 fe:54:00:12:34:56 fe:ff:12:34:56:78; do
		for mtu in 1500 9000 1400; do
			ip -n host link set up0 address $mac
			ip -n host link set up0 mtu $mtu
			bridge_facts >/tmp/facts
			start_bridged
			bridge_facts | diff /tmp/facts -
			expect [ "$(in_ns host cat /sys/class/net/$DEVICE/mtu)" = $mtu ]
			stop_vmnet
			bridge_facts | diff /tmp/facts -
		done
	done
	# One of its own.
	ip -n host link set br0 address fe:ff:ff:00:00:01
	ip -n host link set up0 nomaster
	bridge_facts >/tmp/facts
	start_bridged
	bridge_facts | diff /tmp/facts -
	stop_vmnet
	bridge_facts | diff /tmp/facts -
}

# The kernel leaves zeros where its last member was, ours, too.
test_an_empty_bridge_has_an_address_again() {
	ip -n host link set up0 nomaster
	expect [ "$(in_ns host cat /sys/class/net/br0/address)" = 00:00:00:00:00:00 ]
	refute grep 00:00:00:00:00:00 <(in_ns host "$PROGRAM" --check --vmnet-mode=bridged --vmnet-interface=br0)
	for _ in once again; do
		start_bridged
		lan_guest g1 9
		wait_for 5 reaches g1 $HOST
		kill "$PLUG_g1"
		ip netns del g1
		stop_vmnet
	done
}

test_bridge_goes_down_and_comes_anew() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $PEER
	ip -n host link set br0 down
	wait_for 3 log_has 'br0 is down; guests are cut off'
	ip -n host link set br0 name br7
	wait_for 3 log_has 'br0 is now called br7'
	ip -n host link set br7 name br0
	ip -n host link set br0 up
	wait_for 3 log_has 'br0 is up'
	wait_for 5 reaches g1 $PEER
	ip -n host link del br0
	wait_for 3 log_has 'br0 is gone; guests stay attached'
	bridge_up
	wait_for 3 log_has 'br0 is back'
	wait_for 5 reaches g1 $PEER
}

test_device_is_taken_out_of_the_bridge() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $PEER
	ip -n host link set $DEVICE nomaster
	wait_for 3 log_has "$DEVICE was removed from br0; guests are cut off"
	ip -n host link set $DEVICE master br0
	wait_for 3 log_has "$DEVICE is a member of br0 again"
	wait_for 3 reaches g1 $PEER
}

test_filter_of_bridges_is_explained() {
	in_ns host sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
	start_bridged
	refute log_has 'bridge-nf-call'
	stop_vmnet
	in_ns host sysctl -qw net.bridge.bridge-nf-call-ip6tables=1
	start_bridged
	expect log_has 'bridge-nf-call-ip6tables is 1 .Docker sets it.: .* or run: ip6tables -I FORWARD -i br0 -o br0 -j ACCEPT'
	stop_vmnet
	in_ns host sysctl -qw net.bridge.bridge-nf-call-iptables=1
	start_bridged
	expect log_has 'bridge-nf-call-iptables is 1 .Docker sets it.: .* frames that only cross br0; .* DOCKER-USER'
	expect [ "$(in_ns host sysctl -n net.bridge.bridge-nf-call-iptables)" = 1 ]
}

# What is for the next switch alone (spanning tree, LACP, 802.1X, LLDP), guests say to each other only.
from_guest_on_lan() { sed -n 's/.*02:00:00:00:00:01 > \(01:80:c2[:0-9a-f]*\).*/\1/p' /tmp/at-"$1" | sort -u | wc -l; }
speak_as_a_switch() {
	in_ns g1 /usr/bin/python3 - <<-'P'
		import socket
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0))
		for last in range(16):
		    s.send(bytes.fromhex("0180c20000%02x 020000000001 88b5" % last) + bytes(46))
		# A spanning tree's best root.
		s.send(bytes.fromhex("0180c2000000 020000000001 0026 424203 0000 00 00 00 0000020000000001 00000000 0000020000000001 8001 0000 1400 0200 0f00") + bytes(8))
		s.send(bytes.fromhex("ffffffffffff 020000000001 88b5") + bytes(46))
	P
}
test_guests_are_no_switch_of_the_lan() {
	local stp ns
	for stp in 0 1; do
		ip -n host link set br0 type bridge stp_state $stp forward_delay 200 group_fwd_mask 0xfff8
		start_bridged
		expect in_ns host bridge -d link show dev $DEVICE >/tmp/port
		expect grep -q 'guard on' /tmp/port
		lan_guest g1 9
		lan_guest g2 10
		wait_for 10 reaches g1 $PEER
		in_ns host cat /sys/class/net/br0/bridge/root_id >/tmp/root
		for ns in lan:lan0 g2:eth0; do
			dump /tmp/at-${ns%:*} ${ns%:*} -i ${ns#*:} -e 'ether src 02:00:00:00:00:01'
		done
		speak_as_a_switch
		for ns in lan g2; do wait_for 5 grep -q 'ff:ff:ff:ff:ff:ff' /tmp/at-$ns; done
		expect [ "$(from_guest_on_lan lan)" = 0 ]
		expect [ "$(from_guest_on_lan g2)" = 16 ]
		in_ns host cat /sys/class/net/br0/bridge/root_id | diff /tmp/root -
		expect reaches g1 $PEER
		counters 3 >/tmp/counters
		expect grep -q "$DEVICE: .*dropped out: 17 not allowed" /tmp/counters
		stop_vmnet
		ip netns del g1
		ip netns del g2
	done
}
# Whoever speaks past the worker closes the port, and leaves the LAN's tree as it is.
test_the_port_is_guarded() {
	start_bridged
	ip -n host link set $DEVICE nomaster
	wait_for 3 log_has 'was removed from'
	ip -n host link set $DEVICE master br0
	wait_for 3 log_has 'is a member of br0 again'
	guarded() { in_ns host bridge -d link show dev $DEVICE | grep 'guard on' >/dev/null; }
	wait_for 3 guarded
}
