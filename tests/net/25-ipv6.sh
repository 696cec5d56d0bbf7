# SPDX-License-Identifier: GPL-2.0-or-later
# IPv6 for guests: addresses, names, the way out through NAT66, and what guests
# must not do with it. The host's router is ns inet, which advertises itself:
#
#   ns g1 ─ eth0 ═ our switch ═ vmnet-shared fd12:3456:789a:bcde::1, fe80::1 ─ ns host
#                                                  up0 2001:db8:1:… (SLAAC) │
#                                ns inet, server 2001:db8:2::1 ─ in0 2001:db8:1::1

SWITCH=/tmp/our.ctl
setup() {
	topology
	topology6
}

start() { start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 "$@" switch://$SWITCH; }
sysctl6() { in_ns "$1" cat "/proc/sys/net/ipv6/conf/$2"; }
forces() { [ "$(sysctl6 host "$1"/force_forwarding)" = "$2" ]; }
has_force() { [ -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || skip "Linux before 6.17"; }
# Packets that a rule of ours dropped.
dropped() { in_ns host nft list table inet vde_vmnet-shared | sed -n "s/.*$1.* counter packets \([0-9]*\) .*/\1/p"; }
# Until the guest has an address of its own making.
guest6() {
	guest "$1" $SWITCH
	wait_for 10 has_address6 "$1" eth0 "${PREFIX6%:}"
}
no_route6() { ! has_route6 "$@"; }

test_guest_makes_an_address_and_gets_out() {
	has_force
	serve_dns
	route6_advertised
	in_ns host sysctl -qw net.ipv6.conf.all.accept_dad=1 net.ipv6.conf.default.accept_dad=1
	start
	# At once: nobody is asked whether the address is free.
	expect has_address6 host vmnet-shared ${PREFIX6}1
	expect has_address6 host vmnet-shared fe80::1
	expect log_has "ready: vmnet-shared, .*, IPv6 ${PREFIX6}1/64, at "
	guest6 g1
	wait_for 5 has_route6 g1 eth0
	expect reaches g1 ${PREFIX6}1
	expect reaches g1 fe80::1%eth0
	expect reaches g1 $SERVER6
	# Not even after the host has answered who it is: that must be a router's answer.
	expect has_route6 g1 eth0
	ip -n g1 neigh flush dev eth0
	expect reaches g1 $SERVER6
	expect has_route6 g1 eth0
	expect [ "$(in_ns g1 dig +short +time=10 @${PREFIX6}1 www.example.test)" = $SERVER ]
	expect [ "$(in_ns g1 dig +short +time=10 +tcp @${PREFIX6}1 www.example.test)" = $SERVER ]
}

test_connections_are_masqueraded() {
	has_force
	route6_advertised
	start
	guest6 g1
	wait_for 5 has_route6 g1 eth0
	mkdir /tmp/www
	head -c 3000000 /dev/urandom >/tmp/www/file
	in_ns inet busybox httpd -p "[$SERVER6]:80" -h /tmp/www
	in_ns g1 busybox wget -q -O /tmp/got "http://[$SERVER6]/file"
	expect cmp /tmp/got /tmp/www/file
	in_ns inet socat UDP6-LISTEN:99,fork,bind=[$SERVER6] 'SYSTEM:read x; echo $SOCAT_PEERADDR' &
	wait_for 3 listens inet u 99
	local peer
	peer=$(answer_of g1 UDP6:[$SERVER6]:99)
	[[ $peer =~ ^\[?2001:0?db8:0*1: ]] || fail "seen from outside: $peer"
	# Errors on the way come back.
	in_ns g1 ping -c1 -W30 -t1 $SERVER6 >/tmp/ping || true
	expect grep -qi 'Time exceeded' /tmp/ping
}

test_path_mtu_is_found() {
	has_force
	route6_static
	start
	guest6 g1
	wait_for 5 has_route6 g1 eth0
	ip -n host route replace default via 2001:db8:1::1 mtu 1300
	in_ns g1 ping -6 -c1 -W30 -s 1400 -M want $SERVER6 >/tmp/ping || true
	expect grep -qi 'packet too big: mtu=1300' /tmp/ping
	expect pings g1 -6 -s 1400 -M want $SERVER6
}

test_lease_and_names() {
	start
	guest6 g1
	lease g1 # gives the name
	lease6 g1
	[[ $(leased6 g1 address) =~ ^${PREFIX6}1[0-9a-f]{3}$ ]] || fail "address $(leased6 g1 address)"
	expect [ "$(leased6 g1 name_servers)" = ${PREFIX6}1 ]
	expect [ "$(leased6 g1 domain_search | sed 's/\.$//')" = vmnet.internal ]
	expect reaches g1 ${PREFIX6}1
	guest6 g2
	wait_for 15 named g2 g1
	expect reaches g2 "$(in_ns g2 dig +short +time=10 @${PREFIX6}1 g1.vmnet.internal AAAA | head -1)"
}
named() { in_ns "$1" dig +short +time=10 @${PREFIX6}1 "$2".vmnet.internal AAAA | grep ^fd12 >/dev/null; }

advertisement() { # guest
	dump /tmp/"$1".ra "$1" -i eth0 -vvn 'icmp6 and ip6[40] == 134'
}

test_advertisement_tells_mtu_and_dns() {
	start --mtu=9000
	large_guest g1 $SWITCH 9000
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	expect [ "$(sysctl6 g1 eth0/mtu)" = 9000 ]
	advertisement g1
	kill -KILL "$(dnsmasq_pid)" # a new one advertises at once
	wait_for 10 grep -q 'dnssl option' /tmp/g1.ra
	expect grep -qE 'mtu option .*: +9000' /tmp/g1.ra
	expect grep -qE "rdnss option .*addr: ${PREFIX6}1" /tmp/g1.ra
	expect grep -qE 'dnssl option .*domain\(s\): vmnet.internal' /tmp/g1.ra
	expect grep -q 'fe80::1 > ' /tmp/g1.ra
	expect grep -q 'router lifetime 0s' /tmp/g1.ra # the host has no way out
	stop_vmnet
	start --mtu=1280
	guest6 g2
	wait_for 5 prints 1280 sysctl6 g2 eth0/mtu
}

# The host's own IPv6: as its router has told it, before, during and after.
test_route_of_the_host_survives() {
	has_force
	ip -n host -6 -ts monitor route >/tmp/routes &
	route6_advertised
	local route
	as_its_router_says() {
		[ "$(default6)" = "$route" ] || {
			echo "not $route:"
			ip -n host -6 route
			cat /tmp/routes
			date
			return 1
		}
	}
	default6() { ip -n host -6 route show default | sed 's/ expires.*//'; }
	route=$(default6)
	expect grep -q 'proto ra' <<<"$route"
	start
	expect forces up0 1
	expect forces vmnet-shared 1
	expect as_its_router_says
	expect [ "$(sysctl6 host all/forwarding)" = 0 ]
	expect [ "$(sysctl6 host up0/forwarding)" = 0 ]
	expect [ "$(sysctl6 host up0/accept_ra)" = 1 ]
	guest6 g1
	wait_for 5 reaches g1 $SERVER6
	# It still listens to its router.
	ip -n host -6 route flush default
	end "$(cat /tmp/router.pid)" # a new one advertises at once
	route6_advertised
	wait_for 5 reaches g1 $SERVER6
	stop_vmnet
	expect forces up0 0
	expect as_its_router_says
	start
	kill_with_watcher
	wait_for 3 ended "$(dnsmasq_pid || echo 999999)"
	expect forces up0 1
	expect in_ns host "$PROGRAM" --cleanup
	expect forces up0 0
	expect as_its_router_says
}

test_way_out_comes_and_goes() {
	has_force
	start
	expect log_has 'the host has no IPv6 default route'
	guest6 g1
	expect no_route6 g1 eth0
	lease6 g1
	route6_static
	wait_for 2 forces up0 1
	wait_for 10 has_route6 g1 eth0
	wait_for 3 reaches g1 $SERVER6
	expect grep -q "$(leased6 g1 address)" /var/lib/vde_vmnet/shared.leases
	ip -n host -6 route del default
	wait_for 2 forces up0 0
	wait_for 10 no_route6 g1 eth0
	expect reaches g1 ${PREFIX6}1
	refute log_has 'dnsmasq exited'
}

# A router of the uplink may advertise itself and take that back, again and again.
test_a_way_out_that_keeps_changing_restarts_dnsmasq_seldom() {
	has_force
	start
	guest6 g1
	local start=$SECONDS i restarts=0
	DNSMASQ=$(dnsmasq_pid)
	ip -n host addr add 2001:db8:1::2/64 dev up0
	for ((i = 1; i <= 8; i++)); do
		ip -n host route add default via 2001:db8:1::1
		wait_for 2 prints $i log_count 'guests have a way out over IPv6'
		count_restart
		ip -n host -6 route del default
		wait_for 2 prints $i log_count 'guests have no way out over IPv6'
		count_restart
	done
	echo "$restarts restarts in $((SECONDS - start)) s"
	expect [ $restarts -le $((2 + (SECONDS - start) / 5)) ]
	# In the end guests are told what is true.
	wait_for 10 advertises_lifetime 0
	wait_for 10 no_route6 g1 eth0
	ip -n host route add default via 2001:db8:1::1
	wait_for 15 has_route6 g1 eth0
	wait_for 3 reaches g1 $SERVER6
}
advertises_lifetime() { tr '\0' '\n' </proc/"$(dnsmasq_pid)"/cmdline | grep -- "^--ra-param=.*,$1\$" >/dev/null; }
count_restart() {
	local pid
	pid=$(dnsmasq_pid) || return 0 # between two
	[ "$pid" = "$DNSMASQ" ] || restarts=$((restarts + 1))
	DNSMASQ=$pid
}

test_two_networks_share_the_way_out() {
	has_force
	route6_static
	start
	local first=$VMNET
	start_vmnet --name=two --user=$MACHINE_USER switch:///tmp/two.ctl
	expect log_has 'ready: vmnet-two, .*, IPv6 fd.*::1/64, '
	kill $first
	wait_for 3 ended $first
	expect forces up0 1
	stop_vmnet
	expect forces up0 0
	# What the host itself had on stays on.
	in_ns host sysctl -qw net.ipv6.conf.up0.force_forwarding=1
	start
	stop_vmnet
	expect forces up0 1
}

test_guests_cannot_lie_about_their_source() {
	has_force
	route6_static
	start
	guest6 g1
	wait_for 5 reaches g1 $SERVER6
	dump /tmp/dump inet -i in0 icmp6
	local dump=$! address
	for address in 2001:db8:66::66 fd12:3456:789a:beef::9 ${PREFIX6}1; do
		ip -n g1 addr add $address/128 dev eth0 nodad
		refute in_ns g1 ping -c1 -W1 -I $address 2001:db8:1::1
		ip -n g1 addr del $address/128 dev eth0
	done
	ip -n g1 addr add fe80::1/64 dev eth0 nodad
	refute in_ns g1 ping -c1 -W1 -I fe80::1%eth0 2001:db8:1::1
	ip -n g1 addr del fe80::1/64 dev eth0
	expect reaches g1 2001:db8:1::1
	wait_for 3 grep -q '2001:db8:1::2 > 2001:db8:1::1: ICMP6, echo request' /tmp/dump
	kill $dump
	refute grep -q '2001:db8:66\|fd12' /tmp/dump
}

test_rogue_routers_and_servers_are_not_heard() {
	start
	guest6 g1
	local before
	before=$(ip -n host -6 route)
	ip -n g1 addr add 2001:db8:bad::1/64 dev eth0
	in_ns g1 dnsmasq -C /dev/null --port=0 --interface=eth0 --enable-ra --dhcp-range=2001:db8:bad::,ra-only,64 \
		--pid-file=/tmp/rogue.pid --user=root --dhcp-leasefile=/tmp/rogue.leases
	wait_for 10 refused 'as a router'
	in_ns g1 sh -c 'echo x | socat - UDP6-SENDTO:[fe80::1%eth0]:546,sourceport=547'
	wait_for 3 refused 'as a DHCP server'
	refute grep -q bad <(
		ip -n host -6 route
		ip -n host -6 addr
	)
	expect [ "$(sysctl6 host vmnet-shared/accept_ra)" = 0 ]
	expect [ "$(ip -n host -6 route)" = "$before" ]
}
# What the worker would not pass on.
refused() { counters 3 | grep "dropped in:.*$1" >/dev/null; }
drops() { [ "$(dropped "$1")" -gt 0 ]; }

test_nobody_comes_in() {
	has_force
	route6_static
	start
	guest6 g1
	wait_for 5 reaches g1 $SERVER6
	ip -n inet route add $PREFIX6/64 via 2001:db8:1::2
	ip -n g1 addr add ${PREFIX6}9/64 dev eth0
	refute reaches inet ${PREFIX6}9
	refute in_ns inet dig +short +time=1 +tries=1 @${PREFIX6}1 www.example.test
	refute in_ns inet dig +tcp +short +time=1 +tries=1 @${PREFIX6}1 www.example.test
	expect reaches host ${PREFIX6}9
}

test_all_is_as_before() {
	route6_static
	before
	start
	stop_vmnet
	expect same_as_before
	start
	kill_with_watcher
	wait_for 3 gone
	expect in_ns host "$PROGRAM" --cleanup
	expect same_as_before
}
gone() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep" && ! ip -n host link show vmnet-shared; }

test_no_advertisements_without_dhcp() {
	has_force
	route6_static
	start --vmnet-disable-dhcp
	guest g1 $SWITCH
	wait_for 5 has_address6 g1 eth0 fe80:
	static_address6 g1 9
	expect reaches g1 ${PREFIX6}1
	expect reaches g1 $SERVER6
	refute has_address6 g1 eth0 fd12.*dynamic
}

test_off() {
	start_vmnet --user=$MACHINE_USER --ipv6=off switch://$SWITCH
	expect log_has 'ready: .*, no IPv6, '
	expect [ -z "$(ip -n host -6 addr show dev vmnet-shared)" ]
	guest g1 $SWITCH
	wait_for 5 has_address6 g1 eth0 fe80:
	refute in_ns g1 ping -c1 -W1 -n fe80::1%eth0
	refute grep -q 'enable-ra' <(tr '\0' '\n' </proc/"$(dnsmasq_pid)"/cmdline)
}

# As with ipv6.disable=1, and as an administrator turns it off.
test_hosts_without_ipv6() {
	real=$PROGRAM
	printf '#!/bin/sh\nmount -t tmpfs tmpfs /proc/sys/net/ipv6\nexec %s "$@"\n' "$PROGRAM" >/tmp/no-ipv6
	chmod +x /tmp/no-ipv6
	PROGRAM=/tmp/no-ipv6
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	expect log_has 'no IPv6 for guests: the kernel has no IPv6'
	stop_vmnet
	PROGRAM=$real
	in_ns host sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	expect log_has 'no IPv6 for guests: the host has it turned off'
	stop_vmnet
	local status=0
	in_ns host "$PROGRAM" --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q 'no IPv6 for --vmnet-nat66-prefix: the host has it turned off' /tmp/err
	in_ns host sysctl -qw net.ipv6.conf.default.disable_ipv6=0
	start_vmnet --user=$MACHINE_USER --mtu=1200 switch://$SWITCH
	expect log_has 'no IPv6 for guests: it needs an MTU of at least 1280 bytes'
}

# Before Linux 6.17: IPv6 stays inside, unless the host is a router itself.
test_kernels_without_forwarding_by_device() {
	printf '#!/bin/sh\n[ ! -e %s ] || mount --bind /dev/null %s\nexec %s "$@"\n' \
		/proc/sys/net/ipv6/conf/all/force_forwarding /proc/sys/net/ipv6/conf/all/force_forwarding "$PROGRAM" >/tmp/old
	chmod +x /tmp/old
	PROGRAM=/tmp/old
	route6_static
	start
	expect [ "$(log_count 'this kernel .before 6.17. forwards IPv6 for all devices or for none')" = 1 ]
	guest6 g1
	expect no_route6 g1 eth0
	expect reaches g1 ${PREFIX6}1
	[ ! -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || expect forces up0 0
	in_ns host sysctl -qw net.ipv6.conf.all.forwarding=1
	ip -n host addr add 192.0.2.2/32 dev up0 # something for the daemon to look up for
	wait_for 10 has_route6 g1 eth0
	wait_for 3 reaches g1 $SERVER6
}

test_prefixes_in_use_are_refused() {
	local status=0 first
	refused() { # pattern
		status=0
		in_ns host "$PROGRAM" --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH 2>/tmp/err || status=$?
		expect [ $status = 1 ]
		expect grep -qE "$1" /tmp/err
	}
	ip -n host addr add ${PREFIX6}77/128 dev up0
	refused 'the prefix fd12:3456:789a:bcde::/64 is already in use here, by the address fd12:3456:789a:bcde::77/128 of up0'
	ip -n host addr del ${PREFIX6}77/128 dev up0
	ip -n host route add $PREFIX6/64 dev up0
	refused "already in use here, by the route to $PREFIX6/64 on up0"
	ip -n host route del $PREFIX6/64 dev up0
	# Without a name for it: the same each time, and another where that is taken.
	derived() { sed -n 's/.*ready: .* IPv6 \(fd[0-9a-f:]*\)1\/64.*/\1/p' $LOG | tail -1; }
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	first=$(derived)
	stop_vmnet
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	expect [ "$(derived)" = "$first" ]
	stop_vmnet
	ip -n host addr add "${first}77/64" dev up0
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	expect [ "$(derived)" != "$first" ]
	stop_vmnet
	ip -n host route add fd00::/8 dev up0
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	expect [ "$(derived)" != "$first" ]
	expect log_has 'our network fd.*/64 now overlaps with the route to fd00::/8 on up0'
	stop_vmnet
	ip -n host addr add fd00::1/8 dev up0 # neighbours, and still none of them there
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	expect log_has 'overlaps with the address fd00::1/8 of up0'
}

test_check_prints_it() {
	route6_static
	in_ns host "$PROGRAM" --check --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH >/tmp/plan
	expect grep -q "IPv6       ${PREFIX6}1/64" /tmp/plan
	! [ -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || expect grep -q 'uplinks6   up0' /tmp/plan
	in_ns host "$PROGRAM" --check --ipv6=off switch://$SWITCH >/tmp/plan
	expect grep -q 'IPv6       off' /tmp/plan
}

test_a_network_with_our_prefix_is_told_of() {
	route6_static
	start
	ip -n host route add fd12:3456::/32 via 2001:db8:1::1
	wait_for 3 log_has 'warning: our network fd12:3456:789a:bcde::/64 now overlaps with the route to fd12:3456::/32 on up0: .*another --vmnet-nat66-prefix$'
	ip -n host route del fd12:3456::/32
	wait_for 3 log_has 'our network fd12:3456:789a:bcde::/64 no longer overlaps'
	expect [ "$(log_count 'now overlaps with')" = 1 ]
}
