# SPDX-License-Identifier: GPL-2.0-or-later
# A network that root started, and the service, on one machine.
. "$TOP/tests/systemd/machine.sh"

setup() {
	topology
	boot_machine
	install_machine
}
# A network that root starts, as by hand.
roots_own() {
	on_machine systemd-run --quiet --collect --unit=roots /usr/local/sbin/vde_vmnet \
		--name=roots --vmnet-mode=host --vmnet-gateway=10.9.9.1 --vde-group=vde-vmnet
	wait_for 5 journal_has 'ready: ' roots
}
owners() { on_machine_sh 'stat -c "%n %U" /run/vde_vmnet /run/vde_vmnet/*'; }
ours_is_refused() {
	refute on_machine systemctl start vde_vmnet@shared 2>/tmp/err
	expect grep -q 'Assertion failed on job for vde_vmnet@shared.service' /tmp/err
	expect journal_has 'Starting requested but asserts failed'
}

# The service manager would give the service all that is in the directory.
test_service_keeps_away_from_roots_own() {
	roots_own
	owners >/tmp/before
	ours_is_refused
	owners | diff /tmp/before -
	# It goes on: who comes now is let in as before.
	guest g1 /run/vde_vmnet/roots.ctl
	lease g1
	expect reaches g1 10.9.9.1
	on_machine systemctl stop roots
	refute on_machine test -e /run/vde_vmnet
	expect on_machine systemctl start vde_vmnet@shared
	expect [ "$(service ActiveState)" = active ]
}

# What a killed one left is root's to undo.
test_cleanup_makes_way_for_the_service() {
	roots_own
	on_machine systemctl kill --kill-whom=all --signal=KILL roots
	wait_for 5 roots_ended
	ours_is_refused
	expect on_machine /usr/local/sbin/vde_vmnet --name=roots --cleanup
	expect on_machine systemctl start vde_vmnet@shared
}
roots_ended() { ! on_machine systemctl is-active --quiet roots; }
