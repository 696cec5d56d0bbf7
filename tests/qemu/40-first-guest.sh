# SPDX-License-Identifier: GPL-2.0-or-later
# What make guest does, as the user who started the network by sudo.
. "$TOP/tests/qemu/guest.sh"

setup() {
	prepare_guests
	topology
	serve_dns
}

# The programs where the user can see them, and a console that is typed at.
first_guest() { # [network]
	mkdir -p /tmp/build/guest
	install -m 644 /tmp/guest.vmlinuz /tmp/build/guest/vmlinuz
	install -m 644 /tmp/guest.initrd /tmp/build/guest/initrd
	install -m 755 "${PROGRAM%/*}/vde_vmnetctl" /tmp/build
	mkdir -p /tmp/tree/etc /tmp/tree/tests
	install -m 755 "$TOP/etc/install-packages.sh" /tmp/tree/etc
	cp -r "$TOP/tests/qemu" /tmp/tree/tests
	touch -d '1 minute' /tmp/build/guest/initrd # newer than what it is made of, by any clock
	mkfifo /tmp/keys
	ip netns exec host "${AS_USER[@]}" /tmp/tree/tests/qemu/first-guest /tmp/build "$@" </tmp/keys >/tmp/screen 2>&1 &
	GUEST=$!
	exec 8>/tmp/keys
}
# Or it is over, and that is shown at once.
shown_or_ended() { screen_has "$1" || ended $GUEST; }
screen_has() { tr -d '\r' </tmp/screen | grep -E -- "$1" >/dev/null; }

test_it_shows_its_address_and_leaves_a_shell() {
	start_vmnet
	first_guest
	wait_for 120 shown_or_ended 'guest# '
	expect screen_has '^This guest has the address 192\.168\.105\.[0-9]+\.$'
	expect screen_has '^  the gateway answers \(192\.168\.105\.1\)$'
	echo 'echo $((40 + 2)) is typed' >&8
	wait_for 30 screen_has '^42 is typed'
	echo 'poweroff -f' >&8
	wait_for 30 ended $GUEST
	expect wait $GUEST
	exec 8>&-
	stop_vmnet
}

test_without_a_network_it_says_what_to_do() {
	first_guest
	refuses 'no network runs here; start one in another terminal: sudo make up'
}

test_another_network_than_the_named_one_runs() {
	start_vmnet
	first_guest nope
	refuses "there is no network 'nope' here: .*"
	stop_vmnet
}

test_a_network_where_qemu_cannot_attach_by_itself() {
	start_vmnet --name=lab tap:// stream:///tmp/lab.sock
	first_guest
	refuses 'the first endpoint must be switch:// or stream://; network lab has tap:///run/vde_vmnet/lab\.tap stream:///tmp/lab\.sock'
	stop_vmnet
}

refuses() { # REGEX
	local status=0
	wait_for 10 ended $GUEST
	wait $GUEST || status=$?
	expect [ $status = 1 ]
	screen_has "^make guest: $1\$" || fail "$(cat /tmp/screen)"
	expect [ "$(wc -l </tmp/screen)" = 1 ]
	exec 8>&-
}
