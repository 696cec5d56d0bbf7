# SPDX-License-Identifier: GPL-2.0-or-later
# User Mode Linux: at our switch, as eth0=daemon, where its socket has an abstract name; and at
# seqpacket://, by its vector transport.
. "$TOP/tests/qemu/guest.sh"
. "$TOP/tests/qemu/uml.sh"

setup() {
	prepare_uml
	prepare_guests
	topology
	serve_dns
	mkdir /tmp/www
	head -c 2000000 /dev/urandom >/tmp/www/file
	serve_web /tmp/www
}

USES_THE_NETWORK='
	lease
	server=$(resolve www.example.test)
	try ping-gateway ping -c 1 -W 30 $(cat /tmp/gateway)
	try fetch wget -q -O /tmp/file http://$server/file
	say sha256 $(sha256sum </tmp/file | cut -c -64)
	say served
	sleep 1000'
expect_network_used() { # guest
	local sum
	await "$1" 60 served
	expect [ "$(told "$1" ping-gateway)" = ok ]
	sum=$(sha256sum </tmp/www/file)
	expect [ "$(told "$1" sha256)" = "${sum%% *}" ]
	expect reaches host "$(told "$1" lease)"
}

# A member of the group, with the words that a start says; and two of them.
test_user_mode_linux_joins_by_a_vector_device() {
	needs VECTOR vector
	AS_USER=("${MEMBER[@]}")
	start_vmnet --user=daemon --vde-group=games seqpacket:///tmp/uml.sock switch:///tmp/ours
	expect log_has 'User Mode Linux: vec0:transport=bess,dst=/tmp/uml.sock$'
	boot_uml a "$USES_THE_NETWORK" "$(sed -n 's/.*; User Mode Linux: //p' $LOG),mac=52:54:00:00:00:77"
	boot_uml b "$USES_THE_NETWORK" "$(sed -n 's/.*; User Mode Linux: //p' $LOG),mac=52:54:00:00:00:78"
	expect_network_used a
	expect_network_used b
	refute [ "$(told a lease)" = "$(told b lease)" ]
	guest g2 /tmp/ours
	lease g2
	expect reaches g2 "$(told a lease)"
	expect reaches g2 "$(told b lease)"
	counters 9 >/tmp/counters
	refute grep -qE '[0-9] (error|too long|peer full)' /tmp/counters
}

test_user_mode_linux_joins_as_a_daemon() {
	needs DAEMON 'eth0=daemon any more'
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	boot_uml a "$USES_THE_NETWORK" eth0=daemon,52:54:00:00:00:77,unix,$SWITCH/ctl # where ctl is
	expect_network_used a
	# And its neighbours.
	guest g2 $SWITCH
	lease g2
	expect reaches g2 "$(told a lease)"
}

# As a member of the group, with a name of its own and, where this UML can, with libvdeplug: each
# is killed, and the next has the same MAC address.
test_a_members_user_mode_linux_comes_again() {
	needs DAEMON 'eth0=daemon any more'
	local name eth0 names='a b'
	! "$UML" --showconfig | grep '^CONFIG_UML_NET_VDE=y' >/dev/null || names+=' c' # Debian 12's has it
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH
	AS_USER=("${MEMBER[@]}")
	for name in $names; do
		eth0=daemon,52:54:00:00:00:77,unix,$SWITCH/ctl
		[ $name != c ] || eth0=vde,$SWITCH,52:54:00:00:00:77
		boot_uml $name '
			lease
			try ping-gateway ping -c 1 -W 30 $(cat /tmp/gateway)
			sleep 1000' eth0="$eth0"
		await $name 60 'ping-gateway ok'
		expect reaches host "$(told $name lease)"
		end "$(qemu_pid $name)" -KILL
	done
	refute log_has 'refused a client'
}
