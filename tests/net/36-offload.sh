# SPDX-License-Identifier: GPL-2.0-or-later
# Super-frames, split and joined, with the kernel's own stack as judge: it counts
# every bad checksum and header, in the guest, on the host and beyond the NAT.

SWITCH=/tmp/our.ctl
setup() {
	topology_of_both
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 --vmnet-disable-dhcp switch://$SWITCH
	guest g1
	static_address g1 9
	static_address6 g1 9
	wait_for 3 reaches g1 $SERVER
	wait_for 3 reaches g1 $SERVER6
}

judge() { # [counter that does not count]
	local bad
	bad=$(bad_counters g1 host inet | grep -v " ${1:-none} ") || true
	[ -z "$bad" ] || fail "the kernel found fault: $bad"
	counters 3 >/tmp/counters
	refute grep -qE '[0-9] error' /tmp/counters
}
iperf() { stream g1 inet ${IPERF:-$SERVER} -t 1 "$@"; } # options

test_streams_of_all_kinds_are_whole() {
	iperf
	iperf -R
	iperf -P 4
	iperf -P 4 -R
	iperf --bidir
	iperf -Z
	iperf -M 536
	iperf -M 536 -R
	iperf -M 100 -R
	iperf -l 70 -N
	iperf -u -b 200M -l 1472
	iperf -u -b 200M -l 1472 -R
	iperf -u -b 50M -l 64 -R
	iperf -u -b 100M -l 8000 -R
	judge
}

test_streams_over_ipv6_are_whole() {
	IPERF=$SERVER6
	iperf
	iperf -R
	iperf -P 4
	iperf -P 4 -R
	iperf --bidir
	iperf -Z
	iperf -M 536
	iperf -M 536 -R
	iperf -l 70 -N
	iperf -u -b 200M -l 1452
	iperf -u -b 200M -l 1452 -R
	iperf -u -b 50M -l 64 -R
	judge
}

# Frames of the kernel's own size are on the device both ways, none on the wire to the guest.
test_super_frames_are_on_the_device_alone() {
	local ns dev
	for ns in host:vmnet-shared g1:eth0; do
		dev=${ns#*:} ns=${ns%:*}
		dump /tmp/large.$ns $ns -i $dev -s 60 'tcp and greater 1515'
	done
	# Its own offloads would show super-frames at the guest's end too.
	in_ns g1 ethtool -K eth0 tso off gso off gro off
	iperf
	iperf -R
	wait_for 5 super_frames "$SERVER.5201 > 192"
	wait_for 5 super_frames "192.168.105.9.[0-9]* > $SERVER.5201"
	expect [ ! -s /tmp/large.g1 ]
	judge
}
super_frames() { grep -q "$1" /tmp/large.host; }

test_super_frames_of_ipv6_are_on_the_device_alone() {
	IPERF=$SERVER6
	local ns dev
	for ns in host:vmnet-shared g1:eth0; do
		dev=${ns#*:} ns=${ns%:*}
		dump /tmp/large.$ns $ns -i $dev -s 90 'ip6 and tcp and greater 1515'
	done
	in_ns g1 ethtool -K eth0 tso off gso off gro off
	iperf
	iperf -R
	wait_for 5 super_frames "$SERVER6.5201 > $PREFIX6"
	wait_for 5 super_frames "${PREFIX6}9.[0-9]* > $SERVER6.5201"
	expect [ ! -s /tmp/large.g1 ]
	judge
}

# Of every size around what divides evenly.
test_transfers_of_odd_sizes_are_whole() {
	mkdir /tmp/www
	local size
	for size in 1 1447 1448 1449 65160 65161 1000001; do head -c $size /dev/urandom >/tmp/www/$size; done
	serve_web /tmp/www
	for size in /tmp/www/*; do
		in_ns g1 busybox wget -q -O /tmp/got "http://$SERVER/${size##*/}"
		expect cmp /tmp/got "$size"
		in_ns inet socat -u TCP-LISTEN:99,bind=$SERVER,reuseaddr CREATE:/tmp/sent &
		wait_for 3 listens inet t 99
		in_ns g1 socat -u "$size" TCP:$SERVER:99
		wait $!
		expect cmp /tmp/sent "$size"
	done
	judge
}

test_transfers_over_ipv6_are_whole() {
	local size
	mkdir /tmp/www
	for size in 1 1427 1428 1429 64260 1000001; do head -c $size /dev/urandom >/tmp/www/$size; done
	in_ns inet busybox httpd -p "[$SERVER6]:80" -h /tmp/www
	for size in /tmp/www/*; do
		in_ns g1 busybox wget -q -O /tmp/got "http://[$SERVER6]/${size##*/}"
		expect cmp /tmp/got "$size"
		in_ns inet socat -u TCP6-LISTEN:99,bind=[$SERVER6],reuseaddr CREATE:/tmp/sent &
		wait_for 3 listens inet t 99
		in_ns g1 socat -u "$size" TCP6:[$SERVER6]:99
		wait $!
		expect cmp /tmp/sent "$size"
	done
	judge
}

