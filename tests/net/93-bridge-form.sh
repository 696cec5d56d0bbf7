# SPDX-License-Identifier: GPL-2.0-or-later
# The bridge form, which tap:// makes: the network's device is a bridge of ours, and the worker's
# TAP a member of it.
#
#   guest ═ our switch ═ vmnet_shared ─ vmnet-shared (bridge, gateway) ─ ns host ─ up0 ── ns inet
#
# What a network does is the same in both forms: the first tests are those of other files.

test_it_leases() { in_bridge_form 10-lease test_guest_leases_an_address; }
test_it_resolves_names() { in_bridge_form 10-lease test_guest_resolves_names; }
test_it_tells_range_mask_and_mtu() { in_bridge_form 10-lease test_range_mask_and_mtu_are_told; }
test_it_passes_errors() { in_bridge_form 20-nat test_icmp_and_traceroute_errors_pass; }
test_it_passes_large_transfers() { in_bridge_form 20-nat test_large_transfers_are_whole; }
test_it_lets_nobody_in() { in_bridge_form 20-nat test_nobody_comes_in; }
test_it_lets_nobody_lie() { in_bridge_form 20-nat test_guests_cannot_lie_about_their_source; }
test_it_gives_ipv6() { in_bridge_form 25-ipv6 test_guest_makes_an_address_and_gets_out; }
test_it_leases_in_ipv6() { in_bridge_form 25-ipv6 test_lease_and_names; }
test_it_has_no_ipv6_when_that_is_off() { in_bridge_form 25-ipv6 test_off; }
test_it_has_no_second_gateway() { in_bridge_form 38-guard test_nobody_else_is_the_gateway; }
test_it_is_a_host_network() { in_bridge_form 45-host test_nothing_is_forwarded_in_either_direction; }
test_it_stops_without_residue() { in_bridge_form 50-life test_stop_leaves_nothing_by_any_signal; }
test_it_is_killed_without_residue() { in_bridge_form 50-life test_killed_host_process_takes_all_along; }
test_its_worker_is_killed() { in_bridge_form 50-life test_killed_worker_ends_the_daemon; }
test_its_host_network_leaves_nothing() { in_bridge_form 45-host test_other_devices_are_left_alone_and_nothing_stays; }
test_it_keeps_its_name() { in_bridge_form 28-device test_another_name; }
test_it_keeps_its_mac() { in_bridge_form 28-device test_another_mac_address; }
test_it_keeps_its_mtu() { in_bridge_form 28-device test_another_mtu; }
test_it_keeps_its_routes() { in_bridge_form 28-device test_our_routes; }

SWITCH=/tmp/our.ctl
begin() { # options
	topology
	start_vmnet "$@" switch://$SWITCH tap://
	guest g1 $SWITCH
	static_address g1 9
	wait_for 5 reaches g1 $GATEWAY
}
bridge() { in_ns host cat /sys/class/net/vmnet-"${2:-shared}"/bridge/"$1"; }
port() { in_ns host cat /sys/class/net/vmnet_shared/brport/"$1"; }
device() { in_ns host cat /sys/class/net/"$1"/"$2"; }
is_member() { ip -n host -o link show vmnet_shared | grep ' master vmnet-shared ' >/dev/null; }
no_device() { ! ip -n host -o link | grep -E 'vmnet[-_]'; }

test_the_device_is_a_bridge() {
	local mac
	topology
	start_vmnet switch://$SWITCH
	refute ip -n host link show vmnet_shared
	mac=$(device vmnet-shared address)
	stop_vmnet
	start_vmnet --mtu=4000 switch://$SWITCH tap://
	expect [ "$(device vmnet-shared address)" = "$mac" ]
	expect [ "$(bridge stp_state) $(bridge forward_delay) $(bridge multicast_snooping)" = '0 0 0' ]
	expect [ "$(device vmnet-shared mtu) $(device vmnet_shared mtu)" = '4000 4000' ]
	expect is_member
	expect [ "$(port learning) $(port isolated) $(port unicast_flood)" = '0 0 1' ]
	# The host has no address on the member, and no route by it.
	expect [ -z "$(ip -n host -o addr show dev vmnet_shared)" ]
	expect [ -z "$(ip -n host route show table all dev vmnet_shared)" ]
	stop_vmnet
	expect no_device
}

# A guest of ours cannot fill the bridge's table, which has no bounds in older kernels.
test_it_learns_no_addresses() {
	begin
	expect [ "$(in_ns host bridge fdb show br vmnet-shared dynamic | wc -l)" = 0 ]
}

test_isolated() {
	begin --isolated
	expect [ "$(port isolated)" = 1 ]
}

