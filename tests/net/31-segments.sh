# SPDX-License-Identifier: GPL-2.0-or-later
# How large the segments are that guests get of a server whose own are of 1448 bytes: as large
# as the guest takes them, and as the way behind it does.
#
#   ns end ── ns mid ── ns g1 ─ eth0 ═ our switch ═ vmnet-shared ─ ns host ─ ns inet
#    10.244.0.1   10.244.1.0/24  MTU 65520                             MTU 1500
#    MTU 65520    MTU of the test

SWITCH=/tmp/our.ctl
setup() {
	topology_of_both
	start_vmnet --user=$MACHINE_USER --mtu=65520 --vmnet-nat66-prefix=$PREFIX6 --vmnet-disable-dhcp switch://$SWITCH
	mkdir /tmp/www
	head -c 20000000 /dev/urandom >/tmp/www/file
	serve_web /tmp/www
	in_ns inet busybox httpd -p "[$SERVER6]:80" -h /tmp/www
}
sized_guest() { # name mtu host-number
	large_guest "$1" $SWITCH "$2"
	static_address "$1" "$3"
	static_address6 "$1" "$3"
	ip -n "$1" link set eth0 mtu "$2" # whatever a router says
	wait_for 3 reaches "$1" $SERVER
	wait_for 3 reaches "$1" $SERVER6
}
# Bytes of the segments with any that come in at a device.
watch() { # ns device
	dump /tmp/"$1".dump "$1" -i "$2" -s 100 -B 16384 'src port 80'
	WATCH=$!
}
watched() { # ns [connections], all of whose ends have to be there
	wait_for 10 seen_ends "$1" "${2:-1}"
	end $WATCH
	sed -n 's/.* length \([1-9][0-9]*\).*/\1/p' /tmp/"$1".dump
}
seen_ends() { [ "$(grep -c 'Flags \[F' /tmp/"$1".dump)" -ge "$2" ]; }
get() { # ns [address [file]]
	in_ns "$1" busybox wget -q -O /tmp/got "http://${2:-$SERVER}/file"
	expect cmp /tmp/got /tmp/www/file
}
median() { sort -n | awk '{ size[NR] = $1 } END { print size[int((NR + 1) / 2)] }'; }
largest() { sort -n | tail -1; }
judge() { # ns...
	local bad
	bad=$(bad_counters "$@" host inet)
	[ -z "$bad" ] || fail "the kernel found fault: $bad"
	counters 5 >/tmp/counters
	refute grep -qE '[0-9] (error|too long)' /tmp/counters
}

test_a_guest_of_the_usual_size_gets_what_was_sent() {
	sized_guest g1 1500 9
	watch g1 eth0
	get g1
	expect [ "$(watched g1 | largest)" = 1448 ]
	watch g1 eth0
	get g1 "[$SERVER6]"
	expect [ "$(watched g1 | largest)" = 1428 ]
	judge g1
}

# A network of MTU 1500 is as it always was, whatever the sender's size.
test_a_network_of_the_usual_size_joins_nothing() {
	stop_vmnet
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 --vmnet-disable-dhcp switch://$SWITCH
	sized_guest g1 1500 9
	ip -n inet route add 198.51.100.2/32 dev in0 mtu lock 600
	watch g1 eth0
	get g1
	expect [ "$(watched g1 | largest)" = 548 ]
	judge g1
}

test_a_guest_of_9000_gets_six_in_one() {
	sized_guest g1 9000 9
	watch g1 eth0
	get g1
	watched g1 >/tmp/sizes
	expect [ "$(largest </tmp/sizes)" = $((6 * 1448)) ]
	# Most are, but where super-frames end.
	expect [ "$(grep -c "^$((6 * 1448))$" /tmp/sizes)" -gt 1000 ]
	watch g1 eth0
	get g1 "[$SERVER6]"
	expect [ "$(watched g1 | largest)" = $((6 * 1428)) ]
	judge g1
}

# Options of TCP take their bytes from the payload; without timestamps there are none.
test_a_segment_without_options_has_more_of_them() {
	sized_guest g1 9000 9
	in_ns g1 sysctl -qw net.ipv4.tcp_timestamps=0
	watch g1 eth0
	get g1
	expect [ "$(watched g1 | largest)" = $((6 * 1460)) ]
	judge g1
}

test_a_guest_of_65520_gets_super_frames_whole() {
	local address
	sized_guest g1 65520 9
	for address in $SERVER "[$SERVER6]"; do
		watch g1 eth0
		local first=$WATCH
		watch host vmnet-shared
		get g1 "$address"
		watched host >/tmp/sent
		WATCH=$first
		watched g1 >/tmp/taken
		expect [ "$(largest </tmp/sent)" -gt 50000 ]
		expect [ "$(largest </tmp/sent)" = "$(largest </tmp/taken)" ]
		expect [ "$(median </tmp/sent)" = "$(median </tmp/taken)" ]
	done
	judge g1
}

# Whoever connects from outside learns it by the guest's answer.
test_a_server_in_a_guest_gets_them_too() {
	sized_guest g1 65520 9
	in_ns g1 socat -u TCP-LISTEN:99 CREATE:/tmp/got &
	local server=$!
	wait_for 3 listens g1 t 99
	dump /tmp/g1.dump g1 -i eth0 -s 100 -B 16384 'dst port 99'
	WATCH=$!
	in_ns host ip link set vmnet-shared mtu 1500
	in_ns host socat -u /tmp/www/file TCP:192.168.105.9:99
	wait $server
	expect cmp /tmp/got /tmp/www/file
	expect [ "$(watched g1 | largest)" -gt 20000 ]
	judge g1
}

