# SPDX-License-Identifier: GPL-2.0-or-later
# A guest under QEMU that has a TAP of tap://, beside one of a switch.
. "$TOP/tests/qemu/guest.sh"

setup() {
	prepare_guests
	network_with_a_file 8000000
}

# Checksums and super-frames are the two kernels' own affair: what comes is whole.
test_an_unprivileged_guest_by_descriptor() {
	start_vmnet switch:///tmp/our.ctl tap://
	guest g1 /tmp/our.ctl
	lease g1
	AS_USER+=(/usr/bin/python3 "$TOP/tests/net/tapclient.py" /run/vde_vmnet/shared.tap --)
	boot a "
		lease
		server=\$(resolve www.example.test)
		try gateway ping -c 1 -W 30 \$(cat /tmp/gateway)
		try neighbour ping -c 1 -W 30 $(leased g1 ip)
		try fetch wget -q -O /tmp/file http://\$server/file
		say sha256 \$(sha256sum </tmp/file | cut -c -64)
		try name ping -c 1 -W 30 g1.vmnet.internal
	" -netdev 'tap,id=net0,fd={fd}' -device 'virtio-net-pci,netdev=net0,mac={mac}'
	await_end a 60
	local sum what
	[[ $(told a lease) =~ ^192\.168\.105\.[0-9]+$ ]] || guest_fail a "address '$(told a lease)'"
	sum=$(sha256sum </tmp/www/file)
	expect [ "$(told a sha256)" = "${sum%% *}" ]
	for what in gateway neighbour name; do
		expect [ "$(told a $what)" = ok ]
	done
	wait_for 5 no_tap
}
no_tap() { ! ip -n host -o link | grep ' vmnettap'; }
