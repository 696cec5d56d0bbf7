# SPDX-License-Identifier: GPL-2.0-or-later
# A real guest on the LAN of the host's NIC: its lease is the LAN's.
. "$TOP/tests/qemu/guest.sh"
. "$TOP/tests/net/lan.sh"

setup() {
	prepare_guests
	lan
	host_address up0
	mkdir /tmp/www
	head -c 4000000 /dev/urandom >/tmp/www/file
	in_ns peer busybox httpd -p $PEER:80 -h /tmp/www
	in_ns host busybox httpd -p $HOST:80 -h /tmp/www
}

test_guest_on_the_lan() {
	local options sum
	start_vmnet --user=$MACHINE_USER --vmnet-mode=bridged --vmnet-interface=up0 $LOCATOR
	read -ra options < <(sed -n 's/.*ready: .*; QEMU: //p' $LOG)
	expect [ ${#options[@]} -ge 4 ]
	boot a "
		lease
		try ping-router ping -c 1 -W 30 \$(cat /tmp/gateway)
		for server in $PEER $HOST; do
			try fetch wget -q -O /tmp/file http://\$server/file
			say sha256-\$server \$(sha256sum </tmp/file | cut -c -64)
		done
		say served
		sleep 100" "${options[@]}"
	await a 60 served
	[[ $(told a lease) =~ ^10\.77\.0\.1[0-9][0-9]$ ]] || guest_fail a "address '$(told a lease)'"
	expect grep -q "$(told a lease)" /tmp/lan.leases
	sum=$(sha256sum </tmp/www/file)
	expect [ "$(told a sha256-$PEER)" = "${sum%% *}" ]
	expect [ "$(told a sha256-$HOST)" = "${sum%% *}" ]
	expect reaches peer "$(told a lease)"
	expect reaches host "$(told a lease)"
}
