# SPDX-License-Identifier: GPL-2.0-or-later
# Guests with many IP addresses: the host has room for 1024 neighbours in a family (gc_thresh3),
# for all its networks and its own LAN together.

setup() {
	fills_the_neighbour_table
	topology
	topology6
	route6_static
	start_vmnet --user=$MACHINE_USER --vmnet-gateway=10.0.0.1 --vmnet-mask=255.0.0.0 --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH
	export PREFIX6
}

raw() { as_user env PREFIX6=$PREFIX6 /usr/bin/python3 tests/net/rawguest.py vde://$SWITCH "$@"; }
neighbours() { ip -n host -"$1" neigh show dev vmnet-shared nud all | wc -l; }
dropped() { counters 4 | grep -oE "[0-9]+ with too many IP addresses" | awk '{ n += $1 } END { print n + 0 }'; }
# Whatever was sent before it has come.
settled() { wait_for 5 reaches g1 10.0.0.1; }

test_endless_sources_do_not_use_up_the_hosts_neighbours() {
	guest g1
	ip -n g1 addr add 10.200.0.9/8 dev eth0
	settled
	raw arp 5000
	settled
	expect [ "$(neighbours 4)" -le 800 ]
	expect [ "$(neighbours 4)" -ge 300 ] # that many are fine
	raw neighbours 5000
	settled
	expect [ "$(neighbours 6)" -le 800 ]
	# Nor does one who comes again and again, with others each time.
	local n
	for n in 1 2 3 4; do raw neighbours 600 ${n}0000; done
	settled
	expect [ "$(neighbours 6)" -le 980 ]
	# The host still meets its LAN, and another guest, whom it has not known yet.
	ip -n host neigh flush dev up0
	expect reaches host 198.51.100.1
	expect pings host 2001:db8:1::1
	guest g2
	ip -n g2 addr add 10.200.0.10/8 dev eth0
	expect reaches g2 10.0.0.1
	expect reaches g1 10.200.0.10
	expect [ "$(dropped)" -ge 8000 ]
	wait_for 3 log_has 'warning: switch://.*: a frame from 02:00:00:00:00:77 was dropped: it would exceed the number of new IP addresses that a port may use in a minute.*; spread'
	expect [ "$(log_count 'would exceed the number')" = 1 ]
}

# Guests reach each other by way of the host, too, which looks for each that is addressed.
test_endless_destinations_do_not_use_up_the_hosts_neighbours() {
	guest g1 && guest g2
	ip -n g1 addr add 10.200.0.9/8 dev eth0
	ip -n g1 addr add ${PREFIX6}9/64 dev eth0 nodad
	ip -n g2 addr add ${PREFIX6}10/64 dev eth0 nodad
	ip -n g1 -6 route add ${PREFIX6}/64 via fe80::1 dev eth0 metric 1
	expect pings g2 fe80::1%eth0
	settled
	in_ns g1 /usr/bin/python3 -c "import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for i in range(4000): s.sendto(b'x', ('${PREFIX6}5:%x' % (i + 1), 9))"
	settled
	expect [ "$(neighbours 6)" -le 300 ]
	wait_for 3 log_has 'it is for one of too many unknown guests'
	# Whoever has spoken is reached.
	expect pings g2 -I ${PREFIX6}10 fe80::1%eth0
	expect pings g1 ${PREFIX6}10
}

# SYNs to port 53, from so many addresses to one, or from one to so many.
syns() { # guest first-source first-target number source|target
	in_ns "$1" /usr/bin/python3 - "$(in_ns host cat /sys/class/net/vmnet-shared/address)" "${@:2}" <<-'P'
		import ipaddress, socket, struct, sys
		sys.path.insert(0, "tests/net")
		from rawport import checksum
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("eth0", 0))
		ethernet = bytes.fromhex(sys.argv[1].replace(":", "")) + s.getsockname()[4] + b"\x08\0"
		source, target = map(ipaddress.IPv4Address, sys.argv[2:4])
		for i in range(int(sys.argv[4])):
		    ends = ((source + i).packed + target.packed) if sys.argv[5] == "source" else (source.packed + (target + i).packed)
		    tcp = struct.pack("!HHIIBBHHH", 1024 + i, 53, 1, 0, 0x50, 2, 65535, 0, 0)
		    tcp = tcp[:16] + struct.pack("!H", checksum(ends + struct.pack("!HH", 6, len(tcp)) + tcp)) + tcp[18:]
		    header = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + ends
		    s.send(ethernet + header[:10] + struct.pack("!H", checksum(header)) + header[12:] + tcp)
	P
}
# A second subnet of the device's, and one that only a route leads to.
test_other_subnets_of_the_device_do_not_either() {
	local network
	in_ns host sysctl -qw net.ipv4.tcp_syncookies=2 # each is answered
	guest g1
	ip -n g1 addr add 10.200.0.9/8 dev eth0
	settled
	ip -n host addr add 172.16.0.1/16 dev vmnet-shared
	ip -n host route add 172.20.0.0/16 dev vmnet-shared
	# An address of ours is known together with the networks.
	lies() {
		syns g1 172.16.0.1 10.0.0.1 1 source
		log_has "was dropped: it has the gateway's MAC or IP address"
	}
	wait_for 5 lies
	for network in 172.16 172.20; do
		ip -n host neigh flush dev vmnet-shared
		syns g1 $network.1.0 10.0.0.1 3000 source
		expect [ "$(neighbours 4)" -le 800 ] # at once: after 3 s the host may forget those that do not answer
		settled
		expect [ "$(neighbours 4)" -le 800 ]
		ip -n host neigh flush dev vmnet-shared
		syns g1 10.200.0.9 $network.100.0 3000 target
		settled
		expect [ "$(neighbours 4)" -le 300 ]
	done
	expect [ "$(dropped)" -ge 2000 ]
}
test_other_prefixes_of_the_device_do_not_either() {
	local network
	guest g1
	ip -n g1 addr add 10.200.0.9/8 dev eth0
	ip -n g1 addr add ${PREFIX6}9/64 dev eth0 nodad
	settled
	ip -n host addr add 2001:db8:9::1/64 dev vmnet-shared nodad
	ip -n host route add 2001:db8:a000::/36 dev vmnet-shared
	ip -n g1 route add 2001:db8::/32 via fe80::1 dev eth0 metric 1
	expect pings g1 fe80::1%eth0
	lies6() {
		pings g1 -I 2001:db8:9::1 ${PREFIX6}1 || true
		log_has "was dropped: it has the gateway's MAC or IP address"
	}
	ip -n g1 addr add 2001:db8:9::1/128 dev eth0 nodad
	wait_for 5 lies6
	ip -n g1 addr del 2001:db8:9::1/128 dev eth0
	for network in 2001:db8:9: 2001:db8:abcd:; do
		in_ns g1 /usr/bin/python3 -c "import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for i in range(4000): s.sendto(b'x', ('$network:5:%x' % (i + 1), 9))"
		expect [ "$(neighbours 6)" -le 300 ]
		settled
		expect [ "$(neighbours 6)" -le 300 ]
	done
	wait_for 3 log_has 'it is for one of too many unknown guests'
}

# As containers of a guest are: hundreds of addresses, each of which goes on.
test_a_guest_with_hundreds_of_addresses() {
	guest g1
	ip -n g1 addr add 10.200.0.9/8 dev eth0
	seq -f 'address add 10.201.%g.7/32 dev eth0' 0 199 | sed 's/^/-4 /' >/tmp/addresses
	sed 's/^-4 //' /tmp/addresses | ip -n g1 -batch -
	settled
	local n
	for n in $(seq 0 199); do in_ns g1 ping -c1 -W30 -n -I 10.201.$n.7 10.0.0.1 >/dev/null & done
	for n in $(seq 0 199); do
		wait -n || fail "one did not reach the gateway"
		[ "$n" -lt 198 ] || break
	done
	expect [ "$(dropped)" = 0 ]
}
