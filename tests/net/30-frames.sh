# SPDX-License-Identifier: GPL-2.0-or-later
# Sizes of frames, by a raw client on the switch.

setup() {
	topology
	start_switch
	start_vmnet $SWITCH
}

# Frames of the test's own type that reached the host's device, as tcpdump lines.
capture() {
	dump /tmp/dump host -i vmnet-shared -enXX "$@"
}
send_raw() { as_user "$TOOL" "vde://$SWITCH" send "$@"; }
captured() { grep -c 'ethertype' /tmp/dump || true; }
has_captured() { [ "$(captured)" -ge "$1" ]; }

test_largest_frame_passes_and_the_next_is_counted() {
	capture 'ether proto 0x88b5'
	send_raw 1514 3
	wait_for 3 has_captured 3
	send_raw 1515 2
	send_raw 1518 2
	wait_for 3 counters_say 'port vde:///tmp/sw.ctl: .*dropped in: 4 too long'
	expect [ "$(captured)" = 3 ]
}

test_tagged_frame_may_be_four_bytes_longer() {
	# Point to point: a vde_switch drops what is tagged for a VLAN it does not know.
	stop_vmnet
	start_vmnet ptp:///tmp/p2p
	capture 'vlan'
	as_user "$TOOL" ptp:///tmp/p2p send 1518 3 ff:ff:ff:ff:ff:ff 02:00:00:00:00:77 8100
	wait_for 3 has_captured 3
	refute counters_say 'too long'
	as_user "$TOOL" ptp:///tmp/p2p send 1519 3 ff:ff:ff:ff:ff:ff 02:00:00:00:00:77 8100
	wait_for 3 counters_say 'dropped in: 3 too long'
}
counters_say() { counters 6 | grep "$1" >/dev/null; }

test_runts_are_padded_with_zeros() {
	# A pair of sockets without a switch between, which pads by itself.
	stop_vmnet
	start_vmnet 'ptp:///tmp/p2p'
	capture 'ether proto 0x88b5'
	as_user "$TOOL" ptp:///tmp/p2p send 20 3
	wait_for 3 has_captured 3
	grep -q 'length 60' /tmp/dump || fail 'not padded to 60 bytes'
	# 20 bytes are sent, 6 of payload: everything behind must be zero.
	expect [ "$(grep -c '0x0010:  a5a5 a5a5 0000 0000 0000 0000 0000 0000' /tmp/dump)" = 3 ]
	as_user "$TOOL" ptp:///tmp/p2p send 13 2
	wait_for 3 counters_say 'dropped in: 2 too short'
}

test_small_mtu_limits_frames() {
	stop_vmnet
	start_vmnet --mtu=1000 $SWITCH
	capture 'ether proto 0x88b5'
	send_raw 1014 1
	wait_for 3 has_captured 1
	send_raw 1015 1
	wait_for 3 counters_say 'dropped in: 1 too long'
	expect [ "$(in_ns host cat /sys/class/net/vmnet-shared/mtu)" = 1000 ]
}

test_large_mtu_by_point_to_point() {
	stop_vmnet
	start_vmnet --mtu=65520 'ptp:///tmp/p2p'
	capture 'ether proto 0x88b5'
	as_user "$TOOL" ptp:///tmp/p2p send 65534 1
	wait_for 3 has_captured 1
	as_user "$TOOL" ptp:///tmp/p2p send 65535 1
	wait_for 3 counters_say 'dropped in: 1 too long'
}

test_large_mtu_by_our_switch() {
	stop_vmnet
	start_vmnet --mtu=65520 --user=$MACHINE_USER switch:///tmp/our.ctl ptp:///tmp/p2p
	capture 'ether proto 0x88b5'
	as_user "$TOOL" vde:///tmp/our.ctl send 65534 1
	wait_for 3 has_captured 1
	as_user "$TOOL" vde:///tmp/our.ctl send 65535 1
	wait_for 3 counters_say 'dropped in: 1 too long'
}

# Told to guests, who speak with each other and the host in large frames, and
# with the outside in what its links carry.
test_large_mtu_is_told_and_segments_fit_the_way_out() {
	stop_vmnet
	start_vmnet --mtu=65520 --user=$MACHINE_USER switch:///tmp/our.ctl
	large_guest g1 vde:///tmp/our.ctl 1500
	lease g1
	expect [ "$(leased g1 mtu)" = 65520 ]
	expect [ "$(in_ns g1 cat /sys/class/net/eth0/mtu)" = 65520 ]
	expect pings g1 -M do -s 65492 $GATEWAY
	refute in_ns g1 ping -c1 -W1 -M do -s 1473 $SERVER
	mkdir /tmp/www
	head -c 3000000 /dev/urandom >/tmp/www/file
	serve_web /tmp/www
	dump /tmp/syn inet -i in0 'tcp[tcpflags] & tcp-syn != 0 and dst port 80'
	in_ns g1 busybox wget -q -O /tmp/got http://$SERVER/file
	expect cmp /tmp/got /tmp/www/file
	wait_for 3 grep -q 'mss 1460' /tmp/syn
	# One with the default size lives beside it.
	guest g2 /tmp/our.ctl
	static_address g2 77
	in_ns g2 busybox wget -q -O /tmp/got2 http://$SERVER/file
	expect cmp /tmp/got2 /tmp/www/file
}

test_many_source_addresses_do_no_harm() {
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
	for i in $(seq 1 40); do
		send_raw 60 8 02:00:00:00:00:01 "02:00:00:00:00:$(printf %02x $i)"
	done
	expect reaches g1 $GATEWAY
}

# Headers that are none, of all kinds that somebody looks into, cut anywhere.
test_garbage_does_no_harm() {
	local worker
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
	worker=$(worker_pid)
	in_ns g1 python3 - "$(in_ns host cat /sys/class/net/vmnet-shared/address)" <<-'PYTHON'
		import os, random, socket, sys
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("eth0", 0))
		gateway = bytes.fromhex(sys.argv[1].replace(":", ""))
		starts = ["0800", "080045", "08004f", "86dd", "86dd60", "0806", "8100", "88a8", "0000", "05dc", "8847"]
		for i in range(20000):
		    to = random.choice([gateway, b"\xff" * 6, os.urandom(6)])
		    frame = to + os.urandom(6) + bytes.fromhex(random.choice(starts)) + os.urandom(random.choice([0, 20, 60, 1000]))
		    s.send(frame[:1514])
	PYTHON
	expect [ "$(worker_pid)" = "$worker" ]
	wait_for 5 reaches g1 $GATEWAY
	expect counters_say 'port vde:///tmp/sw.ctl: in [0-9]\{4,\} frames' # it got them
	expect [ "$(log_count 'error')" = 0 ]
}
