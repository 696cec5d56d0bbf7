# SPDX-License-Identifier: GPL-2.0-or-later
# An instance that was stopped while it held the lock over all: who may start a network
# by sudo can do that to root's process, with Ctrl-Z.

setup() {
	topology
	start_switch
}

hold_the_lock() {
	flock /run/vde_vmnet sleep 600 &
	HOLDER=$!
	wait_for 3 lock_is_held
}
lock_is_held() { ! flock --nonblock /run/vde_vmnet true; }

test_running_networks_go_on() {
	before
	start_vmnet $SWITCH
	hold_the_lock
	# Another way out, which takes the lock.
	make_ns inet2
	ip link add up1 netns host type veth peer name in0 netns inet2
	ip -n host addr add 198.51.101.2/24 dev up1
	ip -n host link set up1 up
	ip -n inet2 link set in0 up
	ip -n host route replace default via 198.51.101.1
	wait_for 12 forwards up1
	guest g1
	lease g1
	expect reaches g1 $GATEWAY
	stop_vmnet_slowly
	[ "$(in_ns host sysctl -n net.ipv4.conf.up1.forwarding)" = 0 ] || fail "up1 still forwards"
}
forwards() { [ "$(in_ns host sysctl -n net.ipv4.conf."$1".forwarding)" = 1 ]; }
stop_vmnet_slowly() {
	kill -TERM $VMNET
	wait_for 30 ended $VMNET
	wait $VMNET
}

test_a_start_is_refused_in_the_end() {
	local status=0
	mkdir -m 711 /run/vde_vmnet
	hold_the_lock
	timeout 100 ip netns exec host "$PROGRAM" $SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect [ "$(wc -l </tmp/err)" = 2 ]
	expect grep -q 'another network has locked /run/vde_vmnet while it starts; waiting for it' /tmp/err
	expect grep -q 'another network has kept /run/vde_vmnet locked for too long; is a vde_vmnet stopped' /tmp/err
	expect [ -z "$(ls /run/vde_vmnet)" ]
}

test_who_waits_can_be_stopped() {
	mkdir -m 711 /run/vde_vmnet
	hold_the_lock
	launch_vmnet $SWITCH
	wait_for 5 log_has 'waiting for it'
	kill -TERM $VMNET
	wait_for 4 ended $VMNET
	expect wait $VMNET
	refute log_has 'error'
	expect [ -z "$(ls /run/vde_vmnet)" ]
}