test_other_software_changes_the_member() {
	begin
	put_back() { wait_for 5 log_has "something that guests need: $1; it was restored"; }
	ip -n host link set vmnet_shared nomaster
	put_back 'vmnet_shared was removed from vmnet-shared'
	wait_for 5 is_member
	wait_for 5 prints 0 port learning
	wait_for 5 reaches g1 $GATEWAY
	ip -n host link add br0 type bridge
	ip -n host link set vmnet_shared mtu 1400
	put_back 'the MTU of vmnet_shared was 1400'
	ip -n host link set vmnet_shared address 02:11:22:33:44:55
	put_back 'the MAC address of vmnet_shared was 02:11:22:33:44:55'
	ip -n host link set vmnet_shared down
	put_back 'vmnet_shared was down'
	wait_for 5 reaches g1 $GATEWAY
	ip -n host link set vmnet_shared master br0
	wait_for 5 log_has 'it is not restored this time, .*: ip link set vmnet_shared master vmnet-shared$'
}

test_the_member_is_deleted() {
	begin
	ip -n host link delete vmnet_shared
	wait_for 5 ended $VMNET
	expect log_has 'the device vmnet_shared is gone: other software deleted it'
	expect no_device
}
test_the_member_is_moved_away() {
	begin
	ip -n host link set vmnet_shared netns inet
	wait_for 5 ended $VMNET
	expect log_has 'the device vmnet_shared is gone: .*another network namespace'
	expect no_device
	refute ip -n inet link show vmnet_shared
}
test_the_bridge_is_deleted() {
	begin
	ip -n host link delete vmnet-shared
	wait_for 5 ended $VMNET
	expect log_has 'the device vmnet-shared is gone: other software deleted it'
	expect no_device
}

# Unlike a TAP, a bridge outlives its process: the watcher removes it, in either mode.
test_killed_in_mode_host() {
	topology
	before
	start_vmnet --vmnet-mode=host switch://$SWITCH tap://
	expect [ "$(bridge stp_state host)" = 0 ]
	kill -KILL $VMNET
	wait_for 5 no_device
	expect in_ns host "$PROGRAM" --cleanup --name=host
	expect same_as_before
}
test_killed_with_the_watcher() {
	topology
	before
	start_vmnet switch://$SWITCH tap://
	kill_with_watcher
	wait_for 5 ended $VMNET
	expect [ "$(bridge stp_state)" = 0 ]
	expect in_ns host "$PROGRAM" --check switch://$SWITCH tap:// >/tmp/check
	start_vmnet switch://$SWITCH tap://
	expect is_member
	kill_with_watcher
	wait_for 5 ended $VMNET
	expect in_ns host "$PROGRAM" --cleanup
	expect no_device
	expect same_as_before
}

# Between the bridge and our name on it there is only its record.
test_killed_while_the_bridge_is_made() {
	local mac=02:00:00:00:00:77
	topology
	left() {
		install -d -m 711 /run/vde_vmnet
		printf '+%s\n' "network $(stat -Lc %i /run/netns/host)" "bridge $1 $2" >/run/vde_vmnet/shared.state
	}
	ip -n host link add vmnet-shared address $mac type bridge
	left vmnet-shared $mac
	expect in_ns host "$PROGRAM" --cleanup
	expect no_device
	# One that is not it stays.
	ip -n host link add vmnet-shared address 02:00:00:00:00:78 type bridge
	left vmnet-shared $mac
	expect in_ns host "$PROGRAM" --cleanup
	refute no_device
	ip -n host link add dummy7 address $mac type veth
	left dummy7 $mac
	expect in_ns host "$PROGRAM" --cleanup
	expect ip -n host link show dummy7
}

test_a_name_that_is_taken() {
	local status=0
	topology
	ip -n host link add vmnet_shared type veth
	in_ns host "$PROGRAM" switch://$SWITCH tap:// 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect grep -q 'a device vmnet_shared already exists; remove it, or use another --name' /tmp/err
	ip -n host link delete vmnet_shared
	expect no_device
}

test_check_prints_it() {
	topology
	in_ns host "$PROGRAM" --check switch://$SWITCH tap:// >/tmp/check
	expect grep -qx 'bridge     vmnet-shared, which the TAP vmnet_shared joins' /tmp/check
	expect grep -qx 'endpoint   tap:///run/vde_vmnet/shared.tap' /tmp/check
	expect no_device
}

# Two networks in this form, and one in the other, know nothing of each other.
test_beside_others() {
	begin
	local first=$VMNET
	start_vmnet --name=two switch:///tmp/two.ctl tap://
	start_vmnet --name=three switch:///tmp/three.ctl
	expect in_ns host ip link show vmnet_two
	refute in_ns host ip link show vmnet_three
	refute log_has 'made this host an IPv[46] router'
	guest g2 /tmp/two.ctl
	lease g2
	refute reaches g2 192.168.105.9
	end $first
	expect reaches g2 "$(leased g2 router)"
}
