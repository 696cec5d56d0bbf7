# SPDX-License-Identifier: GPL-2.0-or-later
# What guests reach through the NAT, and what reaches them.

setup() {
	topology
	serve_dns
	start_switch
	start_vmnet $SWITCH
	guest g1
	static_address g1 9
	wait_for 5 reaches g1 $GATEWAY
}

test_icmp_and_traceroute_errors_pass() {
	expect reaches g1 $SERVER
	expect reaches g1 198.51.100.1
	# "related": the answer to a closed UDP port comes back as ICMP.
	expect in_ns g1 sh -c "timeout 3 socat -u /dev/null UDP:$SERVER:9 || true"
	in_ns g1 ping -c1 -W30 -t1 $SERVER >/tmp/ping || true
	expect grep -q 'Time to live exceeded' /tmp/ping
}

test_large_transfers_are_whole() {
	mkdir /tmp/www
	head -c 50000000 /dev/urandom >/tmp/www/file
	serve_web /tmp/www
	in_ns g1 busybox wget -q -O /tmp/got http://$SERVER/file
	expect cmp /tmp/www/file /tmp/got
	in_ns inet socat -u TCP-LISTEN:99,bind=$SERVER OPEN:/tmp/sent,creat &
	wait_for 5 listens inet t 99
	in_ns g1 socat -u OPEN:/tmp/www/file TCP:$SERVER:99
	wait $!
	expect cmp /tmp/www/file /tmp/sent
}

test_udp_is_answered_and_masqueraded() {
	in_ns inet socat UDP-LISTEN:99,fork,bind=$SERVER 'SYSTEM:read x; echo $SOCAT_PEERADDR' &
	wait_for 5 listens inet u 99
	expect [ "$(answer_of g1 UDP:$SERVER:99)" = 198.51.100.2 ]
}

test_nobody_comes_in() {
	ip -n inet route add 192.168.105.0/24 via 198.51.100.2
	refute reaches inet 192.168.105.9
	in_ns g1 socat TCP-LISTEN:99,fork EXEC:cat &
	wait_for 5 listens g1 t 99
	refute in_ns inet timeout 2 socat -u /dev/null TCP:192.168.105.9:99,connect-timeout=1
	expect in_ns host socat -u /dev/null TCP:192.168.105.9:99,connect-timeout=30
	# Nor are our services for anyone else, though the host has the address.
	refute in_ns inet dig +short +time=1 +tries=1 @$GATEWAY www.example.test
	refute in_ns inet dig +tcp +short +time=1 +tries=1 @$GATEWAY www.example.test
}

# What a guest finds at the gateway: every TCP port, and all that anything on the host listens with.
test_the_gateway_has_dhcp_and_dns_only() {
	in_ns g1 python3 - $GATEWAY >/tmp/open <<-'PYTHON'
		import socket, sys
		for port in range(1, 65536):
		    with socket.socket() as s:
		        s.settimeout(30)
		        if s.connect_ex((sys.argv[1], port)) == 0:
		            print(port)
	PYTHON
	expect [ "$(cat /tmp/open)" = 53 ]
	expect [ "$(in_ns host ss -Hlntu | awk '{ print $1, $5 }' | sed 's/ .*:/ /' | sort -u | paste -sd,)" = 'tcp 53,udp 53,udp 547,udp 67' ]
}

test_guests_cannot_lie_about_their_source() {
	dump /tmp/dump inet -i in0
	local dump=$!
	ip -n g1 addr add 10.66.66.66/32 dev eth0
	ip -n g1 addr add $GATEWAY/32 dev eth0 noprefixroute || true
	refute in_ns g1 ping -c2 -i0.2 -W1 -I 10.66.66.66 198.51.100.1
	expect pings g1 -I 192.168.105.9 198.51.100.1
	wait_for 5 grep -q '198.51.100.2 > 198.51.100.1: ICMP echo request' /tmp/dump
	kill $dump
	refute grep -q 10.66.66.66 /tmp/dump
	refute grep -q 192.168.105 /tmp/dump
}

