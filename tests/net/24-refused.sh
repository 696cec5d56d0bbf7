# SPDX-License-Identifier: GPL-2.0-or-later
# What guests may not reach is refused with an answer, so that their programs fail in a moment;
# and what is not let through is told, and counted by reason.

setup() { topology; }
begin() { # [options]
	start_vmnet --user=$MACHINE_USER "$@" switch://$SWITCH
	guest g1
	GATEWAY=$(ip -n host -o -4 addr show dev "$(ip -n host -o link show | grep -o 'vmnet-[a-z]*' | head -1)" | sed 's/.* inet \([0-9.]*\)\/.*/\1/')
	ip -n g1 addr add "${GATEWAY%.*}.9/24" dev eth0
	ip -n g1 route add default via "$GATEWAY"
	expect reaches g1 "$GATEWAY"
}
# What the kernel says to a guest's program, long before it would give up by itself.
error_of() { # tcp|udp address
	in_ns g1 /usr/bin/python3 - "$@" <<-'P'
		import socket, sys
		s = socket.socket(socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET, socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM)
		s.settimeout(60)
		try:
		    s.connect((sys.argv[2], 99))
		    s.send(b"x")
		    s.recv(1)
		except OSError as e:
		    print(e.strerror or e)
	P
}
counts() { # pattern
	kill -USR1 $VMNET
	wait_for 3 log_has "$1"
}
# Beside what the guest makes of our advertisements.
address6() { # guest host-number
	ip -n "$1" addr add "$PREFIX6$2/64" dev eth0
	ip -n "$1" route add default via fe80::1 dev eth0 metric 10
}

test_mode_host_refuses_what_is_beyond() {
	begin --vmnet-mode=host
	expect [ "$(error_of tcp $SERVER)" = 'Connection refused' ]
	expect [ "$(error_of udp $SERVER)" = 'No route to host' ]
	refute pings g1 $SERVER >/tmp/ping
	expect grep -q 'Packet filtered' /tmp/ping
	# The host itself, by any address of it, and groups, are not beyond.
	expect reaches g1 198.51.100.2
	wait_for 10 log_has 'warning: guests trying to reach beyond the host, which mode host does not allow: [0-9]+ packets from [0-9a-f:]{17} were refused; --vmnet-mode=shared does'
	counts 'which mode host does not allow: [1-9][0-9]* packets refused'
	# The same where the host is a router.
	in_ns host sysctl -qw net.ipv4.ip_forward=1
	in_ns host sysctl -qw net.ipv4.conf.all.forwarding=1
	expect [ "$(error_of tcp $SERVER)" = 'Connection refused' ]
}

test_mode_host_refuses_in_ipv6() {
	topology6
	route6_static
	begin --vmnet-mode=host --vmnet-nat66-prefix=fd12:3456:789a:bcde::
	address6 g1 9
	expect reaches g1 ${PREFIX6}1
	expect [ "$(error_of tcp $SERVER6)" = 'Connection refused' ]
	expect [ "$(error_of udp $SERVER6)" = 'Permission denied' ]
	expect pings g1 -6 ff02::1%eth0
	expect reaches g1 fe80::1%eth0
	expect reaches g1 2001:db8:1::2
}

# A network of the host that is behind no uplink: a VPN's, containers'.
lab() {
	make_ns lab
	ip link add lab0 netns host type veth peer name eth0 netns lab
	ip -n host addr add 10.50.0.1/24 dev lab0
	ip -n host link set lab0 up
	ip -n lab addr add 10.50.0.2/24 dev eth0
	ip -n lab link set eth0 up
	ip -n lab route add default via 10.50.0.1
}
test_networks_behind_no_uplink_are_refused() {
	lab
	begin
	expect [ "$(error_of tcp 10.50.0.2)" = 'Connection refused' ]
	expect [ "$(error_of udp 10.50.0.2)" = 'No route to host' ]
	wait_for 10 log_has 'warning: guests trying to reach a network of the host that is not behind an uplink: .* were refused; to allow it, add its device with --uplink=DEVICE'
	# A protocol that cannot be translated, to the outside.
	in_ns g1 /usr/bin/python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47); s.sendto(b"x" * 8, ("203.0.113.1", 0))'
	counts 'using a protocol without ports .*: 1 packets refused'
}

# The answers are few, whatever a guest sends.
test_answers_are_rate_limited() {
	begin --vmnet-mode=host
	dump /tmp/answers g1 -i eth0 'icmp[0] == 3'
	local dump=$!
	in_ns g1 /usr/bin/python3 - $SERVER <<-'P'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		for i in range(5000): s.sendto(b"x", (sys.argv[1], 99))
	P
	expect reaches g1 "$GATEWAY"
	wait_for 5 test -s /tmp/answers
	kill $dump # which writes what it has
	wait $dump || true
	expect [ "$(wc -l </tmp/answers)" -le 1000 ]
}

