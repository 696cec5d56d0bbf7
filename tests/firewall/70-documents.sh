# SPDX-License-Identifier: GPL-2.0-or-later
# Every command of the documents that is ufw's or firewalld's works as it stands there;
# tests/install/70-documents.sh has the others.
. "$TOP/tests/firewall/firewalls.sh"
. "$TOP/tests/install/commands.sh"

setup() {
	setup_network
	bus_start
	firewalld_install
	firewalld_start
	start_vmnet $SWITCH
}

said_to_a_firewall() { # command
	local words
	eval "words=(${1#sudo })"
	case ${words[0]} in
	ufw) ufw "${words[@]:1}" ;;
	firewall-cmd) firewall_cmd "${words[@]:1}" >/tmp/said 2>&1 || fail "status $?" ;;
	esac
}
test_firewalls_are_told() {
	each firewall said_to_a_firewall
	expect [ "$(firewall_cmd --zone=trusted --list-interfaces)" = vmnet-+ ] # as the documents want to have it
}
