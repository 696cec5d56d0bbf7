# SPDX-License-Identifier: GPL-2.0-or-later
# TAPs of tap:// in mode bridged: they join the bridge of the host that the network is on.
#
#   guest t1 ─ eth0 ═ vmnettapN ─┐
#   guest g1 ═ our switch ═ TAP ─┴─ br0 ─ up0 ── the LAN (lan.sh)
. "$TOP/tests/net/lan.sh"
. "$TOP/tests/net/tap.sh"

setup() { lan_bridge; }
begin() {
	start_vmnet --user=$MACHINE_USER --name=lan --vmnet-mode=bridged --vmnet-interface=br0 "$@" $LOCATOR tap://
	DEVICE=vmnet-lan TAPS=/run/vde_vmnet/lan.tap
}
# A guest on a TAP, without DHCP.
lan_tap_guest() { # name host-number what…
	tap_guest "$1" "${@:3}"
	ip -n "$1" addr add 10.77.0."$2"/24 dev eth0
	ip -n "$1" route add default via $ROUTER
}
bridge_facts() { in_ns host cat /sys/class/net/br0/address /sys/class/net/br0/mtu; }
members() { ip -n host -o link show master br0 | grep -c ' vmnettap' || true; }

test_a_guest_is_on_the_lan() {
	before
	bridge_facts >/tmp/facts
	begin
	tap_guest t1
	lease t1
	expect_on_the_lan t1 br0
	guest g1 $SWITCH
	lease g1
	expect reaches t1 "$(leased g1 ip)"
	expect reaches g1 "$(leased t1 ip)"
	tap_guest t2 mac=52:54:00:12:34:56
	lease t2
	expect reaches t2 "$(leased t1 ip)"
	stream t1 host $HOST -t 1
	stream t1 peer $PEER -t 1 -R
	none bad_counters t1 host peer
	bridge_facts | diff /tmp/facts -
	# Guarded, and not the host's.
	local name guard
	name=$(told t2 1)
	expect grep -q '<.*,UP,LOWER_UP> .* master br0 ' <(device "$name")
	for guard in 'learning off' ' flood off' 'guard on' 'locked on' 'isolated off'; do
		expect grep -q "$guard " <(device "$name")
	done
	expect grep -q '52:54:00:12:34:56 .*sticky.* static' <(in_ns host bridge fdb show brport "$name")
	expect [ -z "$(ip -n host -o addr show dev "$name")" ]
	kill $PLUG_t1 $PLUG_t2 $PLUG_g1
	wait_for 5 no_taps
	stop_vmnet
	bridge_facts | diff /tmp/facts -
	expect same_as_before
}

# A bridge has its lowest member's address, and its smallest MTU.
test_the_bridge_is_left_as_it_is() {
	local mac mtu
	for mac in 02:00:00:00:77:02 fe:80:12:34:56:78; do
		for mtu in 9000 1400; do
			ip -n host link set up0 address $mac
			ip -n host link set up0 mtu $mtu
			bridge_facts >/tmp/facts
			begin --mtu=1300
			hold a mac=ee:ff:00:12:34:56
			expect [ "$(told a 3)" = 1300 ]
			expect [ "$(in_ns host cat /sys/class/net/"$(told a 1)"/mtu)" = $mtu ]
			bridge_facts | diff /tmp/facts -
			release a
			expect ask end
			bridge_facts | diff /tmp/facts -
			stop_vmnet
			bridge_facts | diff /tmp/facts -
		done
	done
	begin
	expect log_has 'br0 takes the lowest MAC address of its members, .*; to prevent that: ip link set br0 address fe:80:12:34:56:78'
	refute ask end mac=02:01:00:12:34:56 # its device would have a lower one
	stop_vmnet
	ip -n host link set br0 address fe:80:12:34:56:78
	begin
	expect [ "$(log_count 'br0 takes the lowest MAC address')" = 5 ]
	expect ask end mac=02:01:00:12:34:56
	# Who kept his TAP does not bring its MTU along.
	hold a
	stop_vmnet
	ip -n host link set up0 mtu 9000
	bridge_facts >/tmp/facts
	begin
	expect grep -q ' mtu 9000 .* master br0 ' <(device "$(told a 1)")
	bridge_facts | diff /tmp/facts -
}

