# SPDX-License-Identifier: GPL-2.0-or-later
# Guests leave with ports that are not the host's: what peers send to the host's services
# reaches these, whatever a guest sent before. Outside, as in lib.sh, in0 is the link of the
# peers; a test may add a second way out (two_uplinks).

PORTS="61000 65535"
CONNECTIONS=${TOOL%/*}/connections
setup() {
	topology
	topology6
	route6_static
	start_switch
}

start() { start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 "$@" $SWITCH; }
guest_of() { # guest host-number
	guest "$1"
	in_ns "$1" sysctl -qw net.ipv6.conf.eth0.dad_transmits=0
	static_address "$1" "$2"
	ip -n "$1" addr add $PREFIX6"$2"/64 dev eth0
	ip -n "$1" route replace default via fe80::1 dev eth0 # or a router advertisement was faster
	wait_for 5 reaches "$1" $GATEWAY
}
has_force() { [ -e /proc/sys/net/ipv6/conf/all/force_forwarding ]; } # else no IPv6 leaves: before 6.17
families() { if has_force; then echo 4 6; else echo 4; fi; }
listens() { in_ns "$1" ss -Hln"$2" "sport = :$3" | grep . >/dev/null; }
lines() { wc -l <"$1"; }
has_lines() { [ "$(lines "$1")" -ge "$2" ]; }
between() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }

# A second device with a default route, and a peer that is reached by it alone.
two_uplinks() {
	ip link add up1 netns host type veth peer name in1 netns inet
	ip -n host addr add 192.0.2.2/24 dev up1
	ip -n host addr add 2001:db8:3::2/64 dev up1
	ip -n inet addr add 192.0.2.1/24 dev in1
	ip -n inet addr add 2001:db8:3::1/64 dev in1
	ip -n host link set up1 up
	ip -n inet link set in1 up
	ip -n host route add default via 192.0.2.1 metric 100
	ip -n host route add default via 2001:db8:3::1 metric 2048
	ip -n inet addr add 203.0.113.77/32 dev lo
	ip -n inet addr add 2001:db8:4::1/128 dev lo
	ip -n host route add 203.0.113.77 via 192.0.2.1
	ip -n host route add 2001:db8:4::1 via 2001:db8:3::1
}

# Its port is free for the next.
end_service() {
	kill "$1"
	wait "$1" || true
}
# The host's UDP service at a port loses nothing to a guest that has used that port.
udp_is_the_hosts() { # family host-address peer-address port
	local type=UDP$1 host=$2 peer=$3 port=$4 i
	[ "$1" = 4 ] || {
		host=[$2]
		peer=[$3]
	}
	: >/tmp/got
	ip netns exec host socat -u "$type-RECV:$port" OPEN:/tmp/got,append &
	local service=$!
	wait_for 3 listens host u "$port"
	for i in 1 2 3; do echo guest | in_ns g1 socat -u - "$type-SENDTO:$peer:$port,bind=:$port"; done
	for i in 1 2 3; do echo peer | in_ns inet socat -u - "$type-SENDTO:$host:$port,bind=$peer:$port"; done
	wait_for 3 has_lines /tmp/got 3
	end_service $service
	echo "UDP$1 $port by $peer: the host got $(lines /tmp/got) of 3"
	[ "$(lines /tmp/got)" = 3 ]
}
# The same for TCP; the peer answers nothing to the guest, so that it may come itself.
tcp_is_the_hosts() { # family host-address peer-address port
	local type=TCP$1 host=$2 peer=$3 port=$4 i got=0
	[ "$1" = 4 ] || {
		host=[$2]
		peer=[$3]
	}
	ip netns exec host socat "$type-LISTEN:$port,fork,reuseaddr" SYSTEM:'echo host' &
	local service=$!
	wait_for 3 listens host t "$port"
	in_ns g1 timeout 1 socat -u /dev/null "$type:$peer:2222,bind=:$port,reuseaddr,connect-timeout=0.3" 2>/tmp/err || true
	for i in 1 2 3; do
		[ "$(in_ns inet timeout 40 socat -u "$type:$host:$port,bind=$peer:2222,reuseaddr,connect-timeout=30" - 2>/tmp/err)" != host ] || got=$((got + 1))
		sleep 0.1
	done
	end_service $service
	echo "TCP$1 $port by $peer: the host answered $got of 3"
	[ $got = 3 ]
}
services_are_the_hosts() { # family host-address peer-address
	local port wrong=0
	for port in 51820 500 68 4500; do udp_is_the_hosts "$@" $port || wrong=$((wrong + 1)); done
	for port in 22 2049; do tcp_is_the_hosts "$@" $port || wrong=$((wrong + 1)); done
	[ $wrong = 0 ]
}
silent_peer() { # tcp to port 2222 is dropped there, but for who comes from it
	in_ns inet nft 'add table inet quiet; add chain inet quiet in { type filter hook input priority 0; }
		add rule inet quiet in tcp dport 2222 tcp flags & (syn|ack) == syn drop'
}

test_services_of_the_host() {
	start
	guest_of g1 9
	silent_peer
	expect services_are_the_hosts 4 198.51.100.2 $SERVER
	has_force || return 0
	expect services_are_the_hosts 6 2001:db8:1::2 $SERVER6
}

test_services_of_a_host_with_two_uplinks() {
	two_uplinks
	start
	guest_of g1 9
	silent_peer
	expect services_are_the_hosts 4 192.0.2.2 203.0.113.77
	expect services_are_the_hosts 4 198.51.100.2 $SERVER
	has_force || return 0
	expect services_are_the_hosts 6 2001:db8:3::2 2001:db8:4::1
	expect services_are_the_hosts 6 2001:db8:1::2 $SERVER6
}

# The first to translate a flow is the only one: masquerading of the host's own, as many have it.
test_services_of_a_host_that_masquerades_too() {
	local when
	for when in before after; do
		[ $when = after ] || host_masquerades
		start
		[ $when = before ] || host_masquerades
		[ $when = after ] || guest_of g1 9
		wait_for 5 reaches g1 $SERVER
		expect udp_is_the_hosts 4 198.51.100.2 $SERVER 51820
		! has_force || expect udp_is_the_hosts 6 2001:db8:1::2 $SERVER6 51820
		stop_vmnet
		in_ns host nft delete table inet own
	done
}
host_masquerades() {
	in_ns host nft 'add table inet own; add chain inet own out { type nat hook postrouting priority srcnat; }
		add rule inet own out oifname "up0" masquerade'
}

# What a server of the outside sees: the port.
seen_port() { # family tcp|udp port-of-the-guest
	local to=$SERVER any=
	[ "$1" = 4 ] || {
		to="[$SERVER6]"
		any='[::]'
	}
	answer_of g1 "${2^^}$1:$to:99,bind=$any:$3,reuseaddr"
}
servers() {
	local family to
	for family in $(families); do
		to=$SERVER
		[ "$family" = 4 ] || to="[$SERVER6]"
		in_ns inet socat "TCP$family-LISTEN:99,fork,reuseaddr,bind=$to" 'SYSTEM:read line; echo $SOCAT_PEERPORT' &
		in_ns inet socat "UDP$family-LISTEN:99,fork,reuseaddr,bind=$to" 'SYSTEM:read line; echo $SOCAT_PEERPORT' &
	done
	wait_for 3 listens inet t 99
	wait_for 3 listens inet u 99
	sleep 0.3
}

test_no_port_of_a_guest_is_privileged_or_the_hosts() {
	start
	guest_of g1 9
	servers
	local family protocol port seen
	for family in $(families); do
		for protocol in tcp udp; do
			for port in 1 111 700 1023 1024 2049 32768 51820 60999; do
				seen=$(seen_port "$family" $protocol $port)
				between "$seen" $PORTS || fail "$protocol$family from $port left with '$seen'"
			done
		done
	done
}

test_echo_identifiers() {
	start
	guest_of g1 9
	dump /tmp/pings inet -i in0 'icmp[icmptype] == icmp-echo or icmp6[icmp6type] == icmp6-echo'
	expect in_ns g1 ping -c1 -W30 -e 22 $SERVER
	! has_force || expect in_ns g1 ping -c1 -W30 -e 22 $SERVER6
	wait_for 3 has_lines /tmp/pings "$(families | wc -w)"
	local id
	for id in $(sed -n 's/.* id \([0-9]*\),.*/\1/p' /tmp/pings); do
		between "$id" $PORTS || fail "an echo request with id $id"
	done
	# Errors about what has a port of ours find their guest.
	in_ns g1 ping -c1 -W30 -t1 $SERVER >/tmp/ping || true
	expect grep -q 'Time to live exceeded' /tmp/ping
	expect in_ns g1 sh -c "timeout 3 socat -u /dev/null UDP:$SERVER:9 || true"
}

