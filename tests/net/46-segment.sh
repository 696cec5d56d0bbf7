# SPDX-License-Identifier: GPL-2.0-or-later
# Mode host with a network identifier: instances that name one share an Ethernet,
# and the host has no part in it.
#
#   ns g1 ═ ptp p1 ═ instance a ═ vmnet-a ─┐
#   ns g2 ═ ptp p2 ═ instance b ═ vmnet-b ─┴ bridge vmnet-_…
#   ns g3 ═ ptp p3 ═ instance c ═ vmnet-c ── another bridge

ONE=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb
TWO=1b4e28ba-2fa1-11d2-883f-b9a761bde3fc

setup() {
	topology
	before
}

launch() { # name identifier endpoint [options]
	launch_vmnet --vmnet-mode=host --name="$1" --vmnet-network-identifier="$2" "$3" "${@:4}"
	eval "PID_$1=$VMNET"
}
start() {
	local before
	before=$(log_count 'ready: ')
	launch "$@"
	wait_for 10 log_more "$before" 'ready: '
}
log_more() { [ "$(log_count "$2")" -gt "$1" ]; }
attach() { # guest number locator
	guest "$1" "$3"
	ip -n "$1" addr add 10.7.0."$2"/24 dev eth0
}
bridges() { ip -n host -o link show type bridge | wc -l; }
finish() { # signal pid
	kill "$1" "$2"
	wait_for 5 ended "$2"
}
gone() { ! pgrep -f '^vde_vmnet' && [ -z "$(ip -n host -o link show | grep 'vmnet-[a-z]')" ]; }
cleanup() { in_ns host "$PROGRAM" --cleanup --name="$1"; }

test_one_identifier_is_one_segment() {
	start a $ONE ptp:///tmp/p1
	start b ${ONE^^} ptp:///tmp/p2
	start c $TWO ptp:///tmp/p3
	expect log_has "ready: vmnet-a, network $ONE on vmnet-_[0-9a-f]{8}, without the host, at "
	attach g1 1 ptp:///tmp/p1
	attach g2 2 ptp:///tmp/p2
	attach g3 3 ptp:///tmp/p3
	wait_for 5 reaches g1 10.7.0.2
	expect reaches g2 10.7.0.1
	refute reaches g3 10.7.0.1
	refute reaches g1 10.7.0.3
	# Multicast and IPv6 between guests are their own affair.
	in_ns g1 ping -6 -c2 -W1 ff02::1%eth0 >/tmp/ping || true
	expect grep -q "from $(link_local g2)%" /tmp/ping
}
link_local() { ip -n "$1" -o -6 addr show dev eth0 scope link | awk '{ sub("/.*", "", $4); print $4 }'; }

# What the one switch passes, the bridge between two of them passes: STP, LACP, 802.1X, LLDP.
test_link_local_protocols_pass() {
	start a $ONE ptp:///tmp/p1
	start b $ONE ptp:///tmp/p2
	attach g1 1 ptp:///tmp/p1
	attach g2 2 ptp:///tmp/p2
	wait_for 5 reaches g1 10.7.0.2
	dump /tmp/seen g2 -i eth0 -e 'ether proto 0x88b5'
	in_ns g1 /usr/bin/python3 - <<-'P'
		import socket
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0))
		for last in list(range(16)) + [0x20]:
		    s.send(bytes.fromhex("0180c20000%02x 020000000001 88b5" % last) + bytes(46))
	P
	wait_for 5 grep -q '01:80:c2:00:00:20' /tmp/seen
	expect [ "$(grep -o '01:80:c2:00:00:0[02-9a-f]' /tmp/seen | sort -u | wc -l)" = 15 ]
}

