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
	expect [ "$(in_ns "$1" dig +short +time=10 +tries=5 @$GATEWAY www.example.test)" = $SERVER ]
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
	expect log_has 'for 192.168.105.0/24 before them, at 5269'
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
	vpn
	start
	ip -n host route add default dev tun0 src 10.8.0.1 table 52
	ip -n host rule add pref 5210 to 198.51.100.0/24 lookup main
	ip -n host rule add pref 5270 lookup 52
	guest g1 $SWITCH
	lease g1
	wait_for 3 reaches g1 10.7.0.1
	expect reaches g1 $GATEWAY
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
	expect log_has 'our routing rule for 192.168.105.0/24 was missing; it was restored'
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

# What leads to main for some packets only does not lead ours there.
test_rules_of_main_that_are_not_for_all() {
	local rule
	exit_node
	start
	guest g1 $SWITCH
	static_address g1 9
	ip -n host tuntap add dev d0 mode tun
	ip -n host link set d0 up
	for rule in 'uidrange 1000-1000' 'ipproto tcp' 'fwmark 0/0xff' 'dport 53' 'iif lo' 'from 10.0.0.0/8' 'not to 192.168.0.0/16' \
		'to 192.168.105.128/25' 'suppress_prefixlength 24' 'suppress_ifgroup 0'; do
		ip -n host rule add pref 50 $rule lookup main
		looked_at
		expect stands_at 5269
		expect reaches g1 $GATEWAY
		ip -n host rule del pref 50
	done
	# And what does lead them there makes ours needless.
	for rule in 'not to 10.0.0.0/8' 'to 192.168.0.0/16' 'to 192.168.105.0/24' 'suppress_prefixlength 8'; do
		ip -n host rule add pref 50 $rule lookup main
		wait_for 2 ours_stand 0
		expect reaches g1 $GATEWAY
		ip -n host rule del pref 50
		wait_for 2 ours_stand 1
	done
}
# Waits for what follows from a change that comes after all others.
looked_at() {
	ip -n host route add 10.250.0.0/24 dev d0
	wait_for 2 forwards_by_us 1
	ip -n host route del 10.250.0.0/24
	wait_for 2 forwards_by_us 0
}
forwards_by_us() { [ "$(in_ns host sysctl -n net.ipv4.conf.d0.forwarding)" = "$1" ]; }
ours_stand() { [ "$(ip -n host rule | grep -c '^5269:')" = "$1" ]; }

test_rules_for_all_but_some() {
	ip -n host route add default via 198.51.100.1 table 52
	start
	guest g1 $SWITCH
	static_address g1 9
	ip -n host rule add pref 5270 not to 10.0.0.0/8 lookup 52
	wait_for 2 stands_at 5269
	expect reaches g1 $GATEWAY
	ip -n host rule add pref 5260 not fwmark 7 to 192.168.105.0/24 lookup 52
	wait_for 2 stands_at 5259
	expect reaches g1 $GATEWAY
	ip -n host rule del pref 5260
	ip -n host rule del pref 5270
	wait_for 2 ours_are 0 0
	# Not for guests, and no need of a rule.
	ip -n host rule add pref 5270 not to 192.168.0.0/16 lookup 52
	ip -n host rule add pref 100 to 10.0.0.0/8 lookup 52 # something to look up for
	ip -n host rule add pref 5000 lookup 52
	wait_for 2 stands_at 4999
	ip -n host rule del pref 5000
	wait_for 2 ours_are 0 0
	expect reaches g1 $GATEWAY
}

# Root has the same rule already: nothing to add, nor to say, and it stays.
test_a_rule_that_does_the_same() {
	ip -n host rule add pref 5269 to 192.168.105.0/24 lookup main
	exit_node
	start
	wait_for 2 log_has 'for fd12:3456:789a:bcde::/64 before them'
	refute log_has 'for 192.168.105.0/24 before them'
	stop_vmnet
	expect [ "$(ours 192.168.105.0/24)" = 1 ]
}

# The host's own addresses go first, wherever their rule is.
test_the_rule_of_local_is_not_the_first() {
	local family
	start
	guest g1 $SWITCH
	static_address g1 9
	exit_node
	for family in -4 -6; do
		ip -n host $family rule add pref 200 lookup local
		ip -n host $family rule del pref 0
		ip -n host $family rule add pref 100 fwmark 7 lookup 52
	done
	wait_for 3 stands_at 5269
	wait_for 3 reaches g1 $GATEWAY
	expect reaches g1 $SERVER
}

test_there_is_no_place_before_it() {
	ip -n host route add default via 198.51.100.1 table 52
	start
	guest g1 $SWITCH
	static_address g1 9
	ip -n host rule add pref 0 lookup 52
	wait_for 2 log_has 'warning: other software has a routing rule that comes before all others .ip rule, at 0., so ours'
	ip -n host rule add pref 1 lookup 52
	ip -n host rule del pref 0 table 52
	wait_for 2 stands_at 0
	expect reaches g1 $GATEWAY
	expect [ "$(log_count 'before all others')" = 1 ]
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
		refute log_has 'now overlaps with'
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
	expect log_has 'warning: our network 192.168.105.0/24 now overlaps with the route to 192.168.0.0/16 on up0'
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
	expect grep -q 'already in use here, by the address 192.168.105.7/24 of up0' /tmp/err
}

# What a start does, and what it says.
test_check_says_it() {
	exit_node
	ip -n host route add 192.168.0.0/16 via 198.51.100.1
	rules >/tmp/rules
	expect checks --vmnet-gateway=192.168.105.1 --vmnet-nat66-prefix=$PREFIX6
	expect grep -qx 'ip rule    to 192.168.105.0/24, at 5269, before those of other software' /tmp/plan
	expect grep -qx 'ip rule    to fd12:3456:789a:bcde::/64, at 5269, before those of other software' /tmp/plan
	expect grep -q '^warning    our network 192.168.105.0/24 now overlaps with the route to 192.168.0.0/16 on up0' /tmp/plan
	expect diff /tmp/rules <(rules)
	expect checks --vmnet-mode=host --vmnet-gateway=192.168.106.1
	expect grep -q '^warning    our network 192.168.106.0/24 now overlaps' /tmp/plan
	ip -n host route del 192.168.0.0/16
	ip -n host -4 rule del pref 5270
	ip -n host -6 rule del pref 5270
	expect checks
	refute grep -qE '^(warning|ip rule)' /tmp/plan
}