hears_raw() { in_ns host ss -Hanw | grep ":$1 " >/dev/null; } # protocol
# ESP, GRE, 6in4, IPIP, OSPF, L2TPv3, DCCP, and one that nobody has: of these the host has one
# flow with each peer, and with a guest's in its place the host's IPsec would end in the guest.
test_protocols_without_ports_do_not_leave() {
	start
	guest_of g1 9
	local protocol family host peer wrong=0
	for family in $(families); do
		host=198.51.100.2 peer=$SERVER
		[ "$family" = 4 ] || host="[2001:db8:1::2]" peer="[$SERVER6]"
		for protocol in 50 47 41 4 89 115 33 253; do
			: >/tmp/got
			dump /tmp/guest.$protocol.$family g1 -i eth0 "src host $(tr -d '[]' <<<$peer)"
			ip netns exec host socat -u "IP$family-RECV:$protocol" OPEN:/tmp/got,append &
			local service=$!
			wait_for 3 hears_raw "$protocol"
			head -c 32 /dev/zero | in_ns g1 socat -u - "IP$family-SENDTO:$peer:$protocol"
			sleep 0.1
			head -c 32 /dev/zero | in_ns inet socat -u - "IP$family-SENDTO:$host:$protocol,bind=$peer"
			wait_for 3 test -s /tmp/got
			sleep 0.3 # in which nothing comes to the guest
			end_service $service
			echo "protocol $protocol, IPv$family: the host got $(stat -c %s /tmp/got) bytes, the guest $(lines /tmp/guest.$protocol.$family) packets"
			[ -s /tmp/got ] && [ ! -s /tmp/guest.$protocol.$family ] || wrong=$((wrong + 1))
		done
	done
	expect [ $wrong = 0 ]
	kill -USR1 $VMNET
	wait_for 3 log_has 'using a protocol without ports .*: [1-9][0-9]* packets refused'
}