# Each takes its own size, and what one says of itself is nothing to the others.
test_guests_of_all_sizes_live_beside_each_other() {
	local n
	sized_guest g1 1500 11
	sized_guest g2 9000 12
	sized_guest g3 65520 13
	for n in 1 2 3; do in_ns g$n busybox wget -q -O /tmp/got$n http://$SERVER/file & done
	for n in 1 2 3; do wait_for 20 cmp /tmp/got$n /tmp/www/file; done
	judge g1 g2 g3
}

test_what_has_to_be_kept_is_kept() {
	sized_guest g1 65520 9
	in_ns g1 sysctl -qw net.ipv4.tcp_ecn=1
	in_ns inet sysctl -qw net.ipv4.tcp_ecn=1
	stream g1 inet $SERVER -t 1 -R
	stream g1 inet $SERVER -t 1 --bidir
	stream g1 inet $SERVER -t 1 -P 4 -R
	stream g1 inet $SERVER6 -t 1 -R
	stream g1 inet $SERVER -t 1 -M 536 -R
	stream g1 inet $SERVER -u -b 200M -l 1472 -t 1 -R
	expect [ "$(in_ns g1 nstat -asz IpExtInECT0Pkts | awk '!/^#/ {print $2}')" -gt 100 ]
	judge g1
	# With losses, and so SACK, in the middle.
	in_ns host nft -f - <<-'RULES'
		table ip lossy {
			chain back { type filter hook forward priority -10; tcp sport 5201 numgen random mod 200 0 drop; }
		}
	RULES
	stream g1 inet $SERVER -t 1 -R
	judge g1
}

# ---- the way behind a guest --------------------------------------------------

behind() { # mtu-between
	sized_guest g1 65520 9
	make_ns mid
	make_ns end
	ip link add b0 netns g1 mtu "$1" type veth peer name m0 netns mid mtu "$1"
	ip link add m1 netns mid mtu 65520 type veth peer name e0 netns end mtu 65520
	in_ns g1 sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	in_ns mid sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	connect g1 b0 mid m0 10.244.1 fd44:0:0:1::
	connect end e0 mid m1 10.244.0 fd44::
	ip -n g1 route add 10.244.0.0/24 via 10.244.1.2
	ip -n g1 route add fd44::/64 via fd44:0:0:1::2
	ip -n mid route add default via 10.244.1.1
	ip -n mid route add default via fd44:0:0:1::1
	ip -n end route add default via 10.244.0.2
	ip -n end route add default via fd44::2
	ip -n host route add 10.244.0.0/16 via 192.168.105.9
	ip -n host route add fd44::/48 via ${PREFIX6}9
	wait_for 10 reaches end $SERVER
	wait_for 10 reaches end $SERVER6
}
connect() { # ns device ns device network network6
	ip -n "$1" addr add "$5".1/24 dev "$2"
	ip -n "$3" addr add "$5".2/24 dev "$4"
	ip -n "$1" addr add "$6"1/64 dev "$2" nodad
	ip -n "$3" addr add "$6"2/64 dev "$4" nodad
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}
duration() { # command...
	local start
	start=$(milliseconds)
	"$@"
	echo $(($(milliseconds) - start))
}
# Against what it takes where the end asks for the sender's segments. Hardly longer, on average;
# each may have to wait for a lost segment once.
costs_little() { # address
	local joined single
	joined=$(duration get end "$1")
	ip -n end route change default via 10.244.0.2 advmss 1448
	ip -n end -6 route change default via fd44::2 advmss 1428
	single=$(duration get end "$1")
	ip -n end route change default via 10.244.0.2
	ip -n end -6 route change default via fd44::2
	echo "$1: $joined ms, $single ms as they were sent"
	expect [ "$joined" -le $((3 * single + 2000)) ]
}
joined_at_g1() { awk '$1 > 1500' | wc -l; }
is_joined_until_it_is_lost() { # address
	watch g1 eth0
	costs_little "$1"
	expect [ "$(watched g1 2 | joined_at_g1)" -gt 0 ]
	# The next one to the same end begins so.
	watch g1 eth0
	get end "$1"
	expect [ "$(watched g1 | joined_at_g1)" = 0 ]
}

test_a_narrow_way_behind_a_guest_is_told() {
	behind 1300
	is_joined_until_it_is_lost $SERVER
	judge mid end
}

test_a_narrow_way_behind_a_guest_is_told_in_ipv6() {
	behind 1300
	is_joined_until_it_is_lost "[$SERVER6]"
	judge mid end
}

# Wide enough for the sender's segments, which hears of nothing.
test_a_way_of_the_usual_size_behind_a_guest() {
	behind 1500
	costs_little $SERVER
	costs_little "[$SERVER6]"
	expect [ "$(in_ns end nstat -asz IpReasmReqds | awk '!/^#/ {print $2}')" = 0 ]
	judge mid end
}

# All others on the way are as large as can be: the sender's own segments are too big behind.
test_a_narrow_way_between_large_ends() {
	ip -n inet link set in0 mtu 65520
	ip -n host link set up0 mtu 65520
	behind 1300
	costs_little $SERVER
	costs_little "[$SERVER6]"
	judge mid end
}

# Nobody tells, as where the errors are limited in number, or filtered.
test_a_narrow_way_that_says_nothing() {
	behind 1500
	in_ns g1 nft -f - <<-'RULES'
		table inet silent {
			chain out {
				type filter hook output priority 0
				icmp type destination-unreachable drop
				icmpv6 type packet-too-big drop
			}
		}
	RULES
	is_joined_until_it_is_lost $SERVER
	expect [ "$(in_ns end nstat -asz IpReasmReqds | awk '!/^#/ {print $2}')" = 0 ]
	judge mid end
}
