# SPDX-License-Identifier: GPL-2.0-or-later
# The README's first command.

setup() {
	topology
	serve_dns
}

up_log() { grep -qE -- "$1" /tmp/up; }

# On a terminal of its own, for Ctrl-C (which a shell's background commands ignore).
up() {
	mkfifo /tmp/keys
	exec 7<>/tmp/keys
	ip netns exec host env --default-signal=INT "$@" script -qec "make -s -C $TOP up" /dev/null <&7 >/tmp/up 2>&1 &
	UP=$!
	wait_for 30 up_log 'Ctrl-C here'
	SWITCH=$(sed -n 's/^qemu-system-x86_64 -netdev vde,.*sock=\([^ ]*\) .*/\1/p' /tmp/up)
}

# As the user of sudo, whose emulators shall reach it.
test_up_serves_a_guest_and_leaves_nothing() {
	before
	up SUDO_UID="$(id -u $MACHINE_USER)"
	expect [ "$(stat -c %U "$SWITCH/ctl")" = $MACHINE_USER ]
	guest g1 "$SWITCH"
	lease g1
	expect reaches g1 $SERVER
	refute ip netns exec host make -s -C "$TOP" up
	expect reaches g1 $SERVER
	printf '\003' >&7
	wait_for 5 ended $UP
	expect same_as_before
}

test_up_as_root_without_sudo() {
	up
	guest g1 "$SWITCH"
	lease g1
	expect reaches g1 $SERVER
}