# VPNs over UDP from a guest: each of the two hears what the other says through file descriptors
# 8 (the guest) and 9 (the peer), who both use the same port, as IKE and WireGuard do.
speak() { # family port
	local host=: peer=$SERVER
	[ "$1" = 4 ] || {
		host='[::]:'
		peer="[$SERVER6]"
	}
	rm -f /tmp/from_{guest,peer}
	mkfifo /tmp/from_{guest,peer}
	: >/tmp/guest_heard
	: >/tmp/peer_heard
	ip netns exec inet socat "UDP$1-LISTEN:$2,bind=$peer" 'STDIO!!OPEN:/tmp/peer_heard,append' </tmp/from_peer &
	SPEAKERS=$!
	ip netns exec g1 socat "UDP$1:$peer:$2,bind=$host$2" 'STDIO!!OPEN:/tmp/guest_heard,append' </tmp/from_guest &
	SPEAKERS="$SPEAKERS $!"
	exec 8>/tmp/from_guest 9>/tmp/from_peer
	wait_for 3 listens inet u "$2"
	echo hello >&8
	wait_for 3 grep -q hello /tmp/peer_heard
	echo answer >&9
	wait_for 3 grep -q answer /tmp/guest_heard
}
hang_up() {
	exec 8>&- 9>&-
	wait $SPEAKERS || true
}

test_vpns_over_udp() {
	start
	guest_of g1 9
	local family port seen
	for family in $(families); do
		for port in 500 4500 51820; do
			speak "$family" $port
			seen=$(in_ns inet ss -Hun "sport = :$port" | sed -n 's/.*:\([0-9]*\) *$/\1/p')
			echo "IPv$family: $port to $port, as the peer sees it from port $seen"
			between "$seen" $PORTS || fail "left with '$seen'"
			hang_up
		done
	done
}

