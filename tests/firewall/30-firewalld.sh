# SPDX-License-Identifier: GPL-2.0-or-later
# firewalld: our devices are in our zone, which "make install" installs, by a wildcard.
# Nobody asks firewalld for anything, so all is the same as root and as the service.
. "$TOP/tests/firewall/firewalls.sh"

setup() {
	setup_network
	bus_start
	firewalld_install
}
# Nothing was dropped, and nothing done, as far as we can tell.
all_was_well() {
	refute log_has 'to fix it, run'
	refute log_has 'added rules'
}

firewalld_is_2() { [ "$(firewalld_python -c 'from firewall.config import VERSION; print(VERSION[0])')" -ge 2 ]; }

comes_reloads_restarts_and_goes() {
	start_guest
	firewalld_start
	wait_for 15 network_works g1
	firewall_cmd --reload
	wait_for 15 network_works g1
	firewalld_stop
	wait_for 15 network_works g1
	firewalld_start
	wait_for 15 network_works g1
	stop_vmnet
	all_was_well
}
test_firewalld_comes_reloads_restarts_and_goes() { comes_reloads_restarts_and_goes; }
test_the_same_as_the_service() {
	as_service
	comes_reloads_restarts_and_goes
}

is_there_first() {
	firewalld_start
	rules >/tmp/rules.before
	start_guest
	# The rest stays shut: the zone has DHCP, DNS and ssh.
	in_host socat TCP-LISTEN:99,fork EXEC:cat &
	wait_for 3 listens host t 99
	refute in_ns g1 timeout 2 socat -u /dev/null TCP:$GATEWAY:99,connect-timeout=1
	leaves_no_rule
	all_was_well
}
test_firewalld_is_there_first() { is_there_first; }
test_it_is_there_before_the_service() {
	as_service
	is_there_first
}

test_mode_host() {
	firewalld_start
	start_vmnet --vmnet-mode=host --name=shared --ipv6=off --vmnet-gateway=$GATEWAY $SWITCH
	guest g1
	static_address g1 9
	wait_for 5 asks_dhcp g1
	expect reaches g1 $GATEWAY
	refute reaches g1 $SERVER
	stop_vmnet
	all_was_well
}

# By firewalld's other backend: rules of iptables.
test_firewalld_with_iptables() {
	as_service
	sed -i 's/^FirewallBackend=.*/FirewallBackend=iptables/' /tmp/firewalld.etc/firewalld.conf
	firewalld_start
	expect in_host iptables -S FORWARD_direct
	start_guest
	all_was_well
	stop_vmnet
}

test_without_the_zone_it_says_so() {
	as_service
	rm /tmp/firewalld.lib/zones/vde_vmnet.xml
	firewalld_start
	start_vmnet $SWITCH
	expect log_has 'warning: firewalld drops outgoing guest traffic, DHCP, .*DNS; to fix it, run: firewall-cmd --reload \(after make install'
	expect in_host "${SERVICE[@]}" "$PROGRAM" --check --name=other $SWITCH >/tmp/plan
	expect grep -q '^firewall   firewalld drops .*; to fix it, run: firewall-cmd --reload' /tmp/plan
	guest g1
	static_address g1 9
	refute reaches g1 $SERVER
	cp $ZONE /tmp/firewalld.lib/zones/
	firewall_cmd --reload
	wait_for 5 reaches g1 $SERVER
	expect [ "$(log_count 'to fix it, run')" = 1 ]
	stop_vmnet
}

# What an administrator says of a device counts, not what we want.
test_another_zone_wins() {
	as_service
	firewalld_start
	start_guest
	firewall_cmd --zone=trusted --change-interface=vmnet-shared
	wait_for 5 network_works g1
	in_host socat TCP-LISTEN:99,fork EXEC:cat &
	wait_for 3 in_ns g1 timeout 2 socat -u /dev/null TCP:$GATEWAY:99,connect-timeout=1
	all_was_well
	firewall_cmd --zone=drop --change-interface=vmnet-shared
	refute reaches g1 $SERVER
	wait_for 5 log_has 'firewalld drops outgoing guest traffic.* \(not changed: it may be intended\); to fix it, run: firewall-cmd --zone=vde_vmnet --change-interface=vmnet-shared'
	stop_vmnet
	start_vmnet $SWITCH
	refute reaches g1 $SERVER
	expect [ "$(log_count 'to fix it, run')" = 2 ] # one each
	firewall_cmd --zone=vde_vmnet --change-interface=vmnet-shared
	wait_for 5 reaches g1 $SERVER
	stop_vmnet
}

# firewalld 1 puts the zones whose names come last first, firewalld 2 those that come first.
test_another_zone_that_ours_would_hide() {
	local zone=drop
	as_service
	! firewalld_is_2 || zone=zdrop
	sed 's|<zone.*>|&<interface name="vmnet-shared"/>|' /tmp/firewalld.lib/zones/drop.xml >/tmp/zone.xml
	mv /tmp/zone.xml /tmp/firewalld.lib/zones/$zone.xml
	firewalld_start
	start_guest
	expect log_has 'warning: firewalld ignores the zone that vmnet-shared was assigned to, because its zone vde_vmnet comes first; to fix it, run: '
	expect [ "$(log_count 'to fix it, run')" = 1 ]
	local commands
	commands=$(sed -n 's/.*; to fix it, run: //p' $LOG)
	commands=${commands//firewall-cmd/firewall_cmd}
	eval "$commands"
	refute reaches g1 $SERVER
	firewall_cmd --reload
	refute reaches g1 $SERVER
	wait_for 5 log_has 'firewalld drops outgoing guest traffic'
	stop_vmnet
}

# Ports of the host that lead to guests.
test_what_forwarded_ports_lead_in() {
	firewalld_start
	rules >/tmp/rules.before
	start_guest "${FORWARDS[@]}"
	serve_forwarded g1
	wait_for 15 forwarding_works
	firewall_cmd --reload
	wait_for 15 forwarding_works
	stop_vmnet
	expect none_tagged
}
