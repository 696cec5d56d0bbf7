# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed keeps the host's managers of networks off our devices: the real
# NetworkManager, and the rules of the real udev. (networkd: tests/systemd.)
. "$TOP/tests/firewall/firewalls.sh"

IDENTIFIER=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb

setup() {
	[ -d $FIREWALLS/usr/lib/NetworkManager ] || skip "first: tests/firewall/make-firewalls"
	own_system
	mount -t tmpfs -o mode=755 tmpfs /usr/local
	make -s -C "$TOP" install >/tmp/make.log 2>&1 || fail "$(cat /tmp/make.log)"
	topology
}
ours() { ip -n host -o link | sed -n 's/^[0-9]*: \(vmnet-[^:@]*\).*/\1/p'; }

# With our file alone of all that is installed. It waits for udev where it could write to /sys.
start_manager() {
	mkdir -p /tmp/none
	find /usr/lib/NetworkManager/conf.d -type f ! -name vde_vmnet.conf -delete
	printf '%s\n' '[main]' plugins=keyfile dns=none hostname-mode=none '[keyfile]' path=/tmp/none >/tmp/manager.conf
	bus_start
	export LC_ALL=C LD_LIBRARY_PATH
	LD_LIBRARY_PATH=$(echo $FIREWALLS/usr/lib/*-linux-gnu)
	in_ns host sh -c 'mount -o remount,ro /sys; exec "$@"' sh $FIREWALLS/usr/sbin/NetworkManager \
		--no-daemon --config=/tmp/manager.conf --config-dir=/tmp/none >/tmp/manager.log 2>&1 &
	wait_for 10 state up0 'connected (externally)'
}
nmcli() { in_ns host $FIREWALLS/usr/bin/nmcli "$@"; }
state() { nmcli -t -f DEVICE,STATE device 2>/dev/null | grep -xF "$1:$2" >/dev/null; }
# When it has taken one that came later, it has left those before alone.
comes_to() { # device
	ip -n host tuntap add dev "$1" mode tap
	ip -n host addr add 192.0.2.1/24 dev "$1"
	ip -n host link set "$1" up
	wait_for 5 state "$1" 'connected (externally)'
}

test_networkmanager_leaves_our_devices_alone() {
	local device
	start_manager
	start_vmnet switch:///tmp/ctl
	comes_to later0
	expect state vmnet-shared unmanaged
	stop_vmnet
	start_vmnet --vmnet-mode=host --vmnet-network-identifier=$IDENTIFIER switch:///tmp/ctl
	comes_to later1
	expect [ "$(ours | wc -l)" = 2 ]
	for device in $(ours); do expect state "$device" unmanaged; done
	stop_vmnet
	# Without our file it is another device of the host.
	rm /usr/lib/NetworkManager/conf.d/vde_vmnet.conf
	nmcli general reload
	start_vmnet switch:///tmp/ctl
	wait_for 5 state vmnet-shared 'connected (externally)'
}

# Name and address are those that we gave, whatever the defaults are. The real udevd, which
# hears of the devices of ns host alone.
test_udev_changes_nothing() {
	local form device
	mkdir -p /usr/lib/systemd/network /run/udev/rules.d
	cp $FIREWALLS/usr/lib/systemd/network/99-default.link /usr/lib/systemd/network
	cp -an $FIREWALLS/usr/lib/udev /usr/lib
	ip -n host link add other0 type bridge
	links >/tmp/before
	in_ns host bash -c 'exec -a systemd-udevd "$0"' $FIREWALLS/usr/bin/udevadm >/tmp/udevd.log 2>&1 &
	wait_for 5 test -S /run/udev/control
	expect udev_sets_up other0
	expect grep -q 'ID_NET_LINK_FILE=.*/99-default.link' /tmp/udev
	links >/tmp/after
	refute diff /tmp/before /tmp/after # but ours
	for form in shared "host --vmnet-network-identifier=$IDENTIFIER" 'bridged --vmnet-interface=up0'; do
		start_vmnet --vmnet-mode=$form switch:///tmp/ctl
		links >/tmp/before
		for device in $(ours); do
			expect udev_sets_up "$device"
			expect grep -q 'ID_NET_LINK_FILE=.*/00-vde_vmnet.link' /tmp/udev
			expect grep -q "ID_NET_NAME=$device$" /tmp/udev
		done
		links >/tmp/after
		expect diff /tmp/before /tmp/after
		stop_vmnet
	done
}
links() { ip -n host -br link | awk '{ print $1, $3 }'; }
udev_sets_up() { # device
	in_ns host $FIREWALLS/usr/bin/udevadm trigger --settle --action=add /sys/class/net/"$1" &&
		in_ns host $FIREWALLS/usr/bin/udevadm info /sys/class/net/"$1" >/tmp/udev
}