test_neither_dhcp_nor_dnsmasq() {
	: >/tmp/empty
	local file
	for file in /usr/sbin/dnsmasq /usr/local/sbin/dnsmasq /sbin/dnsmasq /usr/bin/dnsmasq; do
		[ ! -e $file ] || mount --bind /tmp/empty $file
	done
	start a $ONE ptp:///tmp/p1
	refute dnsmasq_pid
	guest g1 ptp:///tmp/p1
	refute in_ns g1 udhcpc -i eth0 -f -n -q -t 2 -T 1 -s /bin/true
	expect in_ns host "$PROGRAM" --check --vmnet-mode=host --name=b --vmnet-network-identifier=$ONE ptp:///tmp/p2 >/tmp/plan
	cat /tmp/plan
	expect grep -q "bridge     vmnet-_[0-9a-f]*, shared by every instance of network $ONE" /tmp/plan
	refute grep -q dnsmasq /tmp/plan
	refute test -e /var/lib/vde_vmnet
}

# Frames of one guest to all, by libvdeplug, each followed by one that may pass; which arrived.
arrivals() { # switch-of-the-one switch-of-the-other bytes-of-payload heads...
	cat >/tmp/arrivals.py <<-'P'
		import ctypes, select, sys
		v = ctypes.CDLL("libvdeplug.so.2"); v.vde_open_real.restype = ctypes.c_void_p
		for f in (v.vde_send, v.vde_recv): f.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
		v.vde_datafd.argtypes = [ctypes.c_void_p]
		a, b = (v.vde_open_real(s.encode(), b"t", 1, None) for s in sys.argv[1:3])
		addresses, buffer = b"\xff" * 6 + b"\2\0\0\0\0\1", ctypes.create_string_buffer(10000)
		for i, head in enumerate(sys.argv[4:]):
		    frame = addresses + bytes.fromhex(head) + bytes(int(sys.argv[3]))
		    last = addresses + b"\x88\xb6" + bytes([i]) + bytes(45)
		    v.vde_send(a, frame, len(frame), 0); v.vde_send(a, last, 60, 0); got = "lost"
		    while select.select([v.vde_datafd(b)], [], [], 30)[0]:
		        n = v.vde_recv(b, buffer, 10000, 0)
		        if buffer.raw[:n] == last: break
		        if buffer.raw[:n] == frame: got = "arrived"
		    print(head, got)
	P
	as_user /usr/bin/python3 /tmp/arrivals.py "$@"
}
ENCAPSULATIONS=(88b5 8100000588b5 88a80064810000c888b5 9100006488b5 91000064810000c888b5 884700001140 88470000104000001140 81000005884700001140)