test_isolated() {
	begin --isolated
	lan_tap_guest t1 11
	lan_tap_guest t2 12
	lan_guest g1 13
	wait_for 10 reaches t1 $PEER
	wait_for 10 reaches t2 $HOST
	wait_for 10 reaches g1 $PEER
	expect reaches peer 10.77.0.11
	refute reaches t1 10.77.0.12
	refute reaches t1 10.77.0.13
	refute reaches g1 10.77.0.11
	# As long as the worker's TAP is put back.
	ip -n host link set $DEVICE nomaster
	wait_for 3 log_has "$DEVICE was removed from br0"
	ip -n host link set $DEVICE master br0
	wait_for 3 log_has "$DEVICE is a member of br0 again"
	expect reaches g1 $PEER
	refute reaches g1 10.77.0.11
}

# Of a single port there is no rule on a bridge of others: it is not said that there is one.
test_a_port_cannot_be_isolated_from_taps() {
	local id
	control() { in_ns host /usr/bin/python3 tests/net/control.py /run/vde_vmnet/lan.control ask "$@"; }
	begin
	lan_guest g1 13
	wait_for 10 reaches g1 $PEER
	id=$(control query-ports | jq '.[] | select(.macs | length > 0) | select(.endpoint != null) | .id' | tail -1)
	control port-set "{\"id\":$id,\"isolated\":true}" >/tmp/said 2>&1 || true
	expect grep -q 'would still reach guests at tap://' /tmp/said
}

# Nothing passes that comes from an address which is not the guest's, nor does one that lives on the
# LAN, or is the host's, become a guest's.
test_addresses_of_others() {
	begin
	lan_tap_guest t1 11 mac=52:54:00:12:34:56
	wait_for 10 reaches t1 $PEER
	expect reaches host $PEER
	taken() {
		local said
		said=$(ask end mac="$1") && fail "$1 is given away"
		expect [ "${said#refused 98 }" != "$said" ]
	}
	taken "$(mac_of peer eth0)"
	taken "$(mac_of lan sw0)"
	taken "$(mac_of host br0)"
	taken "$(mac_of host $DEVICE)"
	taken 52:54:00:12:34:56
	lan_guest g1 13
	expect reaches g1 $PEER
	taken "$(mac_of g1 eth0)"
	# The guest's own, and the one by which his device would be another's.
	ip -n t1 link set eth0 address "$(mac_of peer eth0)"
	refute reaches t1 $HOST
	expect reaches host $PEER
	ip -n t1 link set eth0 address 52:54:00:12:34:56
	wait_for 5 reaches t1 $HOST
	hold thief take="$(mac_of peer eth0)"
	wait_for 5 log_has "$(told thief 1), which was created for uid [0-9]+, has a different MAC address from the one it was given; it is off the network"
	wait_for 5 prints '' ip -n host -o link show "$(told thief 1)" master br0
	expect grep -qv '<.*UP.*>' <(device "$(told thief 1)")
	wait_for 5 reaches host $PEER
	hold thief2 take=52:54:00:12:34:56
	wait_for 5 prints '' ip -n host -o link show "$(told thief2 1)" master br0
	wait_for 5 reaches t1 $PEER
	# An emulator that ends at our switch, and takes a TAP instead.
	local mac
	mac=$(mac_of g1 eth0)
	end $PLUG_g1
	wait_for 5 ask end mac="$mac"
}

# A guest that brings its own: of nobody else on the LAN.
test_a_guest_brings_its_address() {
	begin
	OWN=52:54:00:12:34:56 lan_tap_guest t1 11 learn
	wait_for 10 reaches t1 $PEER
	expect log_has "$(told t1 1): its guest has the MAC address 52:54:00:12:34:56"
	expect reaches host $PEER
	OWN="$(mac_of peer eth0)" lan_tap_guest t2 12 learn
	refute reaches t2 $ROUTER
	wait_for 5 log_has "$(told t2 1): its guest uses the MAC address $(mac_of peer eth0), which another guest or the host has"
	expect reaches host $PEER
	expect reaches t1 $PEER
	ip -n t2 link set eth0 address 52:54:00:12:34:57
	ip -n t2 route replace default via $ROUTER
	wait_for 15 reaches t2 $PEER
}

# ---- the LAN ----

