# SPDX-License-Identifier: GPL-2.0-or-later
# Rules of ip-rule(8) before main's, and tables of their own: exit nodes and VPNs. Guests keep the
# gateway, DHCP, DNS and a way out.
#
#   guest ═ our switch ═ vmnet-shared ─ ns host ─ up0 198.51.100.2 ── ns inet
#                                              ─ tun0 10.8.0.1 ────── ns inet (an exit node)

SWITCH=/tmp/our.ctl
setup() {
	topology
	topology6
	route6_static
	serve_dns
}
start() { start_vmnet --vmnet-nat66-prefix=$PREFIX6 "$@" switch://$SWITCH; }
# Everything, as a guest uses it.
all_is_well() { # guest
	guest "$1" $SWITCH
	lease "$1"
	expect reaches "$1" $GATEWAY
	expect [ "$(in_ns "$1" dig +short +time=2 +tries=5 @$GATEWAY www.example.test)" = $SERVER ]
	expect reaches "$1" $SERVER
	wait_for 10 has_address6 "$1" eth0 ${PREFIX6%:}
	expect reaches "$1" ${PREFIX6}1
	expect reaches "$1" fe80::1%eth0
	[ ! -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || wait_for 5 reaches "$1" $SERVER6
}
rules() {
	ip -n host -4 rule
	ip -n host -6 rule
}
ours() { rules | grep -c "to $1 lookup main" || true; }
ours_are() { [ "$(ours 192.168.105.0/24) $(ours fd12:3456:789a:bcde::/64)" = "$1 $2" ]; }

exit_node() {
	ip -n host route add default via 198.51.100.1 table 52
	ip -n host -6 route add default via 2001:db8:1::1 table 52
	ip -n host -4 rule add pref 5270 lookup 52
	ip -n host -6 rule add pref 5270 lookup 52
}

test_nothing_is_added_without_need() {
	rules >/tmp/rules
	start
	expect diff /tmp/rules <(rules)
	all_is_well g1
}

test_an_exit_node_that_is_there() {
	exit_node
	rules >/tmp/rules
	start
	expect ours_are 1 1
	expect log_has 'for 192.168.105.0/24 before them now, at 5269'
	all_is_well g1
	stop_vmnet
	expect diff /tmp/rules <(rules)
}

test_an_exit_node_that_comes_and_goes() {
	start
	rules >/tmp/rules
	exit_node
	wait_for 2 ours_are 1 1
	all_is_well g1
	# One more, before the first; and one that has nothing to do with our network.
	ip -n host rule add pref 100 lookup 52
	ip -n host rule add pref 50 to 10.0.0.0/8 lookup 53
	wait_for 2 stands_at 99
	wait_for 3 reaches g1 $GATEWAY
	ip -n host rule del pref 100
	ip -n host rule del pref 50
	ip -n host -4 rule del pref 5270
	ip -n host -6 rule del pref 5270
	wait_for 2 ours_are 0 0
	expect diff /tmp/rules <(rules)
}
stands_at() { ip -n host rule | grep "^$1:.*to 192.168.105.0/24 lookup main" >/dev/null; }

# A VPN's device: what is for anything but the host goes there, and guests go, too.
test_an_exit_node_by_a_tunnel() {
	tunnel host 198.51.100.1
	tunnel inet 198.51.100.2
	ip -n host addr add 10.8.0.1/32 dev tun0
	ip -n inet addr add 10.7.0.1/32 dev lo
	ip -n inet route add 10.8.0.1/32 dev tun0
	start
	ip -n host route add default dev tun0 src 10.8.0.1 table 52
	ip -n host rule add pref 5210 to 198.51.100.0/24 lookup main
	ip -n host rule add pref 5270 lookup 52
	guest g1 $SWITCH
	lease g1
	wait_for 3 reaches g1 10.7.0.1
	expect reaches g1 $GATEWAY
}
tunnel() { # ns peer
	in_ns "$1" socat UDP-DATAGRAM:"$2":5000,bind=:5000 TUN,tun-type=tun,tun-name=tun0,iff-no-pi,iff-up &
	wait_for 3 carrier "$1" tun0
}

# As wg-quick has them: what is not WireGuard's own goes to its table, but for routes of main.
test_wireguard_by_a_mark() {
	ip -n host route add default via 198.51.100.1 table 51820
	ip -n host rule add pref 32765 not fwmark 51820 table 51820
	ip -n host rule add pref 32764 table main suppress_prefixlength 0
	rules >/tmp/rules
	start
	all_is_well g1
	expect diff /tmp/rules <(rules)
}

# A kill switch: the host itself gets nowhere.
test_rules_that_lead_nowhere() {
	start
	for kind in unreachable blackhole prohibit; do
		ip -n host -4 rule add pref 90 $kind
		ip -n host -6 rule add pref 90 $kind
		wait_for 2 stands_at 89
		guest $kind $SWITCH
		lease $kind
		expect reaches $kind $GATEWAY
		wait_for 10 has_address6 $kind eth0 ${PREFIX6%:}
		expect reaches $kind ${PREFIX6}1
		expect reaches $kind fe80::1%eth0
		refute reaches $kind $SERVER
		ip -n host -4 rule del pref 90
		ip -n host -6 rule del pref 90
		wait_for 2 ours_are 0 0
	done
	all_is_well g1
}

test_a_table_with_a_null_default() {
	ip -n host route add unreachable default table 52
	ip -n host -6 route add unreachable default table 52
	ip -n host -4 rule add pref 5270 lookup 52
	ip -n host -6 rule add pref 5270 lookup 52
	start
	guest g1 $SWITCH
	lease g1
	expect reaches g1 $GATEWAY
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	expect reaches g1 ${PREFIX6}1
	expect reaches g1 fe80::1%eth0
}

test_our_rule_is_taken_away() {
	exit_node
	start
	guest g1 $SWITCH
	lease g1
	ip -n host rule del pref 5269
	wait_for 2 stands_at 5269
	expect log_has 'our rule to 192.168.105.0/24 was gone; it was put back'
	ip -n host rule del pref 5269
	wait_for 2 log_has 'within a minute .*: ip -4 rule add pref 5269 to 192.168.105.0/24 lookup main$'
	refute stands_at 5269
}

test_a_killed_one_leaves_no_rule() {
	exit_node
	rules >/tmp/rules
	start
	kill_with_watcher
	wait $VMNET || true
	expect ours_are 1 1
	expect in_ns host "$PROGRAM" --cleanup
	expect diff /tmp/rules <(rules)
	start
	kill_with_watcher
	wait $VMNET || true
	start
	expect ours_are 1 1
	stop_vmnet
	expect diff /tmp/rules <(rules)
}

# In mode host, too, guests have the gateway.
test_mode_host() {
	exit_node
	start_vmnet --vmnet-mode=host switch://$SWITCH
	guest g1 $SWITCH
	lease g1
	expect reaches g1 "$(leased g1 serverid)"
}

# ---- which networks are in use ----

checks() { in_ns host "$PROGRAM" --check "$@" switch://$SWITCH >/tmp/plan; }
chooses() { in_ns host "$PROGRAM" --check switch://$SWITCH | grep "^gateway    $1/24" >/dev/null; }

test_null_routes_are_no_networks_in_use() {
	local kind n
	for kind in unreachable blackhole prohibit throw; do
		for n in 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 192.168.105.0/24; do ip -n host route add $kind $n metric 999; done
		ip -n host route add $kind fd00::/8 metric 999
		expect checks --vmnet-gateway=192.168.105.1
		expect chooses 192.168.105.1
		start
		refute log_has 'is not only ours'
		guest $kind $SWITCH
		lease $kind
		expect reaches $kind $SERVER
		stop_vmnet
		for n in 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 192.168.105.0/24; do ip -n host route del $kind $n metric 999; done
		ip -n host route del $kind fd00::/8 metric 999
	done
}

# A VPN with routes to all private networks.
test_all_private_networks_are_routed() {
	local n
	for n in 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16; do ip -n host route add $n via 198.51.100.1; done
	ip -n host -6 route add fd00::/8 via 2001:db8:1::1
	# 10.0.0.0/8 is the least of these.
	expect chooses 10.105.0.1
	expect checks --vmnet-gateway=192.168.105.1 --vmnet-nat66-prefix=$PREFIX6
	start --vmnet-gateway=192.168.105.1
	expect log_has 'warning: 192.168.105.0/24 is not only ours now, but overlaps with the route to 192.168.0.0/16 by up0'
	all_is_well g1
}

test_what_is_taken_is_refused() {
	ip -n host addr add 10.1.2.3/8 dev up0
	expect checks --vmnet-gateway=10.20.0.1
	refute checks --vmnet-gateway=10.1.2.1 # the host's own address
	ip -n host route add 172.20.0.0/16 via 10.44.0.1
	refute checks --vmnet-gateway=10.44.0.77 # a router
	refute checks --vmnet-gateway=172.20.0.1 --vmnet-mask=255.255.0.0
	refute checks --vmnet-gateway=172.16.0.1 --vmnet-mask=255.240.0.0
	expect checks --vmnet-gateway=172.20.5.1
}

test_a_network_in_use_is_no_final_refusal() {
	local status=0
	ip -n host addr add 192.168.105.7/24 dev up0
	in_ns host "$PROGRAM" --vmnet-gateway=192.168.105.1 switch://$SWITCH 2>/tmp/err || status=$?
	expect [ $status = 1 ]
	expect grep -q 'in use here already, by the address 192.168.105.7/24 of up0' /tmp/err
}
