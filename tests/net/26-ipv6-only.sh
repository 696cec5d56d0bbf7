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
	in_ns g1 unshare --mount sh -c 'mount --bind /dev/null /etc/resolv.conf && exec dig +short +time=2 +tries=5 "$@"' \
		sh @"$1" www.example.test "$2"
}

test_start_nat_and_dns() {
	expect in_ns host "$PROGRAM" --check switch://$SWITCH
	start
	refute log_has 'warning'
	expect log_has 'no default route in IPv4; guests get out in IPv6'
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
