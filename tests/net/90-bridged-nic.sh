# SPDX-License-Identifier: GPL-2.0-or-later
# Mode bridged on a NIC that guests share with the host.
. "$TOP/tests/net/lan.sh"

DEVICE=vmnet-83e83ea1 # of the network bridged.up0
setup() {
	lan
	host_address up0
}
start_bridged() { start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=up0 "$@" $LOCATOR; }
promiscuity() { ip -n host -d link show up0 | grep -o 'promiscuity [0-9]*  *allmulti [0-9]*'; }
without_ours() { grep -v "$DEVICE" | grep -vE '/(run|tmp)/|vde_vmnet'; }

test_guest_is_on_the_lan() {
	start_bridged
	expect log_has "ready: $DEVICE, guests on the network of up0, at $LOCATOR"
	guest g1
	lease g1
	expect_on_the_lan g1 up0
}

# With the LAN and with the host; super-frames of the kernels' own size pass both ways.
test_streams_are_whole_and_super_frames_pass() {
	start_bridged
	lan_guest g1 9
	in_ns g1 ethtool -K eth0 tso off gso off gro off
	watch /tmp/large host up0 'tcp and greater 1515'
	local server ns
	for server in $PEER $HOST; do
		ns=$([ $server = $PEER ] && echo peer || echo host)
		iperf $ns $server
		iperf $ns $server -R
		iperf $ns $server -u -b 100M -l 1400
		iperf $ns $server -u -b 100M -l 1400 -R
		wait_for 5 grep -q "$server.5201 > 10.77.0.9" /tmp/large
		wait_for 5 grep -q "10.77.0.9.[0-9]* > $server.5201" /tmp/large
	done
	judge
}

# Nothing of the host's changes but what is ours, and that goes with us.
test_host_stays_as_it_was() {
	before
	promiscuity >/tmp/promiscuity
	start_bridged
	guest g1
	lease g1
	expect reaches g1 $HOST
	snapshot | without_ours >/tmp/during
	without_ours </tmp/before | diff - /tmp/during
	expect [ -z "$(ip -n host -o addr show dev $DEVICE)" ]
	# The NIC was asked for no more than it needs for one guest.
	expect [ "$(in_ns host nft list ruleset | wc -l)" = 0 ]
	refute diff -q /tmp/promiscuity <(promiscuity)
	stop_vmnet
	same_as_before
	promiscuity | diff /tmp/promiscuity -
	# The same of one that is killed.
	start_bridged
	lan_guest g2 10
	expect reaches g2 $HOST
	kill -KILL $VMNET
	wait_for 3 gone $DEVICE
	promiscuity | diff /tmp/promiscuity -
	in_ns host "$PROGRAM" --cleanup --vmnet-mode=bridged --vmnet-interface=up0
	rm -rf /tmp/our.ctl
	same_as_before
}
gone() { ! ip -n host link show "$1"; }

# Each frame arrives once, and takes no way that it need not. Types tell them apart.
test_nothing_comes_twice() {
	start_bridged
	lan_guest g1 9
	lan_guest g2 10
	expect reaches g1 $HOST
	expect reaches g1 $PEER
	expect reaches g1 10.77.0.10
	local m1 m2 mh mp ns
	m1=$(mac_of g1 eth0) m2=$(mac_of g2 eth0) mh=$(mac_of host up0) mp=$(mac_of peer eth0)
	watch /tmp/at-host host up0 'ether[12] == 0x90' in
	watch /tmp/at-wire lan lan0 'ether[12] == 0x90' in
	for ns in peer g1 g2; do watch /tmp/at-$ns $ns eth0 'ether[12] == 0x90' in; done
	send_hex g1 eth0 ffffffffffff $m1 9001 $ZEROS
	send_hex g1 eth0 $m2 $m1 9002 $ZEROS
	send_hex g1 eth0 $mh $m1 9003 $ZEROS
	send_hex g1 eth0 $mp $m1 9004 $ZEROS
	send_hex host up0 ffffffffffff $mh 9005 $ZEROS
	send_hex host up0 $m1 $mh 9006 $ZEROS
	send_hex peer eth0 ffffffffffff $mp 9007 $ZEROS
	send_hex peer eth0 $m2 $mp 9008 $ZEROS
	send_hex peer eth0 $mh $mp 9009 $ZEROS
	# What was sent before these has come, or never will.
	send_hex g2 eth0 ffffffffffff $m2 900e $ZEROS
	send_hex peer eth0 ffffffffffff $mp 900f $ZEROS
	for ns in host g1 g2; do wait_for 3 grep -q 0x900f /tmp/at-$ns; done
	for ns in host g1 peer wire; do wait_for 3 grep -q 0x900e /tmp/at-$ns; done
	expect [ "$(types host)" = '9001 9003 9007 9008 9009 900e 900f' ] # of tcpdump, not of what it kept
	expect [ "$(types g1)" = '9005 9006 9007 900e 900f' ]
	expect [ "$(types g2)" = '9001 9002 9005 9007 9008 900f' ]
	expect [ "$(types peer)" = '9001 9004 9005 900e' ]
	# The host's frames for a guest go out as well: whoever owns the NIC could not stop them.
	expect [ "$(types wire)" = '9001 9004 9005 9006 900e' ]
}
types() { grep -o '0x90[0-9a-f]*' /tmp/at-"$1" | sed 's/0x//' | sort | paste -sd' '; }