# The peer can speak after a long silence of both as long as keepalives come, and no longer.
test_keepalives_keep_a_vpn() {
	start
	guest_of g1 9
	in_ns host sysctl -qw net.netfilter.nf_conntrack_udp_timeout=6 net.netfilter.nf_conntrack_udp_timeout_stream=6
	speak 4 4500
	for _ in $(seq 13); do
		printf '\377' >&8 # RFC 3948
		sleep 1
	done
	echo rekey >&9
	wait_for 3 grep -q rekey /tmp/guest_heard
	sleep 8 # without one: two seconds more than it is remembered
	echo late >&9
	sleep 1
	refute grep late /tmp/guest_heard
}

# An INIT of SCTP from port 700 to 99.
test_sctp_has_ports_too() {
	start
	guest_of g1 9
	dump /tmp/sctp inet -i in0 'ip proto 132'
	printf '\002\274\000\143\000\000\000\000\257\305\345\006\001\000\000\024\000\000\022\064\000\000\377\377\000\001\000\001\000\000\000\001' |
		in_ns g1 socat -u - "IP4-SENDTO:$SERVER:132"
	sleep 0.5
	[ -s /tmp/sctp ] || skip 'conntrack of this kernel knows no SCTP: it does not leave'
	local port
	port=$(sed -n 's/.*198.51.100.2[.]\([0-9]*\) > .*/\1/p' /tmp/sctp)
	between "$port" $PORTS || fail "left with '$port'"
}

# A flow that began before our rules, or with other ports, goes on in none that we would not give.
test_older_flows_do_not_keep_their_ports() {
	start --nat-ports=5000-6000
	guest_of g1 9
	in_ns inet socat -u UDP4-RECV:9,bind=$SERVER /dev/null &
	dump /tmp/flow inet -i in0 'udp port 9'
	in_ns g1 sh -c "while echo x; do sleep 0.05; done | socat -u - UDP4-SENDTO:$SERVER:9,bind=:700" &
	wait_for 3 has_lines /tmp/flow 3
	between "$(sed -n 's/.*198.51.100.2[.]\([0-9]*\) > .*/\1/p' /tmp/flow | sed -n 1p)" 5000 6000 || fail "$(cat /tmp/flow)"
	stop_vmnet
	start
	wait_for 5 reaches g1 $GATEWAY
	local before
	before=$(grep -c . /tmp/flow)
	sleep 1
	refute has_lines /tmp/flow $((before + 1))
	servers
	between "$(seen_port 4 tcp 700)" $PORTS || fail "a new one"
}

burst() { # address [number [seconds]]: $ESTABLISHED connections after $TOOK ms, kept until hang_up_all
	in_ns inet sysctl -qw net.core.somaxconn=65535 net.ipv4.tcp_max_syn_backlog=65535
	ip netns exec inet "$CONNECTIONS" serve "$1" 99 &
	wait_for 3 listens inet t 99
	rm -f /tmp/kept /tmp/opened
	mkfifo /tmp/kept
	ip netns exec g1 "$CONNECTIONS" open "$1" 99 "${2:-4000}" "${3:-60}" </tmp/kept >/tmp/opened &
	exec 9>/tmp/kept
	wait_for $((${3:-60} + 10)) test -s /tmp/opened
	read -r ESTABLISHED TOOK </tmp/opened
	echo "$ESTABLISHED of ${2:-4000} connections to $1 after $TOOK ms"
	[ "$ESTABLISHED" = "${2:-4000}" ] || where_they_are "$1"
	exec 9>&-
}
# What has lost them, or where they wait.
where_they_are() { # address
	local ns
	kill -USR1 $VMNET
	for ns in g1 host inet; do
		echo "-- $ns: packets, sockets, neighbours"
		in_ns $ns nstat -as | grep -E 'Listen|Overflow|Drop|Discard|NoRoutes|Retrans|Timeouts|Reset|Fail|OutRequests|InDelivers' || true
		in_ns $ns ss -s
		in_ns $ns ip neigh
		in_ns $ns ip -s link
	done
	echo "-- host: rules that dropped, connections"
	in_ns host nft list counters | grep -B1 'packets [1-9]' || true
	in_ns host nft list ruleset | grep -A8 'set seek\|set answer\|set new_conn' || true
	in_ns host cat /proc/net/stat/nf_conntrack /proc/net/stat/ndisc_cache
	in_ns host sysctl net.netfilter.nf_conntrack_count
	echo "-- sockets of the guest that wait, and of the server"
	in_ns g1 ss -Htano state syn-sent | sed -n 1,5p
	in_ns inet ss -Htano state syn-recv | sed -n 1,5p
	in_ns g1 timeout 8 tcpdump -n -c 20 -i eth0 tcp or icmp6 or icmp 2>&1 || true
	in_ns host timeout 8 tcpdump -n -c 20 -i up0 tcp or icmp6 or icmp 2>&1 || true
}
# All at once are more than the queues on their way hold while nobody has the processor: a TAP's
# (500 packets), a vde_switch's. What these lose comes again after one second, two, three …, all at
# once again, and on a busy machine ten such waves in a minute were not enough. So nothing loses any
# between the guest and us: its TAP holds them all, and our own switch lets the sender wait. The
# time is printed, not asserted.
test_4000_connections_at_once() {
	SWITCH=/tmp/our.ctl
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 switch://$SWITCH
	guest_of g1 9
	ip -n g1 link set eth0 txqueuelen 10000
	burst $SERVER
	expect [ "$ESTABLISHED" = 4000 ]
	expect [ "$(log_count 'ran out of ports')" = 0 ]
	has_force || return 0
	burst $SERVER6
	expect [ "$ESTABLISHED" = 4000 ]
}