from_guest() { sed -n 's/.*52:54:00:00:00:0b > \(01:80:c2[:0-9a-f]*\).*/\1/p' /tmp/at-"$1" | sort -u | wc -l; }
test_guests_are_no_switch_of_the_lan() {
	local stp ns
	for stp in 0 1; do
		ip -n host link set br0 type bridge stp_state $stp forward_delay 200 group_fwd_mask 0xfff8
		begin
		lan_tap_guest t1 11 mac=52:54:00:00:00:0b
		lan_guest g2 12
		wait_for 10 reaches t1 $PEER
		in_ns host cat /sys/class/net/br0/bridge/root_id >/tmp/root
		for ns in lan:lan0 g2:eth0; do
			dump /tmp/at-${ns%:*} ${ns%:*} -i ${ns#*:} -e 'ether src 52:54:00:00:00:0b'
		done
		in_ns t1 /usr/bin/python3 - <<-'P'
			import socket
			s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0))
			for last in range(1, 16):
			    s.send(bytes.fromhex("0180c20000%02x 52540000000b 88b5" % last) + bytes(46))
			s.send(bytes.fromhex("ffffffffffff 52540000000b 88b5") + bytes(46))
		P
		for ns in lan g2; do
			wait_for 5 grep -q 'ff:ff:ff:ff:ff:ff' /tmp/at-$ns
			expect [ "$(from_guest $ns)" = 0 ]
		done
		# A spanning tree's best root: with one of the host's, the guard closes the port.
		in_ns t1 /usr/bin/python3 - <<-'P'
			import socket
			s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0))
			s.send(bytes.fromhex("0180c2000000 52540000000b 0026 424203 0000 00 00 00 0000020000000001 00000000 0000020000000001 8001 0000 1400 0200 0f00") + bytes(8))
			s.send(bytes.fromhex("feffffffffff 52540000000b 88b6") + bytes(46))
		P
		if [ $stp = 1 ]; then
			wait_for 5 prints 'state disabled' eval 'in_ns host bridge -d link show dev "$(told t1 1)" | grep -o "state disabled"'
		else
			wait_for 5 grep -q '88b6' /tmp/at-lan
			expect reaches t1 $PEER
		fi
		expect [ "$(from_guest lan)" = 0 ]
		in_ns host cat /sys/class/net/br0/bridge/root_id | diff /tmp/root -
		kill $PLUG_t1
		wait_for 5 no_taps
		stop_vmnet
		ip netns del t1
		ip netns del g2
	done
}

test_no_tag_leaves() {
	local head
	begin
	lan_tap_guest t1 11 mac=52:54:00:00:00:0b
	wait_for 10 reaches t1 $PEER
	watch /tmp/at lan lan0 'ether src 52:54:00:00:00:0b and not arp and not icmp and not ip6'
	for head in 8100000588b5 8100000088b5 88a80064810000c888b5 9100006488b5 9200006488b5 88b6; do
		send_hex t1 eth0 "ffffffffffff 52540000000b $head" "$ZEROS"
	done
	wait_for 5 grep -q '88b6' /tmp/at
	cat /tmp/at
	expect [ "$(grep -c ' > ' /tmp/at)" = 1 ]
	expect in_ns host nft list table bridge vde_vmnet-lan >/tmp/table
	expect grep -q 'counter packets 5 ' /tmp/table
}

# A port that joins gets the bridge's own VLAN.
test_vlans() {
	ip -n host link set br0 type bridge vlan_filtering 1 2>/dev/null || skip 'no VLANs on bridges here'
	ip -n host link set br0 type bridge vlan_default_pvid 10
	wait_for 3 reaches host $ROUTER
	begin
	hold a mac=52:54:00:12:34:56
	expect grep -q ' 10 PVID Egress Untagged' <(in_ns host bridge vlan show dev "$(told a 1)")
	expect grep -q '52:54:00:12:34:56 .*vlan 10 .*sticky.* static' <(in_ns host bridge fdb show brport "$(told a 1)")
	release a
	lan_tap_guest t1 11
	wait_for 10 reaches t1 $PEER
	local said
	said=$(ask end mac="$(mac_of peer eth0)") && fail 'its address is given away'
	expect [ "${said#refused 98 }" != "$said" ]
}

