# SPDX-License-Identifier: GPL-2.0-or-later
# ufw: policies DROP for what is forwarded and for what comes in.
. "$TOP/tests/firewall/firewalls.sh"

setup() { setup_network; }

test_ufw_comes_reloads_and_goes() {
	start_guest
	ufw --force enable
	wait_for 15 network_works g1
	expect in_host iptables -S ufw-user-forward
	expect [ "$(in_host iptables -S ufw-user-forward | grep -c 'vde_vmnet shared')" = 1 ]
	ufw reload
	wait_for 15 network_works g1
	ufw allow 22/tcp # makes ufw's user chains anew
	wait_for 15 network_works g1
	ufw disable
	wait_for 15 network_works g1
	stop_vmnet
	expect none_tagged
}

# A rule of ours in a chain that it is about to remove would keep it from starting again.
test_ufw_reloads_again_and_again() {
	start_guest
	ufw --force enable
	for _ in 1 2 3 4 5; do
		ufw reload
		expect in_host iptables -S ufw-user-limit
	done
	wait_for 15 network_works g1
	stop_vmnet
	expect none_tagged
}

test_ufw_is_there_first() {
	ufw --force enable
	rules >/tmp/rules.before
	start_guest
	# The rest stays shut: what else the host serves is ufw's to decide.
	in_host socat TCP-LISTEN:99,fork EXEC:cat &
	wait_for 3 listens host t 99
	refute in_ns g1 timeout 2 socat -u /dev/null TCP:$GATEWAY:99,connect-timeout=1
	leaves_no_rule
}

test_ufw_and_the_service() {
	ufw --force enable
	rules >/tmp/rules.before
	as_service
	start_guest
	leaves_no_rule
}

test_what_the_user_denies_stays_denied() {
	ufw --force enable
	ufw route deny in on vmnet-shared
	start_vmnet $SWITCH
	guest g1
	static_address g1 9
	wait_for 5 asks_dns g1
	refute reaches g1 192.0.2.9
	refute in_ns g1 timeout 2 socat -u /dev/null TCP:$SERVER:80,connect-timeout=1
	wait_for 3 log_has 'ip filter FORWARD drops outgoing guest traffic \(not changed'
	stop_vmnet
	expect none_tagged
}

test_docker_and_ufw_together() {
	start_guest
	docker_start
	ufw --force enable
	wait_for 15 network_works g1
	docker_stop
	docker_start
	ufw reload
	wait_for 15 network_works g1
	stop_vmnet
	expect none_tagged
}

# Ports of the host that lead to guests.
test_what_forwarded_ports_lead_in() {
	ufw --force enable
	rules >/tmp/rules.before
	start_guest "${FORWARDS[@]}"
	serve_forwarded g1
	wait_for 15 forwarding_works
	ufw reload
	wait_for 15 forwarding_works
	stop_vmnet
	expect none_tagged
}