# The host's own traffic is not copied to the worker.
test_host_traffic_is_not_copied() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $HOST
	counters 4 >/tmp/before-counters
	stream host peer $PEER -n 30M
	stream host peer $PEER -n 30M -R
	counters 4 >/tmp/after-counters
	local n
	n=$(($(frames_in /tmp/after-counters) - $(frames_in /tmp/before-counters)))
	expect [ $n -lt 50 ]
	# Nor what the LAN sends to others, who are not ours.
	send_hex peer eth0 02:00:00:00:00:99 "$(mac_of peer eth0)" 9001 $ZEROS
	expect reaches g1 $PEER
}
frames_in() { grep -oE '(wire|host): in [0-9]+' "$1" | awk '{n += $3} END {print n}'; }

# A tag that the NIC took out is put back; what guests tag goes out so.
test_tagged_frames() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $PEER
	watch /tmp/at-g1 g1 eth0 'vlan 5'
	watch /tmp/at-peer peer eth0 'vlan 5'
	wait_for 3 tag_arrives
	send_hex peer eth0 "$(mac_of g1 eth0)" "$(mac_of peer eth0)" 81006005 9002 "$(printf '77%.0s' {1..1500})"
	wait_for 3 grep -q 'length 1518:.*vlan 5, p 3.*0x9002' /tmp/at-g1
}
# Again, for libpcap 1.10.6 shows the first by "vlan", and not by "vlan 5".
tag_arrives() {
	send_hex g1 eth0 "$(mac_of peer eth0)" "$(mac_of g1 eth0)" 81000005 9001 $ZEROS
	grep 'vlan 5.*0x9001' /tmp/at-peer
}

# Who claims the host's address is not heard, nor who speaks as a switch.
test_what_guests_may_not_send() {
	start_bridged
	lan_guest g1 9
	lan_guest g2 10
	expect reaches g2 $HOST
	local ns m1
	m1=$(mac_of g1 eth0)
	for ns in peer g2; do watch /tmp/at-$ns $ns eth0 '(ether[12] == 0x90 or ether dst 01:80:c2:00:00:00)' in; done
	send_hex g1 eth0 ffffffffffff "$(mac_of host up0)" 9001 $ZEROS
	send_hex g1 eth0 0180c2000000 $m1 0027 424203 $ZEROS
	send_hex g1 eth0 ffffffffffff $m1 9002 $ZEROS
	for ns in peer g2; do wait_for 3 grep -q 0x9002 /tmp/at-$ns; done
	refute grep -q 0x9001 /tmp/at-peer
	refute grep -q 0x9001 /tmp/at-g2
	refute grep -q 01:80:c2 /tmp/at-peer
	expect reaches g2 $HOST
	counters 5 >/tmp/counters
	expect grep -q 'wire: .*1 not allowed' /tmp/counters
	expect grep -q 'our.ctl port 0 .*in: 1 not allowed' /tmp/counters
}