# Two tags, or labels, that a bridge would not take for payload if it took its MTU for the limit.
test_encapsulated_frames_cross() {
	start a $ONE switch:///tmp/s1 --user=$MACHINE_USER
	start b $ONE switch:///tmp/s2 --user=$MACHINE_USER
	arrivals /tmp/s1 /tmp/s2 1500 "${ENCAPSULATIONS[@]}" >/tmp/arrivals
	cat /tmp/arrivals
	expect [ "$(grep -c arrived /tmp/arrivals)" = ${#ENCAPSULATIONS[@]} ]
}

# What is too long for the guests of one instance is dropped by that one, which says so.
test_frames_of_an_instance_with_a_larger_mtu_are_told() {
	start a $ONE switch:///tmp/s1 --user=$MACHINE_USER --mtu=9000
	start b $ONE switch:///tmp/s2 --user=$MACHINE_USER
	expect [ "$(arrivals /tmp/s1 /tmp/s2 9000 88b5)" = '88b5 lost' ]
	wait_for 3 log_has 'warning: vmnet-b: a frame from 02:00:00:00:00:01 was dropped: it is longer than the network.s MTU allows; .*--mtu'
	VMNET=$PID_b
	expect [ "$(counters 3 | grep -c 'vmnet-b: .*dropped in: 1 too long')" = 1 ]
}

# The host has no address there, answers nothing, and hears nothing.
test_the_host_is_no_part_of_it() {
	in_ns host sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.arp_ignore=0
	start a $ONE ptp:///tmp/p1
	local bridge
	bridge=$(ip -n host -o link show type bridge | grep -o 'vmnet-_[0-9a-f]*')
	expect [ -z "$(ip -n host -o addr show dev "$bridge")" ]
	expect [ -z "$(ip -n host -o addr show dev vmnet-a)" ]
	ip -n host -d link show dev "$bridge" >/tmp/link
	expect grep -q ' stp_state 0 ' /tmp/link
	expect grep -q ' mcast_snooping 0 ' /tmp/link
	attach g1 1 ptp:///tmp/p1
	local mac
	mac=$(in_ns host cat /sys/class/net/"$bridge"/address)
	dump /tmp/dump host -i "$bridge" -Q in -U
	# Neither by ARP for an address that the host has elsewhere, nor with its MAC known.
	expect in_ns g1 busybox arping -D -c 1 -w 1 -I eth0 198.51.100.2 # nobody has it
	ip -n g1 route add 198.51.100.0/24 dev eth0
	refute reaches g1 198.51.100.2
	ip -n g1 neigh replace 198.51.100.2 lladdr "$mac" dev eth0
	refute reaches g1 198.51.100.2
	in_ns g1 ping -6 -c2 -W1 ff02::1%eth0 >/tmp/ping || true
	refute grep -v "from $(link_local g1)%" <(grep 'bytes from' /tmp/ping) # but itself
	refute test -s /tmp/dump
	# Nor does what it says itself get in.
	dump /tmp/in.dump g1 -i eth0 -U ether host "$mac"
	ip -n host route add 10.7.0.0/24 dev "$bridge"
	refute reaches host 10.7.0.1
	refute test -s /tmp/in.dump
	expect [ "$(in_ns host nft list table bridge vde_vmnet-a | grep -c 'counter packets [1-9].* drop')" = 2 ]
}

test_large_frames_cross_whole() {
	start a $ONE switch:///tmp/s1 --mtu=9000
	start b $ONE switch:///tmp/s2 --mtu=9000
	large_guest g1 /tmp/s1 9000
	large_guest g2 /tmp/s2 9000
	ip -n g1 addr add 10.7.0.1/24 dev eth0
	ip -n g2 addr add 10.7.0.2/24 dev eth0
	wait_for 5 reaches g1 10.7.0.2
	expect pings g1 -M do -s 8972 10.7.0.2
}

# A super-frame of the one worker comes as one to the other.
test_offloads_stay_on_across_the_bridge() {
	start a $ONE ptp:///tmp/p1
	start b $ONE ptp:///tmp/p2
	attach g1 1 ptp:///tmp/p1
	attach g2 2 ptp:///tmp/p2
	wait_for 5 reaches g1 10.7.0.2
	head -c 20000000 /dev/urandom >/tmp/file
	dump /tmp/dump host -i vmnet-b -U -c 1 'tcp and greater 3000'
	local dump=$!
	in_ns g2 socat -u TCP-LISTEN:99 OPEN:/tmp/got,creat &
	local receiver=$!
	wait_for 5 listens g2 t 99
	in_ns g1 socat -u OPEN:/tmp/file TCP:10.7.0.2:99
	wait $receiver
	expect cmp /tmp/file /tmp/got
	wait_for 3 ended $dump
}

test_last_one_out_removes_the_bridge() {
	start a $ONE ptp:///tmp/p1
	start b $ONE ptp:///tmp/p2
	finish -TERM "$PID_a"
	expect [ "$(bridges)" = 1 ]
	start a $ONE ptp:///tmp/p1
	finish -TERM "$PID_b"
	expect [ "$(bridges)" = 1 ]
	finish -TERM "$PID_a"
	expect [ "$(bridges)" = 0 ]
	expect same_as_before
}

# What a killed one leaves is no reason to stay, nor a reason to go.
test_killed_ones_in_any_order() {
	local order
	for order in "a b" "b a"; do
		start a $ONE ptp:///tmp/p1
		start b $ONE ptp:///tmp/p2
		for name in $order; do eval "finish -KILL \$PID_$name"; done
		wait_for 3 gone
		expect [ "$(bridges)" = 1 ]
		expect cleanup a
		expect cleanup b
		expect same_as_before
	done
	start a $ONE ptp:///tmp/p1
	start b $ONE ptp:///tmp/p2
	attach g1 1 ptp:///tmp/p1
	attach g2 2 ptp:///tmp/p2
	wait_for 5 reaches g1 10.7.0.2
	finish -KILL "$PID_b"
	expect cleanup b
	expect [ "$(bridges)" = 1 ]
	start b $ONE ptp:///tmp/p2
	finish -KILL "$PID_a"
	# The last one that lives goes, and the dead one's record does not hold the bridge.
	finish -TERM "$PID_b"
	expect [ "$(bridges)" = 0 ]
	expect cleanup a
	kill "$PLUG_g1" "$PLUG_g2"
	rm -f /tmp/p?+ # the guests' own
	expect same_as_before
}

# All at once, again and again: each sees either a whole bridge or none.
test_started_and_stopped_at_the_same_moment() {
	local round
	start a $ONE ptp:///tmp/p1
	for round in 1 2 3 4 5 6; do
		local n
		n=$(log_count 'ready: ')
		if [ $((round % 2)) = 1 ]; then
			kill "$PID_a"
			launch b $ONE ptp:///tmp/p2
			wait_for 5 ended "$PID_a"
		else
			kill "$PID_b"
			launch a $ONE ptp:///tmp/p1
			wait_for 5 ended "$PID_b"
		fi
		wait_for 10 log_more "$n" 'ready: '
		expect [ "$(bridges)" = 1 ]
		expect [ "$(ip -n host -o link show | grep -c 'master vmnet-_')" = 1 ]
	done
	launch b $ONE ptp:///tmp/p2
	launch c $ONE ptp:///tmp/p3
	launch d $ONE ptp:///tmp/p4
	wait_for 10 eval '[ "$(ip -n host -o link show | grep -c "master vmnet-_")" = 4 ]'
	expect [ "$(bridges)" = 1 ]
	wait_for 10 ready_count $((1 + 6 + 3))
	kill "$PID_a" "$PID_b" "$PID_c" "$PID_d"
	for n in $PID_a $PID_b $PID_c $PID_d; do wait_for 5 ended "$n"; done
	expect same_as_before
}
ready_count() { [ "$(log_count 'ready: ')" = "$1" ]; }

test_a_strangers_bridge_is_refused() {
	start a $ONE ptp:///tmp/p1
	local bridge status=0
	bridge=$(ip -n host -o link show type bridge | grep -o 'vmnet-_[0-9a-f]*')
	finish -TERM "$PID_a"
	ip -n host link add "$bridge" type bridge
	snapshot >/tmp/before
	in_ns host timeout 60 "$PROGRAM" --vmnet-mode=host --name=a --vmnet-network-identifier=$ONE ptp:///tmp/p1 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q "a device $bridge already exists" /tmp/err
	expect same_as_before
}

# As with Docker; the remedies are those of the manual.
test_filters_on_bridges_are_told() {
	[ -e /proc/sys/net/bridge ] || skip "no br_netfilter here"
	in_ns host sysctl -qw net.bridge.bridge-nf-call-iptables=1
	in_ns host iptables -P FORWARD DROP
	start a $ONE ptp:///tmp/p1
	expect log_has 'warning: net.bridge.bridge-nf-call-iptables is on'
	start b $ONE ptp:///tmp/p2
	attach g1 1 ptp:///tmp/p1
	attach g2 2 ptp:///tmp/p2
	refute reaches g1 10.7.0.2
	in_ns host iptables -I FORWARD -i "$(ip -n host -o link show type bridge | grep -o 'vmnet-_[0-9a-f]*')" -j ACCEPT
	expect reaches g1 10.7.0.2
	in_ns host iptables -F FORWARD
	in_ns host sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
	expect reaches g1 10.7.0.2
	finish -TERM "$PID_b"
	start b $ONE ptp:///tmp/p2
	expect [ "$(log_count 'warning: net.bridge')" = 2 ]
	finish -TERM "$PID_b"
	in_ns host sysctl -qw net.bridge.bridge-nf-call-ip6tables=1 # IPv6's alone are on, too
	start b $ONE ptp:///tmp/p2
	expect log_has 'warning: net.bridge.bridge-nf-call-ip6tables is on'
}