# Also where the kernel has none: what it would say of the bridge.
say_of_vlans() { # pid filtering default
	nsenter -t "$1" -m sh -c "[ -e /sys/class/net/made-up ] || mount -t tmpfs tmpfs /sys/class/net
		mkdir -p /sys/class/net/made-up /sys/class/net/br0/bridge && cd /sys/class/net/br0/bridge && echo $2 >vlan_filtering && echo $3 >default_pvid"
}
test_no_vlan_for_new_ports() {
	local status=0 said
	snapshot >/tmp/before
	ip netns exec host sh -c "mount -t tmpfs tmpfs /sys/class/net && mkdir -p /sys/class/net/br0/bridge && cd /sys/class/net/br0/bridge &&
		echo 1 >vlan_filtering && echo 0 >default_pvid && cd / && exec '$PROGRAM' --vmnet-mode=bridged --vmnet-interface=br0 $LOCATOR tap://" 2>/tmp/err || status=$?
	cat /tmp/err
	expect [ $status = 3 ]
	expect [ "$(wc -l </tmp/err)" = 1 ]
	expect grep -q 'tap:// with --vmnet-interface=br0: it filters by VLAN and gives new ports none .default_pvid 0.' /tmp/err
	expect same_as_before
	begin
	lan_tap_guest t1 11
	wait_for 10 reaches t1 $PEER
	say_of_vlans $VMNET 1 0
	said=$(ask end) && fail 'it is no way anywhere'
	expect [ "$said" = 'refused 61 the TAP cannot join the bridge: the bridge filters by VLAN and gives new ports none (default_pvid 0)' ]
	expect reaches t1 $PEER # it has one
	# A bridge that comes back so is said once, and joined when it gives one.
	ip -n host link del br0
	wait_for 3 log_has 'br0 is gone'
	bridge_up
	wait_for 5 log_has "$(told t1 1), which uid [0-9]+ holds, cannot join br0 again: the bridge filters by VLAN and gives new ports none"
	expect stays_aside "$(told t1 1)"
	say_of_vlans $VMNET 1 5
	ip -n host link set up0 alias changed
	wait_for 10 reaches t1 $PEER
	expect [ "$(log_count 'cannot join br0 again')" = 1 ]
}

test_refused_on_a_nic() {
	local status=0
	ip -n host link del br0
	wait_for 3 carrier host up0
	snapshot >/tmp/before
	in_ns host "$PROGRAM" --vmnet-mode=bridged --vmnet-interface=up0 $LOCATOR tap:// 2>/tmp/err || status=$?
	cat /tmp/err
	expect [ $status = 3 ]
	expect [ "$(wc -l </tmp/err)" = 1 ]
	expect grep -q 'tap:// with --vmnet-interface=up0: TAPs need a bridge, and up0 is a NIC' /tmp/err
	expect same_as_before
	refute in_ns host "$PROGRAM" --check --vmnet-mode=bridged --vmnet-interface=up0 $LOCATOR tap:// 2>/dev/null
}

test_check_prints_it() {
	in_ns host "$PROGRAM" --check --name=lan --vmnet-mode=bridged --vmnet-interface=br0 $LOCATOR tap:// >/tmp/check
	expect grep -qx 'bridge     br0, which the device joins' /tmp/check
	expect grep -qx 'TAPs       of tap:// join it, too' /tmp/check
	expect grep -qx 'nftables   table bridge vde_vmnet-lan' /tmp/check
	expect grep -qx 'endpoint   tap:///run/vde_vmnet/lan.tap' /tmp/check
}

# ---- stop, kill, start ----

test_stop_and_start_with_a_guest() {
	before
	begin
	lan_tap_guest t1 11
	wait_for 10 reaches t1 $PEER
	stop_vmnet
	expect stays_aside "$(told t1 1)"
	refute reaches t1 $PEER
	expect [ "$(snapshot | diff /tmp/before - | grep '^[<>]' | grep -vc "$(told t1 1)")" = 0 ]
	begin
	expect log_has "$(told t1 1), which uid [0-9]+ still holds, has joined br0 again"
	wait_for 10 reaches t1 $PEER
	expect grep -q 'locked on' <(device "$(told t1 1)")
	expect is_guarded "$(told t1 1)"
	kill $PLUG_t1
	wait_for 5 no_taps
	stop_vmnet
	expect same_as_before
}
is_guarded() { in_ns host nft list set bridge vde_vmnet-"${2:-lan}" taps | grep "\"$1\"" >/dev/null; }