# A line a minute and kind; the rest is counted.
test_one_line_a_minute() {
	begin
	local n
	for n in 1 2 3; do
		refute pings g1 -I 10.66.66.66 $SERVER
		ip -n g1 addr replace 10.66.66.66/32 dev eth0
		refute pings g1 -I 10.66.66.66 $SERVER
		counts 'no route to through this network: [0-9]* packets dropped'
	done
	expect [ "$(log_count 'were dropped; for a network behind a guest')" = 1 ]
}

# What we send to groups ourselves comes back to us: that is no guest's.
test_our_own_advertisements_are_not_counted() {
	begin
	wait_for 10 has_address6 g1 eth0 fd
	stop_plug
	kill -USR1 $VMNET
	wait_for 3 log_has 'NAT ports'
	refute log_has 'routers or DHCPv6 servers'
}
stop_plug() { kill "$PLUG_g1"; }

# Guests reach each other by way of the gateway, too, unless they are isolated.
test_guests_by_way_of_the_gateway() {
	begin
	guest g2
	ip -n g2 addr add 192.168.105.10/32 dev eth0
	ip -n g2 route add 192.168.105.1 dev eth0
	ip -n g2 route add default via 192.168.105.1
	expect reaches g2 192.168.105.9
	in_ns g1 socat TCP-LISTEN:99,fork EXEC:cat &
	wait_for 5 listens g1 t 99
	expect [ "$(answer_of g2 TCP:192.168.105.9:99)" = x ]
}

# No packet leaves with a guest's address, tracked or not, of whatever protocol and family.
test_untracked_ones_do_not_leave() {
	topology6
	route6_static
	printf 'table inet raw {\n chain pre {\n type filter hook prerouting priority raw\n notrack\n }\n chain out {\n type filter hook output priority raw\n notrack\n }\n}\n' | in_ns host nft -f -
	begin --vmnet-nat66-prefix=fd12:3456:789a:bcde::
	address6 g1 9
	expect reaches g1 ${PREFIX6}1
	dump /tmp/dump inet -i in0 net 192.168.105.0/24 or net ${PREFIX6}/64 or udp port 7777
	refute reaches g1 $SERVER
	refute reaches g1 $SERVER6
	refute in_ns g1 timeout 1 socat -u OPEN:/dev/null TCP:$SERVER:80 2>/dev/null
	in_ns g1 socat -u - UDP:$SERVER:99 <<<x
	in_ns g1 socat -u - "UDP6:[$SERVER6]:99" <<<x
	refute in_ns host socat -u - UDP:$SERVER:99,bind="$GATEWAY" <<<x 2>/dev/null
	refute in_ns host socat -u - "UDP6:[$SERVER6]:99,bind=[${PREFIX6}1]" <<<x 2>/dev/null
	in_ns host socat -u - UDP:198.51.100.1:7777 <<<x # the last, which may
	wait_for 5 grep -q 7777 /tmp/dump
	expect [ "$(grep -c . /tmp/dump)" = 1 ]
	counts 'about to leave without NAT, or with one of the host.s own ports: [1-9][0-9]* packets dropped'
	# What the host itself would send with that address is counted, too.
	local before
	before=$(untranslated)
	refute in_ns host socat -u - UDP:$SERVER:99,bind="$GATEWAY" <<<x 2>/dev/null
	refute in_ns host socat -u - "UDP6:[$SERVER6]:99,bind=[${PREFIX6}1]" <<<x 2>/dev/null
	expect [ "$(untranslated)" = $((before + 2)) ]
}
untranslated() { in_ns host nft list counter inet vde_vmnet-shared dropped_untranslated | sed -n 's/.*packets \([0-9]*\) .*/\1/p'; }

# As every guest is while it starts: it joins groups by IGMP, and asks for an address.
test_a_guest_without_an_address_tells_no_lies() {
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	guest g1
	dump /tmp/igmp g1 -i eth0 -c 1 igmp
	in_ns g1 /usr/bin/python3 - <<-'P'
		import socket, struct
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
		             socket.inet_aton("224.0.0.251") + bytes(4) + struct.pack("i", socket.if_nametoindex("eth0")))
	P
	wait_for 10 grep -q '0.0.0.0 > 224' /tmp/igmp
	lease g1
	kill -USR1 $VMNET
	wait_for 3 log_has 'NAT ports'
	refute log_has 'no route to through this network'
}
