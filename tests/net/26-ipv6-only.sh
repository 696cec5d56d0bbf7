# SPDX-License-Identifier: GPL-2.0-or-later
# A host that has IPv6 alone: no address and no route in IPv4, and a resolver that is asked in IPv6.

SWITCH=/tmp/our.ctl
setup() {
	[ -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || skip "Linux before 6.17"
	topology
	topology6
	route6_static
	ip -n host -4 route flush default
	ip -n host -4 addr flush dev up0
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address=$SERVER6 --bind-interfaces \
		--address=/www.example.test/$SERVER6 --address=/www.example.test/$SERVER --pid-file=/tmp/dns.pid --user=root
	echo "nameserver $SERVER6" >/tmp/resolv.conf
}
start() { start_vmnet --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH; }
# (Without the file of the resolver: dig does not read one with an interface in it.)
asks() { # server type
	in_ns g1 unshare --mount sh -c 'mount --bind /dev/null /etc/resolv.conf && exec dig +short +time=10 +tries=5 "$@"' \
		sh @"$1" www.example.test "$2"
}

test_start_nat_and_dns() {
	expect in_ns host "$PROGRAM" --check switch://$SWITCH
	start
	refute log_has 'warning'
	expect log_has 'no IPv4 default route; guests get out over IPv6'
	guest g1 $SWITCH
	lease g1
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	wait_for 5 reaches g1 $SERVER6
	expect reaches g1 $GATEWAY
	expect [ "$(asks $GATEWAY AAAA)" = $SERVER6 ]
	expect [ "$(asks ${PREFIX6}1 AAAA)" = $SERVER6 ]
	expect [ "$(asks ${PREFIX6}1 A)" = $SERVER ]
	mkdir /tmp/www
	echo hello >/tmp/www/file
	in_ns inet busybox httpd -p "[$SERVER6]:80" -h /tmp/www
	expect [ "$(in_ns g1 busybox wget -q -O - "http://[$SERVER6]/file")" = hello ]
	stop_vmnet
}

# IPv4 comes later.
test_ipv4_comes() {
	start
	guest g1 $SWITCH
	lease g1
	ip -n host addr add 198.51.100.2/24 dev up0
	ip -n host route add default via 198.51.100.1
	wait_for 3 reaches g1 $SERVER
}

test_the_router_advertises() {
	ip -n host -6 route flush default
	ip -n host -6 addr flush dev up0 scope global
	route6_advertised
	start
	guest g1 $SWITCH
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	wait_for 5 reaches g1 $SERVER6
	expect [ "$(asks ${PREFIX6}1 AAAA)" = $SERVER6 ]
}

# A resolver by a link-local address, as routers advertise themselves.
test_a_resolver_on_the_link() {
	ip -n inet addr add fe80::53/64 dev in0
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --interface=in0 --except-interface=lo --bind-interfaces \
		--address=/www.example.test/$SERVER6 --pid-file=/tmp/dns2.pid --user=root
	echo 'nameserver fe80::53%up0' >/tmp/resolv.conf
	start
	guest g1 $SWITCH
	lease g1
	expect [ "$(asks $GATEWAY AAAA)" = $SERVER6 ]
}

# Both have a default route of the same metric, and the kernel takes either.
test_routers_on_two_links() {
	ip link add up1 netns host type veth peer name in1 netns inet
	ip -n host link set up1 up
	ip -n inet addr add 2001:db8:9::1/64 dev in1
	ip -n inet link set in1 up
	ip -n host -6 route flush default
	ip -n host -6 addr flush dev up0 scope global
	advertise6 in0,2001:db8:1:: in1,2001:db8:9::
	local up
	for up in up0 up1; do wait_for 10 has_route6 host $up; done
	in_ns host "$PROGRAM" --check switch://$SWITCH >/tmp/plan
	expect grep -qE '^uplinks6   (up0 up1|up1 up0)$' /tmp/plan
	start
	guest g1 $SWITCH
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	# By each, also where the other's link is gone.
	wait_for 5 reaches g1 $SERVER6
	for up in up0 up1; do
		ip -n host link set $up down
		wait_for 10 reaches g1 $SERVER6
		ip -n host link set $up up
		wait_for 10 has_route6 host $up
	done
}

# As where each prefix has a router of its own: guests have another source, and no way out by it.
test_a_default_route_of_one_prefix() {
	ip -n host -6 route del default
	ip -n host -6 route add default from 2001:db8:1::/64 via 2001:db8:1::1 dev up0
	in_ns host "$PROGRAM" --check switch://$SWITCH >/tmp/plan
	expect grep -q '^uplinks6   the host has no IPv6 default route' /tmp/plan
	start
	guest g1 $SWITCH
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	refute has_route6 g1 eth0
	ip -n host -6 route add default via 2001:db8:1::1 dev up0
	wait_for 10 has_route6 g1 eth0
	wait_for 5 reaches g1 $SERVER6
}

# The provider gives another prefix, and then the host takes temporary addresses.
test_the_prefix_is_another_one() {
	start
	guest g1 $SWITCH
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	wait_for 5 reaches g1 $SERVER6
	ip -n inet addr add 2001:db8:7::1/64 dev in0
	ip -n host -6 addr flush dev up0 scope global
	ip -n host addr add 2001:db8:7::2/64 dev up0
	ip -n host -6 route replace default via 2001:db8:7::1
	ip -n inet addr del 2001:db8:1::1/64 dev in0
	wait_for 5 reaches g1 $SERVER6
	ip -n host addr change 2001:db8:7::2/64 dev up0 preferred_lft 0
	ip -n host addr add 2001:db8:7::1234/64 dev up0
	wait_for 5 reaches g1 $SERVER6
}

# What a DNS64 says is passed on, and by NAT64 guests get out.
test_dns64() {
	end "$(cat /tmp/dns.pid)"
	ip -n inet addr add 64:ff9b::cb00:7101/128 dev lo
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address=$SERVER6 --bind-interfaces \
		--address=/ipv4only.arpa/64:ff9b::c000:aa --address=/www.example.test/64:ff9b::cb00:7101 --pid-file=/tmp/dns64.pid --user=root
	start
	guest g1 $SWITCH
	lease g1
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}
	expect [ "$(asks $GATEWAY AAAA)" = 64:ff9b::cb00:7101 ]
	wait_for 5 reaches g1 64:ff9b::cb00:7101
}

said() { [ "$(log_count "$2")" = "$1" ]; }
# As by 464XLAT: a device with the only way out in IPv4 comes, goes, and comes again.
test_a_clat() {
	local turn
	start
	guest g1 $SWITCH
	lease g1
	for turn in 1 2 3; do
		ip netns exec host socat UDP6-DATAGRAM:"[2001:db8:1::1]:5000,bind=[2001:db8:1::2]:5000" TUN,tun-type=tun,tun-name=clat,iff-no-pi,iff-up &
		local clat=$!
		ip netns exec inet socat UDP6-DATAGRAM:"[2001:db8:1::2]:5000,bind=[2001:db8:1::1]:5000" TUN,tun-type=tun,tun-name=plat,iff-no-pi,iff-up &
		local plat=$!
		wait_for 3 carrier host clat
		wait_for 3 carrier inet plat
		ip -n host addr add 192.0.0.1/32 dev clat
		ip -n host route add default dev clat
		ip -n inet route add 192.0.0.1/32 dev plat
		wait_for 5 reaches g1 $SERVER
		kill $clat $plat
		wait_for 3 ended $clat
		wait_for 3 ended $plat
		wait_for 3 said $turn 'guests have no way out over IPv4'
		refute reaches g1 $SERVER
	done
}
