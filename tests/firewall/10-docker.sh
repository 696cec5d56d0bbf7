# SPDX-License-Identifier: GPL-2.0-or-later
# Docker: policy DROP for what is forwarded, and a chain for others' rules.
. "$TOP/tests/firewall/firewalls.sh"

setup() { setup_network; }

test_docker_comes_goes_and_comes_again() {
	start_guest
	docker_start
	wait_for 15 network_works g1
	expect log_has 'chain ip filter FORWARD would drop outgoing guest traffic, replies to guests: added rules'
	expect some_tagged
	docker_stop
	expect network_works g1
	docker_start
	wait_for 15 network_works g1
	# As an upgrade of Docker does: its chains are made anew.
	docker_stop
	in_host iptables -F DOCKER-USER
	in_host iptables -F FORWARD
	docker_start
	wait_for 15 network_works g1
	stop_vmnet
	expect none_tagged
}

test_docker_is_there_first() {
	docker_start --experimental --ip6tables --ipv6 --fixed-cidr-v6=fd99::/64
	rules >/tmp/rules.before
	start_guest
	expect [ "$(in_host nft list chain ip filter DOCKER-USER | grep -c 'vde_vmnet shared')" = 2 ]
	expect in_host iptables -S DOCKER-USER # iptables can still read what nft wrote there
	leaves_no_rule
}

# With CAP_NET_ADMIN alone.
test_docker_and_the_service() {
	docker_start
	rules >/tmp/rules.before
	as_service
	start_guest
	expect [ "$(in_host nft list chain ip filter DOCKER-USER | grep -c 'vde_vmnet shared')" = 2 ]
	leaves_no_rule
}

# All rules at once, of others and ours; our own table is not theirs to flush.
test_flush_of_the_ruleset() {
	docker_start
	start_guest
	in_host nft flush ruleset || true
	expect network_works g1
	expect in_host nft list table inet vde_vmnet-shared
	in_host iptables -P FORWARD DROP
	wait_for 15 network_works g1
	expect some_tagged
}

test_own_changes_nothing_and_tells_what_would_help() {
	docker_start
	rules >/tmp/rules.before
	start_vmnet --firewall=own $SWITCH
	guest g1
	static_address g1 9
	wait_for 5 reaches g1 $GATEWAY
	refute reaches g1 $SERVER
	expect log_has 'warning: the firewall.s chain ip filter FORWARD drops outgoing guest traffic, replies to guests; to fix it, run: '
	rules | grep -v vde_vmnet- >/tmp/rules.after
	expect none_tagged
	expect [ "$(log_count 'to fix it, run')" = 1 ]
	local commands
	commands=$(sed -n 's/.*; to fix it, run: //p' $LOG)
	expect in_host sh -c "$commands"
	wait_for 3 reaches g1 $SERVER
	stop_vmnet
}

test_print_and_check_print_the_commands() {
	docker_start
	rules >/tmp/rules.before
	expect in_host "$PROGRAM" --check $SWITCH >/tmp/plan
	expect grep -q '^firewall   ip filter FORWARD drops .*: iptables -I DOCKER-USER -i vmnet-shared -j ACCEPT; ' /tmp/plan
	expect in_host "$PROGRAM" --check --firewall=print $SWITCH >/tmp/plan
	expect grep -q '^firewall   ip filter FORWARD drops .*; to fix it, run: iptables -I DOCKER-USER ' /tmp/plan
	start_vmnet --firewall=print $SWITCH
	expect log_has 'vde_vmnet: the firewall.s chain .* to fix it, run: iptables -I DOCKER-USER '
	stop_vmnet
	rules >/tmp/rules.after
	expect diff /tmp/rules.before /tmp/rules.after
}

# Ports of the host that lead to guests.
test_what_forwarded_ports_lead_in() {
	docker_start --experimental --ip6tables --ipv6 --fixed-cidr-v6=fd99::/64
	rules >/tmp/rules.before
	start_guest "${FORWARDS[@]}"
	serve_forwarded g1
	wait_for 15 forwarding_works
	docker_stop
	docker_start --experimental --ip6tables --ipv6 --fixed-cidr-v6=fd99::/64
	wait_for 15 forwarding_works
	stop_vmnet
	expect none_tagged
}
