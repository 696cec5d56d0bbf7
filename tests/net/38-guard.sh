# SPDX-License-Identifier: GPL-2.0-or-later
# What guests may not say to the host or, on our switch, to each other. g1 is the
# liar; g2 looks on. Each lie goes out by packets that g1 makes itself.

setup() {
	topology
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	guest g1 && guest g2
	static_address g1 9
	static_address g2 10
	GATEWAY_MAC=$(in_ns host cat /sys/class/net/vmnet-shared/address)
	expect reaches g2 $GATEWAY
}

dropped() { counters 3 | grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'; }
# Frames as hex, sent by g1's own interface, with marks that g2 and the host look for.
tell() { bytes "$*" | in_ns g1 socat -u - INTERFACE:eth0; }
plain_mac() { tr -d : <<<"$1"; }
watch() { # what is seen at g2 and on the host, while it goes on
	dump /tmp/seen-g2 g2 -i eth0 -e "$1"
	dump /tmp/seen-host host -i vmnet-shared -e "$1"
}
# A last frame that may pass: what was sent before it has come, or never will.
nothing_seen() {
	tell "ffffffffffff $MAC1 88b5 $(printf '00%.0s' {1..46})"
	wait_for 3 grep -q '0x88b5' /tmp/seen-g2
	wait_for 3 grep -q '0x88b5' /tmp/seen-host
	cat /tmp/seen-g2 /tmp/seen-host
	expect [ "$(grep -cvE '0x88b5|^\s+0x' /tmp/seen-g2 /tmp/seen-host | cut -d: -f2 | paste -sd' ')" = "0 0" ]
}

test_nobody_else_is_the_gateway() {
	local gateway ip=c0a86901
	gateway=$(plain_mac "$GATEWAY_MAC")
	MAC1=$(plain_mac "$(in_ns g1 cat /sys/class/net/eth0/address)")
	watch 'ether proto 0x88b5 or ether proto 0x88b6 or arp or vlan'
	tell "ffffffffffff $gateway 88b6 $(printf '00%.0s' {1..46})"
	tell "ffffffffffff $MAC1 0806 0001080006040001 $MAC1 $ip 000000000000 c0a8690a" # request
	tell "ffffffffffff $MAC1 0806 0001080006040002 $MAC1 $ip ffffffffffff $ip"      # gratuitous
	tell "ffffffffffff $MAC1 8100 0000 0806 0001080006040002 $MAC1 $ip ffffffffffff $ip"
	tell "ffffffffffff $MAC1 0024 aaaa03000000 0806 0001080006040002 $MAC1 $ip ffffffffffff $ip"
	nothing_seen
	expect [ "$(dropped 'as the gateway')" -ge 5 ]
	# The other guest still finds the gateway, where it is.
	ip -n g2 neigh flush dev eth0
	expect reaches g2 $GATEWAY
	expect grep -q "$GATEWAY_MAC" <(ip -n g2 neigh show $GATEWAY)
	expect reaches g1 192.168.105.10
}

# Nor has anyone another address of our device's, such as that of a second subnet, while it is there.
test_nobody_else_is_the_host_in_a_second_subnet() {
	MAC1=$(plain_mac "$(in_ns g1 cat /sys/class/net/eth0/address)")
	local six=20010db8000900000000000000000001 all6=ff020000000000000000000000000001
	ip -n host addr add 10.9.0.1/24 dev vmnet-shared
	ip -n host addr add 2001:db8:9::1/64 dev vmnet-shared nodad
	ip -n g2 addr add 10.9.0.10/24 dev eth0
	claim() { tell "ffffffffffff $MAC1 0806 0001080006040002 $MAC1 0a090001 ffffffffffff 0a090001"; }
	claims_are_dropped() {
		claim
		[ "$(dropped 'as the gateway')" -ge 1 ]
	}
	wait_for 10 claims_are_dropped # the worker is told of it
	ip -n g2 neigh flush dev eth0
	watch "ether proto 0x88b5 or (ether src $(in_ns g1 cat /sys/class/net/eth0/address) and (arp or icmp6[0] == 136))"
	claim
	tell "333300000001 $MAC1 86dd 60000000 0018 3aff $six $all6 88000000 20000000 $six"
	tell "333300000001 $MAC1 86dd 60000000 0018 3aff fe80000000000000505400fffe00000a $all6 88000000 20000000 $six"
	nothing_seen
	expect reaches g2 10.9.0.1
	expect grep -q "$GATEWAY_MAC" <(ip -n g2 neigh show 10.9.0.1)
	# What the host gives up, a guest may take.
	ip -n host addr del 10.9.0.1/24 dev vmnet-shared
	dump /tmp/claimed g2 -i eth0 -c 1 arp and host 10.9.0.1
	claim_passes() {
		claim
		[ -s /tmp/claimed ]
	}
	wait_for 10 claim_passes
}

# A guest that is given the gateway's address by mistake learns of it, and harms nobody.
test_a_probe_is_answered() {
	ip -n g1 addr flush dev eth0
	refute in_ns g1 busybox arping -D -c 2 -I eth0 $GATEWAY # -D: fails when there is an answer
	expect reaches g2 $GATEWAY
}

test_nobody_else_routes_or_leases() {
	MAC1=$(plain_mac "$(in_ns g1 cat /sys/class/net/eth0/address)")
	local local6=fe80000000000000505400fffe00000a all6=ff020000000000000000000000000001
	local ra=8600000040000708 more
	more=$(printf '00%.0s' {1..8})
	watch 'ether proto 0x88b5 or udp port 68 or udp port 546 or vlan or (ip6 and (icmp6[0] == 134 or icmp6[0] == 137 or ip6[6] == 0 or ip6[6] == 44))'
	tell "333300000001 $MAC1 86dd 60000000 0010 3aff $local6 $all6 $ra$more"
	tell "333300000001 $MAC1 86dd 60000000 0018 00ff $local6 $all6 3a00010400000000 $ra$more" # hop by hop
	tell "333300000001 $MAC1 86dd 60000000 0018 2cff $local6 $all6 3a00000100000001 $ra$more" # fragment
	tell "333300000001 $MAC1 8100 0000 86dd 60000000 0010 3aff $local6 $all6 $ra$more"
	tell "333300000001 $MAC1 86dd 60000000 0028 3aff $local6 $all6 8900000000000000 $local6 $all6"
	tell "ffffffffffff $MAC1 0800 4500002400000000 4011 0000 c0a86909 ffffffff 0043 0044 0010 0000 $more" # DHCP
	tell "333300000001 $MAC1 86dd 60000000 0010 11ff $local6 $all6 0223 0222 0010 0000 $more"             # DHCPv6
	nothing_seen
	expect [ "$(dropped 'as a router')" -ge 5 ]
	expect [ "$(dropped 'as a DHCP server')" -ge 2 ]
}

# A DHCP server on a guest: the other one leases from us, time after time.
test_a_rogue_dhcp_server_is_not_heard() {
	in_ns g1 dnsmasq -C /dev/null --port=0 --interface=eth0 --bind-interfaces --no-ping --dhcp-authoritative \
		--dhcp-range=192.168.105.99,192.168.105.99,1h --dhcp-leasefile=/tmp/rogue --pid-file=/tmp/rogue.pid --user=root
	local n
	for n in 1 2 3; do
		ip -n g2 addr flush dev eth0
		lease g2 -q
		expect [ "$(leased g2 serverid)" = $GATEWAY ]
	done
	refute test -s /tmp/rogue
	expect [ "$(dropped 'as a DHCP server')" -ge 1 ]
}

# Where we are neither, a guest may be both for the others; the host goes on to hear neither.
test_a_guest_may_be_what_we_are_not() {
	stop_vmnet
	start_vmnet --user=$MACHINE_USER --vmnet-disable-dhcp --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH
	guest g3 && guest g4
	static_address g3 9
	ip -n g3 addr add fd99:1::1/64 dev eth0 nodad
	ip -n host -6 route >/tmp/routes
	in_ns g3 dnsmasq -C /dev/null --port=0 --interface=eth0 --bind-interfaces --no-ping --dhcp-authoritative \
		--dhcp-range=192.168.105.99,192.168.105.99,1h --enable-ra --dhcp-range=fd99:1::,ra-only,64 --ra-param=eth0,5 \
		--dhcp-leasefile=/tmp/guests.leases --pid-file=/tmp/guests.pid --user=root
	lease g4
	expect [ "$(leased g4 ip)" = 192.168.105.99 ]
	wait_for 10 has_address6 g4 eth0 fd99:1:
	expect [ "$(ip -n host -6 route)" = "$(cat /tmp/routes)" ]
	expect [ "$(counters 3 | grep -c 'as a ')" = 0 ]
	refute log_has 'warning: .*(router|DHCP)'
	# But the gateway is none of them.
	refute in_ns g4 busybox arping -D -c 2 -I eth0 $GATEWAY
	# Only the advertisements are off: the router may be a guest, the DHCP server not.
	stop_vmnet
	start_vmnet --user=$MACHINE_USER --vmnet-disable-ra --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH
	guest g7 && guest g8
	ip -n g7 addr add fd99:3::1/64 dev eth0 nodad
	in_ns g7 dnsmasq -C /dev/null --port=0 --interface=eth0 --bind-interfaces --enable-ra --dhcp-range=fd99:3::,ra-only,64 \
		--ra-param=eth0,5 --dhcp-leasefile=/tmp/router7.leases --pid-file=/tmp/router7.pid --user=root
	wait_for 10 has_address6 g8 eth0 fd99:3:
	expect [ "$(ip -n host -6 route | grep -c fd99)" = 0 ]
	MAC1=$(plain_mac "$(in_ns g7 cat /sys/class/net/eth0/address)")
	bytes "333300000001 $MAC1 86dd 60000000 0010 11ff fe80000000000000505400fffe00000a ff020000000000000000000000000001 0223 0222 0010 0000 0000000000000000" |
		in_ns g7 socat -u - INTERFACE:eth0
	wait_for 3 log_has 'is from a DHCP server'
	# Only IPv6 is off: a guest may be the router in that.
	stop_vmnet
	start_vmnet --user=$MACHINE_USER --ipv6=off switch://$SWITCH
	guest g5 && guest g6
	ip -n g5 addr add fd99:2::1/64 dev eth0 nodad
	in_ns g5 dnsmasq -C /dev/null --port=0 --interface=eth0 --bind-interfaces --enable-ra --dhcp-range=fd99:2::,ra-only,64 \
		--ra-param=eth0,5 --dhcp-leasefile=/tmp/router.leases --pid-file=/tmp/router.pid --user=root
	wait_for 10 has_address6 g6 eth0 fd99:2:
}

# Each kind is a line, which names who it was and what can be done.
test_lies_are_told() {
	MAC1=$(plain_mac "$(in_ns g1 cat /sys/class/net/eth0/address)")
	local n
	for n in 1 2; do
		tell "ffffffffffff $MAC1 0806 0001080006040001 $MAC1 c0a86901 000000000000 c0a8690a"
		tell "ffffffffffff $MAC1 0800 4500002400000000 4011 0000 c0a86909 ffffffff 0043 0044 0010 0000 0000000000000000"
	done
	wait_for 3 log_has "warning: switch://$SWITCH port [0-9]+ .*: a frame from $(in_ns g1 cat /sys/class/net/eth0/address) was dropped: it has the gateway's MAC or IP address.*; give the guest another"
	wait_for 3 log_has 'is from a DHCP server, .*--vmnet-disable-dhcp'
	expect [ "$(log_count 'a frame from .* was dropped')" = 2 ]
}

# Through a vde_switch the guests hear each other, but the host is still spared.
test_the_host_is_spared_behind_a_vde_switch() {
	stop_vmnet
	start_switch
	start_vmnet $SWITCH
	guest g3
	MAC1=525400000033
	dump /tmp/seen-host host -i vmnet-shared -e arp
	bytes "ffffffffffff $MAC1 0806 0001080006040002 $MAC1 c0a86901 ffffffffffff c0a86901" |
		in_ns g3 socat -u - INTERFACE:eth0
	static_address g3 11
	expect reaches g3 $GATEWAY
	expect [ "$(counters 2 | grep -oE '[0-9]+ as the gateway' | head -1)" = "1 as the gateway" ]
	refute grep -qi '52:54:00:00:00:33' /tmp/seen-host
}