test_killed_with_a_guest() {
	before
	begin
	lan_tap_guest t1 11
	wait_for 10 reaches t1 $PEER
	kill -KILL $VMNET
	wait_for 5 stays_aside "$(told t1 1)"
	expect [ "$(members)" = 0 ]
	begin
	wait_for 10 reaches t1 $PEER
	# All but the watcher.
	kill -STOP $VMNET
	kill -KILL $VMNET "$(worker_pid)"
	wait_for 5 stays_aside "$(told t1 1)"
	begin
	wait_for 10 reaches t1 $PEER
	kill_with_watcher
	wait_for 5 ended $VMNET
	expect in_ns host "$PROGRAM" --cleanup --name=lan
	expect stays_aside "$(told t1 1)"
	kill $PLUG_t1
	wait_for 5 no_taps
	wait_for 5 prints '' eval 'ip -n host -o link | grep vmnet || true'
	rm -rf $SWITCH
	expect same_as_before
}

# At no moment is a guest's TAP on the bridge without its rules: they are asked before the watcher
# lets go of them.
test_killed_while_a_guest_speaks() {
	begin
	lan_tap_guest t1 11 mac=52:54:00:00:00:0b
	wait_for 10 reaches t1 $PEER
	watch /tmp/at lan lan0 'ether src 52:54:00:00:00:0b and vlan'
	in_ns t1 /usr/bin/python3 - <<-'P' &
		import socket
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0))
		while True:
		    s.send(bytes.fromhex("ffffffffffff 52540000000b 81000005 88b5") + bytes(46))
	P
	local speaker=$!
	wait_for 5 eval 'in_ns host nft list table bridge vde_vmnet-lan | grep "counter packets [0-9]\{3,\} " >/dev/null'
	kill -KILL $VMNET
	wait_for 5 stays_aside "$(told t1 1)"
	kill $speaker
	expect [ "$(lines /tmp/at)" = 0 ]
}

# ---- a bridge that goes and comes back ----

test_the_bridge_is_made_anew() {
	begin
	lan_tap_guest t1 11 mac=52:54:00:12:34:56
	lan_guest g1 13
	wait_for 10 reaches t1 $PEER
	ip -n host link del br0
	wait_for 3 log_has 'br0 is gone; guests stay attached'
	wait_for 5 stays_aside "$(told t1 1)"
	local said
	said=$(ask end) && fail 'there is nothing to join'
	expect [ "$said" = 'refused 100 br0 is gone; there will be TAPs again once it is back' ]
	bridge_up
	wait_for 3 log_has 'br0 is back'
	wait_for 10 reaches t1 $PEER
	expect reaches t1 10.77.0.13
	for guard in 'learning off' ' flood off' 'guard on' 'locked on'; do
		expect grep -q "$guard " <(device "$(told t1 1)")
	done
	expect grep -q '52:54:00:12:34:56 .*sticky.* static' <(in_ns host bridge fdb show brport "$(told t1 1)")
	expect is_guarded "$(told t1 1)"
	expect ask end
	# At once: nobody has seen it gone.
	ip -n host -batch - <<-'END'
		link del br0
		link add br0 type bridge
	END
	ip -n host link set up0 master br0
	host_address br0
	wait_for 10 reaches t1 $PEER
	# Under another name.
	ip -n host link set br0 down
	ip -n host link set br0 name br7
	wait_for 3 log_has 'br0 is now called br7'
	ip -n host link set br7 up
	wait_for 10 reaches t1 $PEER
	hold a
	expect grep -q 'master br7' <(device "$(told a 1)")
}

# Whoever takes a TAP off the bridge may have reasons.
test_a_tap_is_taken_off() {
	begin
	lan_tap_guest t1 11
	wait_for 10 reaches t1 $PEER
	ip -n host link set "$(told t1 1)" nomaster
	wait_for 5 log_has "$(told t1 1), which was created for uid [0-9]+, was taken off the bridge by other software; it is off the network"
	wait_for 5 stays_aside "$(told t1 1)"
	# The bridge's end does not bring it back.
	ip -n host link del br0
	wait_for 3 log_has 'br0 is gone'
	bridge_up
	wait_for 3 log_has 'br0 is back'
	hold a
	expect stays_aside_with_others "$(told t1 1)"
}