# A VLAN of the NIC is a LAN like another, and guests are on no other.
test_vlan() {
	ip -n host link add link up0 name up0.5 type vlan id 5 2>/dev/null || skip "no VLANs in this kernel"
	ip -n host link set up0.5 up
	ip -n host addr add 10.78.0.2/24 dev up0.5
	ip -n peer link add link eth0 name eth0.5 type vlan id 5
	ip -n peer link set eth0.5 up
	ip -n peer addr add 10.78.0.3/24 dev eth0.5
	start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=up0.5 $LOCATOR
	guest g1
	ip -n g1 addr add 10.78.0.9/24 dev eth0
	ip -n g1 addr add 10.77.0.9/24 dev eth0
	wait_for 3 reaches g1 10.78.0.3
	expect reaches g1 10.78.0.2
	expect reaches peer 10.78.0.9
	expect reaches host 10.78.0.9
	refute reaches g1 $PEER
	watch /tmp/at-wire lan lan0 'vlan 5'
	expect reaches g1 10.78.0.3
	wait_for 3 grep -q '10.78.0.9 > 10.78.0.3: ICMP' /tmp/at-wire
}

# A bond is a NIC, its parts are none.
test_bond() {
	local status=0
	ip -n host link add bond7 type bond mode active-backup miimon 100 2>/dev/null || skip "no bonds in this kernel"
	ip -n host link set up0 down
	ip -n host addr flush dev up0
	ip -n host link set up0 master bond7
	host_address bond7
	in_ns host "$PROGRAM" --vmnet-mode=bridged --vmnet-interface=up0 $LOCATOR 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q 'up0 is part of bond7; use --vmnet-interface=bond7' /tmp/err
	start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=bond7 $LOCATOR
	guest g1
	lease g1
	expect_on_the_lan g1 bond7
}

test_nic_goes_down_and_comes_back() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $PEER
	ip -n host link set up0 down
	wait_for 3 log_has 'up0 is down; guests are cut off until it is up'
	refute reaches g1 $PEER
	ip -n host link set up0 up
	wait_for 3 log_has 'up0 is up'
	wait_for 5 reaches g1 $PEER
	wait_for 5 reaches g1 $HOST
	expect [ "$(log_count warning)" = 1 ]
}

test_nic_is_renamed() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $PEER
	ip -n host link set up0 name lan7
	wait_for 3 log_has 'up0 is now called lan7'
	expect reaches g1 $PEER
	expect reaches g1 $HOST
	ip -n host link set lan7 down
	wait_for 3 log_has 'lan7 is down'
}

# Deleted and made anew, as by a driver that is loaded again or a cable of USB.
test_nic_is_replaced() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $HOST
	ip -n host link del up0
	wait_for 3 log_has 'up0 is gone; guests stay attached, waiting for it'
	expect in_ns g1 true
	lan_cable
	ip -n host link set up0 address 02:00:00:00:77:22
	host_address up0
	wait_for 3 log_has 'up0 is back'
	ip -n g1 neigh flush dev eth0
	wait_for 5 reaches g1 $HOST
	expect reaches g1 $PEER
	expect reaches peer 10.77.0.9
	# Another address of the same NIC.
	ip -n host link set up0 address 02:00:00:00:77:33
	wait_for 3 log_has 'up0 now has another MAC address'
	ip -n g1 neigh flush dev eth0
	wait_for 5 reaches host 10.77.0.9
	expect reaches g1 $PEER
	# In its place, something that cannot be used.
	ip -n host link del up0
	ip -n host tuntap add dev up0 mode tun
	wait_for 3 log_has 'up0 is not an Ethernet device'
	ip -n host link del up0
	lan_cable
	host_address up0
	ip -n g1 neigh flush dev eth0
	wait_for 5 reaches g1 $HOST
}

# More addresses than are told apart: all are served, and one that lies harms nobody.
test_many_addresses() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $HOST
	as_user "${TOOL%/*}/switchclient" $SWITCH flood 2000 stay & # with it, its addresses would go
	wait_for 5 log_has 'more than 64 MAC addresses: up0 is promiscuous'
	lan_guest g2 10
	expect reaches g2 $HOST
	expect reaches g1 $PEER
	expect reaches host 10.77.0.10
}

# Another instance on the same NIC: its guests are on the LAN, and on the host's side of it.
# Singly, in less than a second, and then silence: what was too much for one second is told in the next.
test_addresses_that_come_slowly() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $HOST
	in_ns g1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	local i
	for i in {10..80}; do send_hex g1 eth0 ffffffffffff 0200000000$i 9001 $ZEROS & done
	wait_for 5 log_has 'more than 64 MAC addresses: up0 is promiscuous'
}

