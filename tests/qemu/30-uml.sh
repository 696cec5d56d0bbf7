# SPDX-License-Identifier: GPL-2.0-or-later
# User Mode Linux at our switch, as eth0=daemon: its socket has an abstract name.
. "$TOP/tests/qemu/guest.sh"

UML=$TOP/build/guest/linux.uml
setup() {
	[ -x "$UML" ] || skip 'no linux.uml here (the package user-mode-linux; tests/qemu/make-guest fetches it)'
	"$UML" --showconfig | grep '^CONFIG_UML_NET_DAEMON=y' >/dev/null || skip 'this linux.uml has no eth0=daemon any more'
	prepare_guests
	install -m 755 "$UML" /tmp/linux.uml
	topology
	serve_dns
	mkdir /tmp/www /tmp/uml
	head -c 2000000 /dev/urandom >/tmp/www/file
	serve_web /tmp/www
	chown $MACHINE_USER /tmp/uml
}

# With the kernel's own words for a switch: where ctl is.
boot_uml() { # NAME SCRIPT DIRECTORY
	make_initrd "$1" "$2"
	HOME=/tmp/uml TMPDIR=/tmp/uml ip netns exec host "${AS_USER[@]}" /tmp/linux.uml mem=96M initrd=/tmp/"$1".initrd \
		root=/dev/ram0 rdinit=/init con=null con0=null,fd:1 quiet loglevel=1 name="$1" umid="$1" \
		eth0=daemon,52:54:00:00:00:77,unix,"$3"/ctl </dev/null >/tmp/"$1".serial 2>/tmp/"$1".qemu &
	echo $! >/tmp/"$1".pid
}

test_user_mode_linux_joins_as_a_daemon() {
	local sum
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	boot_uml a '
		lease
		server=$(resolve www.example.test)
		try ping-gateway ping -c 1 -W 30 $(cat /tmp/gateway)
		try fetch wget -q -O /tmp/file http://$server/file
		say sha256 $(sha256sum </tmp/file | cut -c -64)
		say served
		sleep 1000' $SWITCH
	await a 40 served
	expect [ "$(told a ping-gateway)" = ok ]
	sum=$(sha256sum </tmp/www/file)
	expect [ "$(told a sha256)" = "${sum%% *}" ]
	expect reaches host "$(told a lease)"
	# And its neighbours.
	guest g2 $SWITCH
	lease g2
	expect reaches g2 "$(told a lease)"
}