# Some of those that are over the number are tried again by the guest and find a port later.
test_the_cap_is_told_of() {
	start --nat-ports=62000-62255
	guest_of g1 9
	burst $SERVER 200 5
	expect [ "$ESTABLISHED" = 200 ]
	kill -USR1 $VMNET
	sleep 0.3
	expect [ "$(log_count 'ran out of ports')" = 0 ]
	ip netns exec inet "$CONNECTIONS" serve $SERVER 97 &
	wait_for 3 listens inet t 97
	rm -f /tmp/opened # that of burst
	mkfifo /tmp/fifo
	in_ns g1 "$CONNECTIONS" open $SERVER 97 400 6 </tmp/fifo >/tmp/opened &
	exec 9>/tmp/fifo
	wait_for 10 test -s /tmp/opened
	read -r ESTABLISHED TOOK </tmp/opened
	echo "$ESTABLISHED of 400 established through 256 ports"
	expect between "$ESTABLISHED" 240 256
	kill -USR1 $VMNET
	wait_for 3 log_has "warning: guests ran out of ports to tcp $SERVER port 97: [0-9]+ connection attempts were dropped; they have 256 ports \(62000-62255\)"
	# Other destinations are none the worse for it.
	expect reaches g1 $SERVER
	in_ns inet socat TCP4-LISTEN:98,fork,reuseaddr 'SYSTEM:echo well' &
	wait_for 3 listens inet t 98
	expect [ "$(in_ns g1 timeout 40 socat -u TCP:$SERVER:98 -)" = well ]
	# At most one line a minute.
	kill -USR1 $VMNET
	sleep 0.3
	expect [ "$(log_count 'ran out of ports')" = 1 ]
	exec 9>&-
}

# Resets have come through to the server.
none_to() { [ -z "$(in_ns inet ss -Htn sport = "$1")" ]; }
repeat() { # times words...
	local i
	for ((i = 0; i < $1; i++)); do echo "${@:2}"; done
}
# It begins flows that are over already from the same port again, within seconds; none is dropped.
test_a_guest_that_takes_its_own_port_again_is_rarely_told_of() {
	local address
	start
	guest_of g1 9
	in_ns inet socat TCP6-LISTEN:99,fork,reuseaddr,ipv6only=0 'SYSTEM:echo well' &
	wait_for 3 listens inet t 99
	for address in $(repeat 5 $SERVER "$(if has_force; then echo $SERVER6; fi)"); do
		in_ns g1 /usr/bin/python3 -c "import socket, struct
s = socket.socket(socket.AF_INET6 if ':' in '$address' else socket.AF_INET)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
s.bind(('', 4321))
s.settimeout(5)
s.connect(('$address', 99))
s.recv(5)"
		wait_for 5 none_to 99
	done
	kill -USR1 $VMNET
	wait_for 3 log_has 'NAT ports .*: [0-9]+ connection attempts of guests found no free port'
	# Of ten, eight were.
	expect log_has 'NAT ports .*: [0-4] connection attempts of guests'
}