test_ecn_is_kept() {
	in_ns g1 sysctl -qw net.ipv4.tcp_ecn=1
	in_ns inet sysctl -qw net.ipv4.tcp_ecn=1
	iperf
	iperf -R
	expect [ "$(in_ns inet nstat -asz IpExtInECT0Pkts | awk '!/^#/ {print $2}')" -gt 100 ]
	expect [ "$(in_ns g1 nstat -asz IpExtInECT0Pkts | awk '!/^#/ {print $2}')" -gt 100 ]
	judge
}

# A loss in the middle, so that SACK and retransmissions are split and joined too.
test_loss_is_recovered_from() {
	in_ns host nft -f - <<-'RULES'
		table ip lossy {
			chain forward { type filter hook forward priority -10; tcp dport 5201 numgen random mod 200 0 drop; }
			chain back { type filter hook forward priority -10; tcp sport 5201 numgen random mod 200 0 drop; }
		}
	RULES
	iperf
	iperf -R
	judge TcpInErrs # of a handshake's segment that came twice
}

# UDP super-frames, both ways: 40 datagrams a send, 25 sends. Each is sent when the last has
# come, so that nobody has to drop any, however late a processor is free.
test_datagrams_of_super_frames_are_whole() {
	local udpgso=${TOOL%/*}/udpgso size
	dump /tmp/large.host host -i vmnet-shared -s 60 'udp and greater 1515'
	mkfifo /tmp/taken
	for size in 1472 1000 64; do
		in_ns g1 "$udpgso" recv 77 25 /tmp/taken >/tmp/down &
		wait_for 3 listens g1 u 77
		expect in_ns host "$udpgso" send 192.168.105.9 77 25 $size /tmp/taken
		wait $!
		expect [ "$(cat /tmp/down)" = '1000 whole, 0 broken' ]
		in_ns inet "$udpgso" recv 77 25 /tmp/taken >/tmp/up &
		wait_for 3 listens inet u 77
		expect in_ns g1 "$udpgso" send $SERVER 77 25 $size /tmp/taken
		wait $!
		expect [ "$(cat /tmp/up)" = '1000 whole, 0 broken' ]
	done
	# Linux 6.2 and later hand datagrams over unsplit.
	[ "$(uname -r | cut -d. -f1)" -lt 7 ] && [ "$(printf '6.2\n%s\n' "$(uname -r)" | sort -V | head -1)" != 6.2 ] ||
		expect grep -q '192.168.105.1.* > 192.168.105.9.77' /tmp/large.host
	judge
}

# Many guests, one connection each, at once.
test_flows_of_several_guests_are_kept_apart() {
	local n
	mkdir /tmp/www
	head -c 4000000 /dev/urandom >/tmp/www/file
	serve_web /tmp/www
	for n in 2 3 4 5; do
		guest g$n
		static_address g$n $((n + 10))
	done
	for n in 1 2 3 4 5; do in_ns g$n busybox wget -q -O /tmp/got$n http://$SERVER/file & done
	wait_for 20 all_got
	judge
}
all_got() {
	local n
	for n in 1 2 3 4 5; do cmp -s /tmp/got$n /tmp/www/file || return 1; done
}
