# SPDX-License-Identifier: GPL-2.0-or-later
# A person's own QEMU at a service's endpoints: alice is in the group, and nothing more. With the
# options that the service names, word by word.
. "$TOP/tests/systemd/machine.sh"
. "$TOP/tests/qemu/guest.sh"

setup() {
	topology
	serve_dns
	boot_machine # which empties /tmp
	install_machine
	prepare_guests
}

boot_as_told() { # NAME
	local line
	line=$(journal | sed -n 's/.*ready: .*; QEMU: //p' | tail -1)
	eval "options=($line)"
	boot "$1" '
		lease
		server=$(resolve www.example.test)
		try ping-gateway ping -c 1 -W 30 $(cat /tmp/gateway)
		try ping-outside ping -c 1 -W 30 $server
		sleep 1000' "${options[@]}"
	await "$1" 60 'ping-outside ok'
}

test_qemu_at_the_switch_of_a_service() {
	expect on_machine systemctl start vde_vmnet@shared
	boot_as_told a
}

# An emulator of the older format makes a socket of its own beside the service's.
test_qemu_at_a_point_of_a_service() {
	local directory=/run/vde_vmnet/shared.ptp
	echo endpoint=ptp://$directory/vm >>$MACHINE/root/etc/vde_vmnet/shared.conf
	expect on_machine systemctl start vde_vmnet@shared
	expect [ "$(on_machine stat -c '%a %U %G' $directory)" = '1770 vde-vmnet vde-vmnet' ]
	boot_as_told a
	expect [ "$(on_machine stat -c '%a %U %G' $directory/vm+)" = '770 alice vde-vmnet' ]
	# Who is not in the group is kept out, as ever.
	be bob
	refute as_user test -e $directory/vm
	# What a killed emulator leaves is no reason for anything to stay, nor for another's to wait.
	end "$(qemu_pid a)" -KILL
	expect on_machine test -S $directory/vm+
	on_machine systemctl stop vde_vmnet@shared
	refute on_machine test -e $directory
	expect on_machine systemctl start vde_vmnet@shared
	on_machine usermod -aG vde-vmnet bob
	be bob
	boot_as_told b
	refute journal_has 'error|warning|cannot|denied|Permission'
}

# Right in the service's own directory only it makes anything.
test_a_point_whose_directory_is_closed_is_told() {
	echo 'endpoint=ptp:///run/vde_vmnet/vm' >>$MACHINE/root/etc/vde_vmnet/shared.conf
	expect on_machine systemctl start vde_vmnet@shared
	wait_for 3 journal_has 'ptp:///run/vde_vmnet/vm: members of the group cannot attach: .*; choose a path in a directory that does not exist yet'
}

# A socket in the service's own directory, which members pass through.
test_qemu_at_a_stream_of_a_service() {
	local socket=/run/vde_vmnet/shared.sock pid
	qemu-system-x86_64 -nographic -netdev help | grep -x stream >/dev/null || skip 'this QEMU has no -netdev stream'
	echo endpoint=stream://$socket >>$MACHINE/root/etc/vde_vmnet/shared.conf
	expect on_machine systemctl start vde_vmnet@shared
	expect [ "$(on_machine stat -c '%a %U %G' $socket)" = '770 vde-vmnet vde-vmnet' ]
	boot_as_told a
	be bob
	refute as_user sh -c "socat -u OPEN:/dev/null UNIX-CONNECT:$socket 2>/dev/null"
	# What a killed one leaves is taken over, and at the end nothing stays.
	pid=$(service MainPID)
	on_machine systemctl kill --signal=KILL vde_vmnet@shared
	wait_for 20 came_back shared "$pid"
	expect on_machine test -S $socket
	on_machine systemctl stop vde_vmnet@shared
	refute on_machine test -e $socket
	refute journal_has 'error|warning: stream|denied|Permission'
}
