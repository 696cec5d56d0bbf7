# SPDX-License-Identifier: GPL-2.0-or-later
# What mode bridged cannot use: one line that says why and what to do. And the list of what it can.
. "$TOP/tests/net/lan.sh"

setup() {
	lan
	host_address up0
	ip -n host link add br0 type bridge
	ip -n host link add member0 type veth peer name member1
	ip -n host link set member0 master br0
	ip -n host tuntap add dev tun0 mode tun
	ip -n host link add mv0 link up0 type macvlan mode bridge
	before
}

# refused INTERFACE 'pattern' [options…]
WANTED=3
refused() {
	local status=0 interface=$1 pattern=$2
	shift 2
	timeout 60 ip netns exec host "$PROGRAM" --vmnet-mode=bridged --vmnet-interface="$interface" "$@" $LOCATOR >/tmp/out 2>/tmp/err || status=$?
	[ $status = $WANTED ] || fail "$interface: status $status: $(cat /tmp/err)"
	[ "$(wc -l </tmp/err)" = 1 ] || fail "$interface: more than one line: $(cat /tmp/err)"
	grep -qE -- "$pattern" /tmp/err || fail "$interface: $(cat /tmp/err)"
	snapshot >/tmp/after
	diff /tmp/before /tmp/after || fail "$interface: the host changed"
}

test_interfaces_that_are_of_no_use() {
	refused lo 'vmnet-interface=lo is the loopback'
	refused tun0 'tun0 is not an Ethernet device; use --vmnet-mode=shared'
	refused mv0 'mv0 receives only what is sent to its own address'
	refused member0 'member0 is a member of the bridge br0; use --vmnet-interface=br0'
	# It may come yet.
	WANTED=1 refused absent0 'absent0: there is no such interface; available here: .*up0.*br0'
	WANTED=1 refused absent0 'there is no such interface' --check
	# Wireless, by what the kernel says of it: there is none here.
	mkdir -p /tmp/sys
	mount -t tmpfs tmpfs /tmp/sys
	ip netns exec host sh -c "mount -t tmpfs tmpfs /sys && mkdir -p /sys/class/net/up0/phy80211 &&
		! '$PROGRAM' --vmnet-mode=bridged --vmnet-interface=up0 $LOCATOR 2>/tmp/err"
	expect grep -q 'up0 is a Wi-Fi interface: access points drop frames .* use --vmnet-mode=shared' /tmp/err
	ip -n host tuntap add dev vmnet-other mode tap
	snapshot >/tmp/before
	refused vmnet-other 'is a device of vde_vmnet itself'
}

test_usable_ones_are_listed() {
	in_ns host "$PROGRAM" --vmnet-interface=? >/tmp/list
	cat /tmp/list
	expect grep -qE '^up0 +veth +10.77.0.2/24, fe80::[0-9a-f:]+/64 +up$' /tmp/list
	expect grep -qE '^br0 +bridge +no address +down$' /tmp/list
	refute grep -qE '^(lo|tun0|mv0|member0) ' /tmp/list
	in_ns host "$PROGRAM" --vmnet-mode=bridged --vmnet-interface '?' | diff /tmp/list -
	snapshot >/tmp/after
	diff /tmp/before /tmp/after
}

test_check_prints_the_plan() {
	in_ns host "$PROGRAM" --check --vmnet-mode=bridged --vmnet-interface=up0 $LOCATOR >/tmp/plan
	cat /tmp/plan
	expect grep -q '^network    bridged.up0 (bridged)' /tmp/plan
	expect grep -q '^interface  up0, shared through a packet socket' /tmp/plan
	refute grep -qE 'dnsmasq|DHCP|nftables' /tmp/plan
	in_ns host "$PROGRAM" --check --vmnet-mode=bridged --vmnet-interface=br0 $LOCATOR >/tmp/plan
	expect grep -q '^bridge     br0, which the device joins' /tmp/plan
	snapshot >/tmp/after
	diff /tmp/before /tmp/after
}
