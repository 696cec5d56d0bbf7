# SPDX-License-Identifier: GPL-2.0-or-later
# What all of the host shares, no guest uses up: connections that are tracked.

CONNECTIONS=${TOOL%/*}/connections

setup() {
	topology
	topology6
	route6_static
}
addresses() { # guest number
	ip -n "$1" addr add 192.168.105."$2"/24 dev eth0
	ip -n "$1" route add default via 192.168.105.1
	ip -n "$1" addr add "$PREFIX6$2"/64 dev eth0 nodad
	ip -n "$1" route add default via fe80::1 dev eth0 metric 10
}
begin() { # [options]
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=fd12:3456:789a:bcde:: "$@" switch://$SWITCH
	for name in g1 g2; do
		guest $name
		addresses $name ${name#g}0
		expect reaches $name $SERVER
	done
}
tracked() { in_ns host cat /proc/sys/net/netfilter/nf_conntrack_count; }
# One packet a flow, from so many ports to each of so many others.
udp_flows() { # guest address ports others
	in_ns "$1" /usr/bin/python3 - "${@:2}" <<-'P'
		import socket, sys
		family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
		for port in range(int(sys.argv[2])):
		    s = socket.socket(family, socket.SOCK_DGRAM)
		    for other in range(int(sys.argv[3])):
		        try:
		            s.sendto(b"x", (sys.argv[1], 1024 + other))
		        except OSError: # what came back for one before
		            s.sendto(b"x", (sys.argv[1], 1024 + other))
	P
}
between() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; } # number low high

test_one_guest_has_its_number_of_connections() {
	local established took
	begin --guest-connections=256
	ip netns exec inet "$CONNECTIONS" serve $SERVER 99 &
	wait_for 3 listens inet t 99
	read -r established took < <(in_ns g1 "$CONNECTIONS" open $SERVER 99 3000 5 </dev/null)
	echo "$established of 3000 connections"
	expect between "$established" 256 768
	wait_for 10 log_has 'warning: guests at their limit of open connections, .*: [0-9]+ packets from [0-9a-f:]{17} were dropped; --guest-connections=NUMBER allows each guest more'
	# The others go on, by way of the host and to it, and so does the host.
	expect reaches g2 $SERVER
	expect reaches g2 192.168.105.1
	expect pings host $SERVER
	kill -USR1 $VMNET
	wait_for 3 log_has 'at their limit of open connections, .*: [0-9]+ packets dropped'
}

# Not by way of the gateway to a neighbour either, nor to the host itself, in either family.
test_all_that_begins_counts() {
	local before address n=60
	begin --guest-connections=256 --vmnet-disable-dns
	for address in $SERVER 192.168.105.1 192.168.105.20 198.51.100.2 $SERVER6 ${PREFIX6}1; do
		guest g$((++n))
		addresses g$n $n
		ip -n g$n route add 192.168.105.20 via 192.168.105.1
		expect reaches g$n 192.168.105.1
		before=$(tracked)
		udp_flows g$n $address 60 50
		echo "$address: $(tracked) after $before"
		expect [ $(($(tracked) - before)) -le 900 ]
	done
}

# As a crawler or a package manager: each connection after the one before, and a name for each.
test_many_short_ones_are_not_limited() {
	local done at_once took
	begin --nat-ports=10000-32767
	ip netns exec inet "$CONNECTIONS" close $SERVER 99 &
	wait_for 3 listens inet t 99
	read -r done at_once took < <(in_ns g1 "$CONNECTIONS" cycle $SERVER 99 20000)
	echo "$done of 20000 connections, $at_once with their first SYN, after $took ms"
	expect [ "$done" = 20000 ]
	udp_flows g1 192.168.105.1 1 1
	kill -USR1 $VMNET
	wait_for 3 log_has 'port .*: in '
	refute log_has 'at their limit of open connections'
}

# Sources without end, each of which is a guest of its own: half of what the host tracks.
test_all_guests_together_have_half() {
	begin
	in_ns host nft list table inet vde_vmnet-shared >/tmp/rules
	local lists each most
	read -r lists each < <(sed -n 's/.*{ ct id & \([0-9x]*\) ct count over \([0-9]*\) } goto drop_all_connections/\1 \2/p' /tmp/rules)
	most=$(in_ns host cat /proc/sys/net/netfilter/nf_conntrack_max)
	expect between $(((lists + 1) * each)) $((most / 3)) $((most / 2))
	expect grep -q 'limit rate over 20000/second burst 40000 packets goto drop_all_connections' /tmp/rules
}

connections_from() { # mac-addresses way number
	as_user env PREFIX6=$PREFIX6 /usr/bin/python3 tests/net/rawguest.py vde://$SWITCH connections \
		"$(in_ns host cat /sys/class/net/vmnet-shared/address)" "$@"
}
# Behind our switch a guest is a port, by however many MAC addresses it speaks.
test_many_mac_addresses_are_one_guest() {
	local way SERVICE=(setsid) # without a terminal, whose end SIGHUP could tell
	echo guest-connections=256 >/tmp/conf
	begin --config=/tmp/conf
	for way in server broadcast tagged; do
		connections_from 100 $way 5000
		expect reaches g1 $SERVER
		echo "$way: $(tracked)"
		expect between "$(tracked)" 256 900
	done
	# It goes on as it is.
	kill -HUP $VMNET
	wait_for 5 log_has '/tmp/conf was reloaded'
	connections_from 100 server 1000
	expect reaches g1 $SERVER
	expect between "$(tracked)" 256 900
	wait_for 10 log_has 'warning: guests at their limit of open connections, .*: [0-9]+ packets from 02:aa:00:00:00:00 were dropped'
	refute log_has 'warning: guests together'
}

# As on a host with little memory. (For its network namespace alone it cannot be set.)
host_tracks() { # number
	echo "$1" >/tmp/tracked
	nsenter --net=/run/netns/host mount --bind /tmp/tracked /proc/sys/net/netfilter/nf_conntrack_max
}
# It takes half of what all may have, and the others have their network.
test_one_guest_leaves_room_for_the_others() {
	local established at_once took
	host_tracks 16384
	begin
	ip netns exec inet "$CONNECTIONS" close $SERVER 99 &
	wait_for 3 listens inet t 99
	connections_from 96 server 0 &
	FLOOD=$!
	wait_for 20 log_has 'warning: guests (at their limit|together)'
	read -r established at_once took < <(in_ns g2 "$CONNECTIONS" cycle $SERVER 99 100)
	echo "$established of 100 connections, $at_once with their first SYN, after $took ms; $(tracked) are tracked"
	expect [ "$at_once" -ge 98 ]
	read -r established at_once took < <(in_ns host "$CONNECTIONS" cycle $SERVER 99 100)
	echo "the host: $established of 100 connections, $at_once with their first SYN, after $took ms"
	expect [ "$at_once" -ge 98 ]
	expect between "$(tracked)" 2048 6000
	refute log_has 'warning: guests together'
	kill -0 $FLOOD || fail "the flood was over before"
}

# Bridged behind a guest: what comes for each finds it.
begin_nested() { # first last
	local n
	begin
	for n in $(seq "$1" "$2"); do
		make_ns n$n
		ip -n g1 link add m$n link eth0 type macvlan mode bridge 2>/dev/null || skip "no macvlan here"
		ip -n g1 link set m$n netns n$n name eth0
		ip -n n$n link set eth0 up
		addresses n$n $n
	done
}
has_neighbour() { ip -n "$1" neigh show "$2" | grep "lladdr $3" >/dev/null; }
mac_of() { in_ns "$1" cat /sys/class/net/eth0/address; }
test_nested_guests_have_their_network() {
	local n
	serve_dns
	begin_nested 130 149
	for n in $(seq 130 149); do
		expect reaches n$n $SERVER
		expect pings n$n $SERVER6
	done
	for n in 130 149; do
		expect [ "$(in_ns n$n dig +short +time=5 @$GATEWAY www.example.test)" = $SERVER ]
		expect reaches host 192.168.105.$n
		expect reaches g2 192.168.105.$n
		# ARP, and what is between neighbours, keeps its sender.
		expect has_neighbour g2 192.168.105.$n "$(mac_of n$n)"
		expect has_neighbour host 192.168.105.$n "$(mac_of n$n)"
	done
	lease n149
	refute log_has 'warning:'
}

# The senders of UDP to port 9, as they come.
senders() { # ns device
	ip netns exec "$1" /usr/bin/python3 -u -c "import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(('$2', 0))
print('ready')
while True:
    frame = s.recv(2000)
    if frame[12:14] == b'\\x08\\0' and frame[23] == 17 and frame[36:38] == b'\\0\\x09': print(frame[6:12].hex(':'))" >/tmp/senders."$1" &
	wait_for 10 grep -q ready /tmp/senders."$1"
}
test_the_host_sees_one_mac_address_of_a_port() {
	begin_nested 130 131
	senders g2 eth0
	senders host vmnet-shared
	in_ns n131 socat -u - UDP4-DATAGRAM:192.168.105.255:9,broadcast <<<x
	wait_for 5 grep -q "$(mac_of n131)" /tmp/senders.g2
	wait_for 5 grep -q "$(mac_of g1)" /tmp/senders.host
	in_ns n130 socat -u - UDP4-DATAGRAM:$SERVER:9 <<<x
	in_ns g2 socat -u - UDP4-DATAGRAM:$SERVER:9 <<<x
	wait_for 5 grep -q "$(mac_of g2)" /tmp/senders.host
	refute grep -qE "$(mac_of n130)|$(mac_of n131)" /tmp/senders.host
	# As long as it is attached; who comes then is somebody else.
	end $PLUG_g2
	ip -n g2 link set eth0 address 52:54:00:00:00:61
	ip netns exec g2 "${AS_USER[@]}" vde_plug2tap -s $SWITCH eth0 </dev/null &
	wait_for 5 carrier g2 eth0
	wait_for 10 sees_of_g2 52:54:00:00:00:61
}
sees_of_g2() {
	in_ns g2 socat -u - UDP4-DATAGRAM:$SERVER:9 <<<x
	grep -q "$1" /tmp/senders.host
}

# Where Amazon, Alibaba, Oracle, Azure, Google, Scaleway and Linode hand out a machine's keys.
METADATA="169.254.169.254 100.100.100.200 192.0.0.192 168.63.129.16 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:c1::a9fe:a9fe fd00:42::42 fd00:a9fe:a9fe::1 fd00:100::100:200"
read_from() { # guest address port
	local address=$2
	[ "${address/:/}" = "$address" ] || address=[$address]
	in_ns "$1" socat -t 5 -u "TCP:$address:$3" - 2>&1
}
test_no_guest_gets_the_keys_of_a_clouds_machine() {
	local address port
	for address in $METADATA 100.100.100.100 fd00:43::42; do ip -n inet addr add $address dev lo; done
	for port in 53 80; do
		ip netns exec inet socat TCP6-LISTEN:$port,reuseaddr,fork SYSTEM:'echo secret' &
		wait_for 3 listens inet t $port
	done
	begin
	# The host itself gets there, by its default route.
	for address in $METADATA; do
		expect [ "$(read_from host $address 80)" = secret ]
		read_from g1 $address 80 >/tmp/answer || true
		refute grep -q secret /tmp/answer
		expect grep -q 'Connection refused' /tmp/answer
	done
	# Not more than these, and Azure's name server is there.
	for address in 100.100.100.100 fd00:43::42; do expect [ "$(read_from g1 $address 80)" = secret ]; done
	expect [ "$(read_from g1 168.63.129.16 53)" = secret ]
	wait_for 10 log_has 'guests trying to reach link-local addresses beyond the host .*: [0-9]+ packets from [0-9a-f:]{17} were refused; --allow-link-local allows it'
	stop_vmnet
	ip netns del g1
	ip netns del g2
	begin --allow-link-local
	for address in $METADATA; do expect [ "$(read_from g1 $address 80)" = secret ]; done
}

# For each the host has a neighbour, of which its kernel has 1024 in a family.
test_a_guest_does_not_use_up_the_neighbours_of_the_lan() {
	fills_the_neighbour_table
	begin
	expect reaches g1 $SERVER6
	expect reaches g2 $SERVER6
	in_ns g1 /usr/bin/python3 -c "import itertools, socket, time
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for i in itertools.count():
    try: s.sendto(b'x', ('2001:db8:1::5:%x' % (i % 7000 + 1), 9))
    except OSError: pass
    if i % 100 == 0: time.sleep(0.03)" &
	local flood=$! n
	wait_for 10 log_has "warning: guests looking for too many machines on the host's own networks at once: [0-9]+ packets from [0-9a-f:]{17} were dropped; contact fewer at a time"
	# The host finds its router anew, and by it the other guest others.
	for n in 1 2 3; do
		ip -n host -6 neigh flush dev up0
		expect reaches host 2001:db8:1::1
		expect reaches g2 2001:db8:2::1
		expect reaches g2 2001:db8:1::1
		expect reaches g2 $SERVER
	done
	expect [ "$(ip -n host -6 neigh show dev up0 nud all | wc -l)" -le 400 ]
	kill -0 $flood
	kill $flood
}

kernel_holds() { in_ns host awk '/^FRAG6?:/ { n += $NF } END { print n }' /proc/net/sockstat /proc/net/sockstat6; }
begin_datagrams_to() { # mac kind
	as_user env PREFIX6=$PREFIX6 /usr/bin/python3 tests/net/rawguest.py vde://$SWITCH fragments "$1" 1000000 "${2:-}" &
	FLOOD=$!
}
begin_datagrams() { # mode kind
	begin_datagrams_to "$(in_ns host cat /sys/class/net/vmnet-"$1"/address)" "${2:-}"
}
# The LAN's and the host's own arrive, in both families.
others_go_on() {
	local address
	for address in 198.51.100.2 2001:db8:1::2; do
		echo_requests /tmp/ping 40 20 inet -s 4000 $address
		expect all_answered /tmp/ping 40
	done
	echo "the kernel holds $(kernel_holds) bytes of fragments"
	expect [ "$(kernel_holds)" -le 2200000 ]
	kill -0 $FLOOD || fail "the flood was over before"
}
flood_fragments() { # mode [mac]
	if [ $# = 2 ]; then begin_datagrams_to "$2"; else begin_datagrams "$1"; fi
	wait_for 10 log_has 'warning: switch://.*: a frame from 02:00:00:00:00:77 was dropped: it is a fragment, and the host already holds as many incomplete datagrams as it may'
	others_go_on
	expect [ "$(kernel_holds)" -ge 200000 ]
	[ "$1" != shared ] || expect in_ns g2 ping -c 20 -i 0.02 -W 30 -s 4000 -n -q $SERVER
	kill $FLOOD
	wait $FLOOD || true
}
test_a_guest_does_not_take_the_memory_for_fragments() {
	begin
	flood_fragments shared
}
test_a_guest_of_mode_host_does_not_either() {
	start_vmnet --user=$MACHINE_USER --vmnet-mode=host --vmnet-gateway=192.168.105.1 --vmnet-nat66-prefix=fd12:3456:789a:bcde:: switch://$SWITCH
	flood_fragments host
}
# As Docker sets it: the kernel reassembles what only crosses a bridge, whoever it is for, too.
bridges_are_filtered() {
	in_ns host sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1 2>/dev/null ||
		skip "no br_netfilter here"
	in_ns host nft 'add table inet docker
		add chain inet docker c { type filter hook forward priority 0; }
		add rule inet docker c ct state established accept'
}
NOBODY=02:00:00:00:99:99
test_a_bridge_of_ours_does_not_keep_what_is_for_others() {
	bridges_are_filtered
	begin tap://
	flood_fragments shared $NOBODY
	# What is for another guest of the switch does not get there.
	begin_datagrams_to "$(mac_of g2)"
	wait_for 20 has_received g2 20000
	kill $FLOOD
}
has_received() { [ "$(in_ns "$1" cat /sys/class/net/eth0/statistics/rx_packets)" -ge "$2" ]; } # guest frames
test_a_bridge_of_the_host_does_not_either() {
	bridges_are_filtered
	ip -n host link add br0 type bridge
	ip -n host addr flush dev up0 scope global
	ip -n host link set up0 master br0
	ips host 'link set br0 up' 'addr add 198.51.100.2/24 dev br0' 'route add default via 198.51.100.1' 'addr add 2001:db8:1::2/64 dev br0'
	start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=br0 switch://$SWITCH
	flood_fragments bridged $NOBODY
}
# Who comes at the port of one who left many unfinished has its part at once; and whoever comes again
# and again takes no more of the others'.
test_guests_who_left_take_no_memory_for_fragments() {
	local n
	leave_datagrams() {
		as_user env PREFIX6=$PREFIX6 /usr/bin/python3 tests/net/rawguest.py vde://$SWITCH fragments \
			"$(in_ns host cat /sys/class/net/vmnet-shared/address)" 1000
	}
	begin
	leave_datagrams
	wait_for 10 log_has 'as many incomplete datagrams as it may'
	guest g3
	ip -n g3 addr add 192.168.105.30/24 dev eth0
	expect reaches g3 192.168.105.1
	expect in_ns g3 ping -c 20 -i 0.02 -W 5 -s 30000 -n -q 192.168.105.1
	ip netns del g3
	for n in 1 2 3 4 5 6 7 8; do leave_datagrams; done
	expect in_ns g2 ping -c 20 -i 0.02 -W 5 -s 30000 -n -q 192.168.105.1
	expect in_ns g2 ping -c 20 -i 0.02 -W 5 -s 30000 -n -q ${PREFIX6}1
}
# The kernel drops the part that would finish each, and keeps the others.
test_what_the_kernel_drops_finishes_no_datagram() {
	local kind
	begin
	for kind in version header long; do
		begin_datagrams shared $kind
		wait_for 20 flood_is_on
		others_go_on
		kill $FLOOD
		wait $FLOOD || true
	done
}
# Enough to fill what there is, if they had been kept; let through or not.
flood_is_on() { [ "$(counters 1 | grep -oE 'in [0-9]+ frames|[0-9]+ (with|not to|too many)' | awk '{ n += $1 + $2 } END { print n }')" -ge 20000 ]; }
# As through a tunnel that is larger than the MTU: as many as there are, if they are whole.
test_whole_datagrams_in_fragments_have_no_limit() {
	begin
	expect in_ns g1 ping -c 1000 -i 0.001 -W 30 -s 20000 -n -q 192.168.105.1
	expect in_ns g1 ping -c 200 -i 0.002 -W 30 -s 20000 -n -q ${PREFIX6}1
	kill -USR1 $VMNET
	wait_for 3 log_has 'port .*: in '
	refute log_has 'too many fragments'
}

# Which each come from another port of the host.
test_questions_of_guests_do_not_stay_in_the_hosts_tracking() {
	local asked
	ip netns exec inet /usr/bin/python3 -c "import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('$SERVER', 53))
while True:
    question, sender = s.recvfrom(512)
    s.sendto(question[:2] + b'\x81\x83' + question[4:], sender)" &
	wait_for 3 listens inet u 53
	begin
	in_ns host nft 'add table inet seen; add chain inet seen out { type filter hook output priority 10; }
		add rule inet seen out oifname "up0" udp dport 53 ct state new counter'
	in_ns g1 /usr/bin/python3 - 192.168.105.1 <<-'P'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.connect((sys.argv[1], 53))
		s.settimeout(1)
		for i in range(300):
		    name = b"n%d" % i
		    s.send(i.to_bytes(2, "big") + b"\1\0\0\1\0\0\0\0\0\0" + bytes([len(name)]) + name + b"\4test\0\0\1\0\1")
		    try:
		        s.recv(512)
		    except OSError:
		        pass
	P
	asked=$(in_ns host nft list table inet seen | sed -n 's/.*packets \([0-9]*\) .*/\1/p')
	echo "$asked questions came from a port of their own"
	expect [ "$asked" -ge 100 ]
	# The kernel's own times are 30 and 120 s.
	in_ns host cat /proc/net/nf_conntrack >/tmp/tracked
	expect [ "$(awk -v to="dst=$SERVER" '$3 == "udp" && $0 ~ to " .*dport=53 " && $5 > most { most = $5 } END { print most + 0 }' /tmp/tracked)" -le 10 ]
}