test_ipv6_from_guests_is_ignored_when_it_is_off() {
	stop_vmnet
	start_vmnet --ipv6=off $SWITCH
	expect [ -z "$(ip -n host -6 addr show dev vmnet-shared)" ]
	in_ns g1 sysctl -qw net.ipv6.conf.eth0.dad_transmits=0
	ip -n g1 addr add fe80::9/64 dev eth0 nodad
	in_ns g1 ping -6 -c2 -W1 ff02::1%eth0 >/tmp/ping || true
	refute grep -q 'bytes from' <(grep -v fe80::9 /tmp/ping | grep -v "$(ip -n g1 -o -6 addr show dev eth0 | awk '{ sub("/.*", "", $4); print $4 }' | head -1)")
}

test_global_forwarding_stays_off() {
	expect [ "$(in_ns host sysctl -n net.ipv4.ip_forward)" = 0 ]
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 1 ]
	stop_vmnet
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 0 ]
}

# The default route moves to another uplink, and back.
test_default_route_is_followed() {
	second_uplink
	wait_for 2 forwards up1 1
	wait_for 2 forwards up0 0
	wait_for 3 reaches g1 $SERVER
	ip -n host route del default
	wait_for 2 forwards up1 0
	ip -n host route add default via 198.51.100.1
	wait_for 2 forwards up0 1
	wait_for 3 reaches g1 $SERVER
	ip -n host link del up0 # an uplink disappears
	wait_for 2 refute_device up0
	stop_vmnet
}
forwards() { [ "$(in_ns host sysctl -n net.ipv4.conf."$1".forwarding)" = "$2" ]; }
refute_device() { ! ip -n host link show "$1"; }

test_a_router_stays_a_router() {
	stop_vmnet
	in_ns host sysctl -qw net.ipv4.ip_forward=1
	start_vmnet $SWITCH
	wait_for 3 reaches g1 $SERVER
	stop_vmnet
	expect forwards up0 1
	# One that became a router while we ran stays one too.
	in_ns host sysctl -qw net.ipv4.ip_forward=0
	start_vmnet $SWITCH
	in_ns host sysctl -qw net.ipv4.ip_forward=1
	stop_vmnet
	expect forwards up0 1
}

# Rules of ours survive what other software does to the ruleset.
test_rules_survive_a_flush() {
	in_ns host nft flush ruleset || true
	expect reaches g1 $SERVER
	expect in_ns host nft list table inet vde_vmnet-shared
}

# A VPN that comes up later, with our subnet.
test_a_network_with_our_subnet_is_told_of() {
	ip -n host tuntap add dev tun0 mode tun
	ip -n host link set tun0 up
	expect [ "$(log_count 'now overlaps with')" = 0 ]
	ip -n host addr add 192.168.105.77/24 dev tun0
	wait_for 3 log_has 'warning: our network 192.168.105.0/24 now overlaps with the address 192.168.105.77/24 of tun0: .*, restart with --vmnet-gateway=192.168.107.1$'
	ip -n host route add 192.168.107.0/24 via 198.51.100.1 # of no concern, and looked at
	sleep 0.2
	ip -n host addr del 192.168.105.77/24 dev tun0
	wait_for 3 log_has 'our network 192.168.105.0/24 no longer overlaps'
	ip -n host route add 192.168.0.0/16 via 198.51.100.1
	wait_for 3 log_has 'overlaps with the route to 192.168.0.0/16 on up0: .*, restart with --vmnet-gateway=10.105.0.1$'
	ip -n host route del 192.168.0.0/16
	wait_for 3 ours_again 2
	expect [ "$(log_count 'now overlaps with')" = 2 ]
	wait_for 3 reaches g1 $SERVER
}
ours_again() { [ "$(log_count 'our network .* no longer overlaps')" = "$1" ]; }

# The host sends to a network by g1, who says that g2 is the better way.
test_redirects_are_not_heard() {
	guest g2
	static_address g2 10
	in_ns g1 sysctl -qw net.ipv4.ip_forward=1
	ip -n g1 route add 10.50.0.0/16 via 192.168.105.10
	ip -n host route add 10.50.0.0/16 via 192.168.105.9
	in_ns host ping -c2 -W1 10.50.0.1 >/dev/null || true
	wait_for 5 says_it_routes
	refute redirected
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.vmnet-shared.accept_redirects)" = 0 ]
}
says_it_routes() { counters 3 | grep 'dropped in:.*as a router' >/dev/null; }
redirected() { ip -n host route get 10.50.0.1 | grep redirected >/dev/null; }
