# SPDX-License-Identifier: GPL-2.0-or-later
# Every command of the documents that is systemd's works as it stands there, by alice, who may use
# sudo; tests/install/70-documents.sh has the others.
. "$TOP/tests/systemd/machine.sh"
. "$TOP/tests/install/commands.sh"

setup() {
	topology
	boot_machine # which empties /tmp
	: >$LOG
	install_machine
	mkdir $ALICE
	printf 'alice ALL = NOPASSWD: ALL\nDefaults:alice env_keep += EDITOR\n' >$MACHINE/root/etc/sudoers.d/alice
	printf '#!/bin/sh\necho "[Service]" >"$1"\n' >/tmp/editor
	chmod 755 /tmp/editor
}
on_host() { on_machine "$@"; }

said_to_a_service() { # command
	on_machine systemctl start vde_vmnet@shared
	case $1 in
	*systemctl\ edit*) run "script -qec '$1' /dev/null" ;; # on a terminal
	*) run "$1" ;;
	esac
	expect [ "$(on_machine systemctl is-active vde_vmnet@shared)" = active ]
}
test_services_are_looked_at_and_changed() { each service said_to_a_service; }
