# SPDX-License-Identifier: GPL-2.0-or-later
# Frames that a guest may not send, class by class, in wrappings as they come: frames.py. What
# it sends is decided by a seed, which it prints: SEED=NUMBER repeats it, and FRAMES=NUMBER sends
# so many of a class.

SEED=${SEED:-$RANDOM$RANDOM} FRAMES=${FRAMES:-4000}

begin() { # [options]
	topology
	topology6
	route6_static
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 "$@" switch://$SWITCH
	guest g2
	static_address g2 10
	expect reaches g2 $GATEWAY
	in_ns host ip -o route show table all >/tmp/routes
	in_ns host ip -o -6 route show table all | sed 's/ expires.*//' >>/tmp/routes
	WORKER=$(worker_pid)
}
frames() { # class
	local gateway6
	gateway6=$(ip -n host -o -6 addr show dev vmnet-shared | sed -n 's|.*inet6 \([^/]*\)/.*|\1|p' | paste -sd' ')
	GATEWAY_MAC=$(in_ns host cat /sys/class/net/vmnet-shared/address) GATEWAY6=$gateway6 PREFIX6=$PREFIX6 \
		in_ns host /usr/bin/python3 tests/hostile/frames.py "$SEED" "$1" "$FRAMES" vde://$SWITCH vmnet-shared up0 || {
		counters 4
		fail "seed $SEED, class $1"
	}
}
# The network is as it was: the other guest's gateway, the host's routes, the worker.
unharmed() {
	expect [ "$(worker_pid)" = "$WORKER" ]
	expect reaches g2 $GATEWAY
	expect reaches g2 $SERVER
	expect grep -q "$(in_ns host cat /sys/class/net/vmnet-shared/address)" <(ip -n g2 neigh show $GATEWAY)
	{
		in_ns host ip -o route show table all
		in_ns host ip -o -6 route show table all | sed 's/ expires.*//'
	} | diff /tmp/routes - || fail "the host's routes are others"
	expect [ "$(log_count ' error')" = 0 ]
}
one_class() { # class [options]
	begin "${@:2}"
	frames "$1"
	unharmed
}

# The same by a TAP: there rules are asked, and the worker sees nothing of it. (Of fragments they keep
# away those to a link-local address, where a DHCPv6 client hears; others hear no claims in them.)
one_class_by_tap() { # class
	begin tap://
	without_br_netfilter
	TAP=/run/vde_vmnet/shared.tap frames "$1"
	unharmed
}

test_too_short_and_too_long() { one_class sizes; }
test_from_the_gateways_mac() { one_class gateway_mac; }
test_arp_of_the_gateway() { one_class gateway_arp; }
test_neighbours_that_are_the_gateway() { one_class gateway_nd; }
test_router_advertisements() { one_class router; }
test_redirects() { one_class redirect; }
test_dhcp_servers() { one_class dhcp4; }
test_dhcpv6_servers() { one_class dhcp6; }
test_headers_hidden_in_fragments() { one_class hidden; }
test_sources_of_others() { one_class spoof4; }
test_sources_of_others_in_ipv6() { one_class spoof6; }
test_protocols_that_nobody_translates() { one_class odd; }
test_link_local_destinations() { one_class metadata; }

test_tap_too_short_and_too_long() { one_class_by_tap sizes; }
test_tap_from_the_gateways_mac() { one_class_by_tap gateway_mac; }
test_tap_arp_of_the_gateway() { one_class_by_tap gateway_arp; }
test_tap_neighbours_that_are_the_gateway() { one_class_by_tap gateway_nd; }
test_tap_router_advertisements() { one_class_by_tap router; }
test_tap_redirects() { one_class_by_tap redirect; }
test_tap_dhcp_servers() { one_class_by_tap dhcp4; }
test_tap_dhcpv6_servers() { one_class_by_tap dhcp6; }
test_tap_headers_hidden_in_fragments() { one_class_by_tap hidden; }
test_tap_sources_of_others() { one_class_by_tap spoof4; }
test_tap_sources_of_others_in_ipv6() { one_class_by_tap spoof6; }
test_tap_protocols_that_nobody_translates() { one_class_by_tap odd; }
test_tap_link_local_destinations() { one_class_by_tap metadata; }

# For the next switch alone: not by a NIC, nor by a bridge.
. "$TOP/tests/net/lan.sh"
SWITCH=/tmp/sw.ctl
test_control_frames_of_links() {
	lan
	ip -n host link add br0 type bridge stp_state 0
	ip -n host link set br0 type bridge group_fwd_mask 0xfff8
	ip -n host link set up0 master br0 up
	host_address br0
	start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=br0 switch://$SWITCH
	in_ns host /usr/bin/python3 tests/hostile/frames.py "$SEED" control "$FRAMES" vde://$SWITCH br0 up0 || fail "seed $SEED, class control"
	stop_vmnet
	ip -n host link set up0 nomaster
	ip -n host link del br0
	host_address up0
	start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=up0 switch://$SWITCH
	in_ns host /usr/bin/python3 tests/hostile/frames.py "$SEED" control "$FRAMES" vde://$SWITCH up0 up0 || fail "seed $SEED, class control"
}
