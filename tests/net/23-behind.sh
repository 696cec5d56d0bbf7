# SPDX-License-Identifier: GPL-2.0-or-later
# What root asks the kernel for by a route or an address at our device: networks behind a
# guest, a second subnet, a second prefix. And what he did not.

setup() {
	topology
	topology6
	route6_static
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=fd12:3456:789a:bcde:: switch://$SWITCH
	guest g1 && guest g2
	static_address g1 11
	static_address g2 12
	address6 g1 11
	address6 g2 12
	expect reaches g1 $GATEWAY # and knows its MAC address: of strangers no host asks
	expect reaches g2 $GATEWAY
	in_ns g1 sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}
# With the address that they come from.
asked_from() { # address server
	dump /tmp/asked inet -i in0 -c 1 "$3 and host $2"
	local dump=$!
	expect pings g1 -I "$1" "$2" >/dev/null
	wait_for 5 ended $dump
	sed 's/.* \(IP6\?\) \([0-9a-f.:]*\) > .*/\2/' /tmp/asked
}
# Beside what the guest makes of our advertisements.
address6() { # guest host-number
	ip -n "$1" addr add "$PREFIX6$2/64" dev eth0
	ip -n "$1" route add default via fe80::1 dev eth0 metric 10
}

test_a_network_behind_a_guest() {
	ip -n g1 addr add 10.244.0.1/24 dev lo
	# Nobody has asked for it yet.
	refute pings g1 -I 10.244.0.1 $GATEWAY
	wait_for 10 log_has 'warning: guests with a source address that the host has no route to through this network: [0-9]+ packets from [0-9a-f:]{17} were dropped; .*ip route add'
	ip -n host route add 10.244.0.0/24 via 192.168.105.11
	expect reaches host 10.244.0.1
	expect pings g1 -I 10.244.0.1 $GATEWAY
	# Other guests find it by way of the gateway; a whole connection, of which half goes the direct way.
	expect reaches g2 10.244.0.1
	in_ns g1 socat TCP-LISTEN:99,bind=10.244.0.1,fork EXEC:cat &
	wait_for 5 listens g1 t 99
	expect [ "$(answer_of g2 TCP:10.244.0.1:99)" = x ]
	expect [ "$(answer_of host TCP:10.244.0.1:99)" = x ]
	# The outside sees the host, as ever.
	expect [ "$(asked_from 10.244.0.1 $SERVER icmp)" = 198.51.100.2 ]
	ip -n inet route add 10.244.0.0/24 via 198.51.100.2
	refute reaches inet 10.244.0.1
	ip -n host route del 10.244.0.0/24
	refute pings g1 -I 10.244.0.1 $GATEWAY
}

test_a_network_behind_a_guest_in_ipv6() {
	ip -n g1 addr add 2001:db8:244::1/64 dev lo nodad
	refute pings g1 -I 2001:db8:244::1 ${PREFIX6}1
	ip -n host route add 2001:db8:244::/64 via ${PREFIX6}11
	expect reaches host 2001:db8:244::1
	expect reaches g2 2001:db8:244::1
	expect [ "$(asked_from 2001:db8:244::1 $SERVER6 icmp6)" = 2001:db8:1::2 ]
	ip -n host route del 2001:db8:244::/64
	refute pings g1 -I 2001:db8:244::1 ${PREFIX6}1
}

test_a_second_subnet_on_our_device() {
	ip -n host addr add 10.9.0.1/24 dev vmnet-shared
	ip -n host addr add 2001:db8:9::1/64 dev vmnet-shared nodad
	ip -n g1 addr add 10.9.0.11/24 dev eth0
	ip -n g1 addr add 2001:db8:9::11/64 dev eth0 nodad
	expect reaches host 10.9.0.11
	expect reaches host 2001:db8:9::11
	expect reaches g1 10.9.0.1
	expect reaches g2 10.9.0.11 # from one subnet to the other
	expect [ "$(asked_from 10.9.0.11 $SERVER icmp)" = 198.51.100.2 ]
	expect [ "$(asked_from 2001:db8:9::11 $SERVER6 icmp6)" = 2001:db8:1::2 ]
	# Its gateway is the host's as well: no guest's.
	ip -n g1 addr add 10.9.0.1/32 dev lo
	dump /tmp/dump host -i vmnet-shared icmp and src 10.9.0.1
	refute pings g1 -I 10.9.0.1 198.51.100.2
	expect pings g1 198.51.100.2
	kill -USR1 $VMNET
	wait_for 3 log_has 'dropped in:.*[1-9][0-9]* as the gateway|no route to through this network: [1-9][0-9]* packets dropped'
}

# The guests' way out may be a guest: then it is the kernel's to say what comes from there.
test_a_guest_that_is_the_hosts_router() {
	ip -n host route add 198.18.0.0/15 via 192.168.105.11
	ip -n g1 addr add 198.18.0.1/32 dev lo
	expect reaches host 198.18.0.1
	expect reaches g2 198.18.0.1
	# The most specific route decides.
	ip -n host route add 198.18.0.1/32 via 198.51.100.1
	refute pings g1 -I 198.18.0.1 $GATEWAY
	ip -n host route del 198.18.0.1/32
	ip -n host route add unreachable 198.18.0.1/32
	refute pings g1 -I 198.18.0.1 $GATEWAY
}

# All of the host's traffic: a router of the user's is a guest. Its network stays what it is.
test_a_guest_that_is_the_hosts_default_router() {
	ip -n g1 addr add 198.18.0.1/32 dev lo
	ip -n g1 addr add 2001:db8:18::1/128 dev lo
	ip -n host route replace default via 192.168.105.11
	ip -n host -6 route replace default via "$(link_local g1)" dev vmnet-shared
	wait_for 3 follows up0 0
	expect reaches host 198.18.0.1
	expect reaches host 2001:db8:18::1
	expect reaches host 192.168.105.12
	local g
	for g in g1 g2; do
		expect reaches $g $GATEWAY
		expect reaches $g ${PREFIX6}1
		expect [ "$(in_ns $g dig +short +time=5 @$GATEWAY gateway.vmnet.internal)" = $GATEWAY ]
	done
	expect reaches g2 198.18.0.1
	expect reaches g2 2001:db8:18::1
	# And back.
	ip -n host route replace default via 198.51.100.1
	ip -n host -6 route replace default via 2001:db8:1::1
	wait_for 3 follows up0 1
	wait_for 5 reaches g2 $SERVER
	wait_for 5 reaches g2 $SERVER6
	refute log_has 'without NAT'
}
follows() { [ "$(in_ns host sysctl -n net.ipv4.conf."$1".forwarding)" = "$2" ]; }
link_local() { ip -n "$1" -o -6 addr show dev eth0 scope link | sed -n 's|.*inet6 \([^/]*\)/.*|\1|p'; }