# A closed connection is remembered for two minutes, but a new one may have its port. (Before
# Linux 6.5 it may not: of 260 in a row through 256 ports, the last ones failed on 6.1.)
test_closed_connections_give_their_ports() {
	local major minor done at_once took
	IFS=.- read -r major minor _ < <(uname -r)
	[ $((major * 100 + minor)) -ge 605 ] || skip 'before Linux 6.5 they do not'
	start --nat-ports=62000-62255
	guest_of g1 9
	ip netns exec inet "$CONNECTIONS" close $SERVER 99 &
	wait_for 3 listens inet t 99
	read -r done at_once took < <(in_ns g1 "$CONNECTIONS" cycle $SERVER 99 2000)
	echo "$done of 2000 connections, $at_once with their first SYN, after $took ms"
	expect [ "$done" = 2000 ]
}

# With 64 ports: as many questions at once, and as many ten seconds later. (A question's data says
# which it was.)
test_dns_does_not_keep_its_ports() {
	start --nat-ports=62000-62063
	guest_of g1 9
	dump /tmp/questions inet -i in0 'udp dst port 53'
	local asks='import socket, sys
for port in range(int(sys.argv[1]), int(sys.argv[1]) + 80):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", port))
    s.sendto(sys.argv[2].encode(), (sys.argv[3], 53))'
	ask() {
		in_ns g1 /usr/bin/python3 -c "$asks" "$1" "$2" $SERVER
		wait_for 3 came "${#2}" 56
		sleep 0.5 # in which too many would come
	}
	came() { [ "$(asked "$1")" -ge "$2" ]; }
	asked() { grep -c "length $1 <" /tmp/questions; }
	ask 20000 first
	sleep 11
	ask 30000 second
	echo "$(asked 5) of 80 questions, then $(asked 6) of 80"
	expect between "$(asked 5)" 56 64
	expect between "$(asked 6)" 56 64
}

# Two networks have the same ports: the kernel gives no flow another's.
test_two_networks() {
	start
	guest_of g1 9
	as_user vde_switch -s /tmp/sw2.ctl -d -p /tmp/sw2.pid </dev/null
	start_vmnet --user=$MACHINE_USER --name=two --vmnet-gateway=192.168.205.1 /tmp/sw2.ctl
	guest g2 /tmp/sw2.ctl
	ip -n g2 addr add 192.168.205.9/24 dev eth0
	ip -n g2 route add default via 192.168.205.1
	wait_for 5 reaches g2 192.168.205.1
	wait_for 5 reaches g2 $SERVER
	in_ns inet socat TCP4-LISTEN:99,fork,reuseaddr 'SYSTEM:read line; echo $line' &
	wait_for 3 listens inet t 99
	local i
	for i in 1 2 3; do
		# Both want the same port of ours, at the same time.
		(
			echo one
			sleep 0.3
		) | in_ns g1 timeout 40 socat -t30 - "TCP4:$SERVER:99,bind=:6200$i,reuseaddr" >/tmp/one &
		local one=$!
		(
			echo two
			sleep 0.3
		) | in_ns g2 timeout 40 socat -t30 - "TCP4:$SERVER:99,bind=:6200$i,reuseaddr" >/tmp/two
		wait $one
		expect [ "$(cat /tmp/one /tmp/two | xargs)" = 'one two' ]
	done
	silent_peer
	expect tcp_is_the_hosts 4 198.51.100.2 $SERVER 22
}

