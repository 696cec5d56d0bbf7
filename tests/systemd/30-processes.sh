# SPDX-License-Identifier: GPL-2.0-or-later
# What /proc says of services of every form, each at a vde_switch of its own.
. "$TOP/tests/systemd/machine.sh"
. "$TOP/tests/systemd/processes.sh"

FORMS="shared host segment bridge nic"

setup() {
	topology
	serve_dns
	boot_machine
	install_machine
	configure shared vmnet-mode=shared
}

configure() { # network option…
	printf '%s\n' "${@:2}" vde-group=vde-vmnet endpoint=/run/vde_switch/"$1".ctl >$MACHINE/root/etc/vde_vmnet/"$1".conf
}
units() { printf "$1@%s " $FORMS; }
packet() { if [ "$1" = nic ]; then echo packet; fi; }
switch_pid() { on_machine cat /run/vde_switch/"$1".pid | machine_pid; }
connected_since() { # network count
	[ "$(journal vde_vmnet@"$1" | grep -c "$1.ctl: connected")" -gt "$2" ]
}

test_every_form_is_confined() {
	local form dnsmasq
	ip -n host link add br9 type bridge
	ip -n host link set br9 up
	configure host vmnet-mode=host
	configure segment vmnet-mode=host vmnet-network-identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb
	configure bridge vmnet-mode=bridged vmnet-interface=br9
	configure nic vmnet-mode=bridged vmnet-interface=up0
	on_machine systemctl daemon-reload # nic may open packet sockets, with this
	expect on_machine systemctl start $(units vde_switch) $(units vde_vmnet)
	for form in $FORMS; do
		wait_for 3 connected_since $form 0
		expect_service $form $(packet $form)
		expect_switch $form
	done
	for form in shared host; do
		dnsmasq=$(dnsmasq $form)
		kill -KILL "$dnsmasq"
		wait_for 3 other_dnsmasq $form "$dnsmasq"
	done
	for form in $FORMS; do kill -KILL "$(switch_pid $form)"; done
	for form in $FORMS; do
		wait_for 5 connected_since $form 1
		expect_service $form $(packet $form)
		expect_switch $form
		expect [ "$(service NRestarts $form)" = 0 ]
	done
	# Whatever of ours there is in the machine.
	for form in $(cat "$GROUP"/payload/system.slice/system-vde_*.slice/*/cgroup.procs); do
		refute grep -qE '^Uid:.*\b0\b' /proc/"$form"/status
	done
}
other_dnsmasq() {
	local pid
	pid=$(dnsmasq "$1") && [ "$pid" != "$2" ]
}

# The service ends, leaves nothing, and is started anew; the guest at the switch stays.
test_forbidden_call() {
	local pid before
	mkdir -p $MACHINE/root/etc/systemd/system/vde_vmnet@.service.d
	printf '[Service]\nRestartSec=40s\n' >$MACHINE/root/etc/systemd/system/vde_vmnet@.service.d/test.conf # time to look
	on_machine systemctl daemon-reload
	expect on_machine systemctl start vde_switch@shared
	guest g1 /run/vde_switch/shared.ctl
	wait_for 3 carrier host up0
	remains >/tmp/before
	expect on_machine systemctl start vde_vmnet@shared
	lease g1
	expect reaches g1 $SERVER
	pid=$(service MainPID)
	expect [ "$("$CALLER" "$(worker)" execve)" = killed ]
	wait_for 5 restarts
	expect journal_has 'the worker made the system call [0-9]+ \(execve\)'
	remains >/tmp/after
	expect diff /tmp/before /tmp/after
	wait_for 45 came_back shared "$pid"
	expect [ "$(service NRestarts)" = 1 ]
	expect_service shared
	expect reaches g1 $SERVER
	ended "$PLUG_g1" && fail "the guest was detached"
	on_machine systemctl stop vde_vmnet@shared
	remains >/tmp/after
	expect diff /tmp/before /tmp/after
}
restarts() { [ "$(service SubState)" = auto-restart ]; }
remains() {
	in_ns host sh -c 'ip -o link; ip -o addr; ip route show table all; nft list ruleset
		sysctl net.ipv4.conf net.ipv6.conf 2>/dev/null || true' | sed 's/ \(cache\|expires\) .*//; /stable_secret/d'
	on_machine find /run -path '/run/vde_*/*' | sort
	pgrep -fa '^(vde_vmnet|dnsmasq --keep|/usr/local/sbin/vde_vmnet)' || true
}