test_two_networks_on_one_nic() {
	start_bridged
	local first=$VMNET
	lan_guest g1 9
	LOCATOR=switch:///tmp/other.ctl
	start_bridged --name=two
	SWITCH=/tmp/other.ctl
	lan_guest g2 10
	local a
	for a in $HOST $PEER 10.77.0.10; do expect reaches g1 $a; done
	for a in $HOST $PEER 10.77.0.9; do expect reaches g2 $a; done
	watch /tmp/at-g1 g1 eth0 'ether[12] == 0x90' in
	watch /tmp/at-g2 g2 eth0 'ether[12] == 0x90' in
	send_hex g2 eth0 ffffffffffff "$(mac_of g2 eth0)" 9001 $ZEROS
	send_hex g2 eth0 "$(mac_of g1 eth0)" "$(mac_of g2 eth0)" 9002 $ZEROS
	send_hex peer eth0 ffffffffffff "$(mac_of peer eth0)" 900f $ZEROS
	for a in g1 g2; do wait_for 3 grep -q 0x900f /tmp/at-$a; done
	expect [ "$(types g1)" = '9001 9002 900f' ]
	expect [ "$(types g2)" = 900f ]
	stop_vmnet
	expect reaches g1 $HOST
	VMNET=$first
	stop_vmnet
}

test_nic_that_is_down_at_the_start() {
	ip -n host link set up0 down
	start_bridged
	expect log_has 'up0 is down; guests are cut off'
	lan_guest g1 9
	ip -n host link set up0 up
	wait_for 5 reaches g1 $PEER
	expect reaches g1 $HOST
}

test_device_is_removed() {
	start_bridged
	ip -n host link del $DEVICE
	local status=0
	wait $VMNET || status=$?
	expect [ $status = 1 ]
	expect log_has "the device $DEVICE is gone: other software deleted it"
}

test_large_frames() {
	ip -n host link set up0 mtu 9000
	ip -n lan link set lan0 mtu 9000
	ip -n lan link set lan1 mtu 9000
	ip -n peer link set eth0 mtu 9000
	start_bridged
	large_guest g1 vde://$SWITCH 9000
	ip -n g1 addr add 10.77.0.9/24 dev eth0
	expect pings g1 -M do -s 8972 $PEER
	expect pings g1 -M do -s 8972 $HOST
	expect pings host -M do -s 8972 10.77.0.9
	stop_vmnet
	local status=0
	in_ns host "$PROGRAM" --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=up0 --mtu=9001 $LOCATOR 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q -- '--mtu=9001: up0 carries at most 9000 bytes' /tmp/err
}

# Guests reach the LAN and the host, not each other.
test_isolated_guests() {
	start_bridged --isolated
	lan_guest g1 9
	lan_guest g2 10
	local a
	for a in $HOST $PEER; do
		expect reaches g1 $a
		expect reaches g2 $a
	done
	watch /tmp/at-g2 g2 eth0 'ether[12] == 0x90' in
	send_hex g1 eth0 ffffffffffff "$(mac_of g1 eth0)" 9001 $ZEROS
	send_hex g1 eth0 "$(mac_of g2 eth0)" "$(mac_of g1 eth0)" 9002 $ZEROS
	send_hex peer eth0 ffffffffffff "$(mac_of peer eth0)" 900f $ZEROS
	wait_for 3 grep -q 0x900f /tmp/at-g2
	expect [ "$(types g2)" = 900f ]
	refute reaches g1 10.77.0.10
}

# What could not be opened anew is tried again.
test_nic_that_cannot_be_opened_again_is_tried_again() {
	start_bridged
	lan_guest g1 9
	expect reaches g1 $PEER
	prlimit --pid $VMNET --nofile=3:
	ip -n host link set up0 address 02:00:00:00:77:33
	wait_for 3 log_has 'cannot use up0: Too many open files; trying again every second'
	refute reaches g1 $PEER
	prlimit --pid $VMNET --nofile=1024:
	wait_for 5 log_has 'up0 is back'
	ip -n g1 neigh flush dev eth0
	wait_for 5 reaches g1 $PEER
	expect reaches g1 $HOST
	expect [ "$(log_count 'cannot use up0')" = 1 ]
}