# The ports as --check shows them, and a start uses them.
checks() { # 'ports' arguments…
	in_ns host "$PROGRAM" --check "${@:2}" >/tmp/plan 2>/tmp/err || fail "$(cat /tmp/err)"
	grep -q "^ports  *$1, for NAT$" /tmp/plan || fail "not $1: $(grep ^ports /tmp/plan)"
}
test_ports_are_none_of_the_hosts() {
	checks 61000-65535
	in_ns host sysctl -qw net.ipv4.ip_local_port_range='20000 64999'
	checks 11808-19999
	in_ns host sysctl -qw net.ipv4.ip_local_port_range='20000 62999' net.ipv4.ip_local_reserved_ports=63000,8080
	checks 63001-65535
	refute grep -q ^warning /tmp/plan
	in_ns host sysctl -qw net.ipv4.ip_local_port_range='32768 60999' net.ipv4.ip_local_reserved_ports=
	ip netns exec host socat -u UDP4-RECV:61820 /dev/null &
	ip netns exec host socat -u UDP4-RECV:65000,bind=127.0.0.1 /dev/null &
	ip netns exec host socat -u TCP6-LISTEN:64000 /dev/null &
	wait_for 3 listens host u 61820
	wait_for 3 listens host u 65000
	wait_for 3 listens host t 64000
	checks 61821-63999
	refute grep -q ^warning /tmp/plan
	checks 61000-65535 --nat-ports=61000-65535
	expect grep -q '^warning .* ports 61000-65535, which the host also uses (the host listens on udp 61820, tcp 64000): ' /tmp/plan
	checks 5000-6000 --nat-ports=5000-6000
	refute grep -q ^warning /tmp/plan
	printf 'nat-ports = 5000-6000\n' >/tmp/conf
	checks 5000-6000 --config=/tmp/conf
	start
	guest_of g1 9
	servers
	between "$(seen_port 4 udp 61820)" 61821 63999 || fail 'not the ports of --check'
	in_ns host sysctl -qw net.ipv4.ip_local_port_range='1024 65535'
	stop_vmnet
	start
	expect log_has 'warning: guests. NAT uses the ports 61821-63999, which the host also uses \(some are in net.ipv4.ip_local_port_range\): packets from peers to a service that listens there can reach a guest instead; use --nat-ports'
}

# Where the host serves from its own ports, 1024 to 65535, it is said which a guest can have.
test_shadowed_services_are_named() {
	in_ns host sysctl -qw net.ipv4.ip_local_port_range='1024 65535'
	ip netns exec host socat -u UDP4-RECV:51820 /dev/null &
	wait_for 3 listens host u 51820
	start --nat-ports=1024-65535
	expect log_has 'warning: guests. NAT uses the ports 1024-65535, which the host also uses \(some are in net.ipv4.ip_local_port_range, and the host listens on udp 51820\): packets from peers to these services there'
}

# What the host says to a group by another device is from the address that it chose.
test_multicast_of_the_host_is_as_it_sent_it() {
	start
	dump /tmp/group inet -i in0 'udp port 5353 or udp port 5354'
	echo x | in_ns host socat -u - UDP4-DATAGRAM:224.0.0.251:5353,bind=$GATEWAY:5353,ip-multicast-if=198.51.100.2
	echo x | in_ns host socat -u - "UDP4-DATAGRAM:255.255.255.255:5353,bind=$GATEWAY:5353,broadcast,so-bindtodevice=up0"
	echo x | in_ns host socat -u - "UDP6-DATAGRAM:[ff02::fb%up0]:5353,bind=[${PREFIX6}1]:5353"
	wait_for 3 has_lines /tmp/group 3
	cat /tmp/group
	expect [ "$(grep -c "$GATEWAY.5353 > 224.0.0.251.5353" /tmp/group)" = 1 ]
	expect [ "$(grep -c "$GATEWAY.5353 > 255.255.255.255.5353" /tmp/group)" = 1 ]
	expect [ "$(grep -c "${PREFIX6}1.5353 > ff02::fb.5353" /tmp/group)" = 1 ]
	# What it sends to one machine from that address needs the answer.
	echo x | in_ns host socat -u - UDP4-SENDTO:$SERVER:5354,bind=$GATEWAY:5354
	wait_for 3 has_lines /tmp/group 4
	expect grep -q '198.51.100.2.[0-9]* > 203.0.113.1.5354' /tmp/group
}

# A bare system has no list of protocols' names (Debian's package netbase).
test_protocols_need_no_names() {
	[ ! -e /etc/protocols ] || mount --bind /dev/null /etc/protocols
	start
	guest_of g1 9
	wait_for 5 reaches g1 $SERVER
}
