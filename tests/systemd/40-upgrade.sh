# SPDX-License-Identifier: GPL-2.0-or-later
# A new version is installed while networks run as services.
. "$TOP/tests/systemd/machine.sh"

OLD=$TOP/build/old
setup() {
	topology
	serve_dns
	boot_machine
}

replaced() { [[ $(readlink /proc/"$(host_process "$1")"/exe) == *' (deleted)' ]]; }
switch_is_back() { [ "$(journal vde_vmnet@lab | grep -c 'lab.ctl: connected')" -gt "$1" ]; }
configure_lab() { printf 'endpoint=/run/vde_switch/lab.ctl\n' >$MACHINE/root/etc/vde_vmnet/lab.conf; }

# Guests notice nothing, neither at a switch of ours nor at a vde_switch.
test_install_while_running() {
	local pid connected
	install_machine
	refute grep -q 'Running networks' /tmp/make.log
	configure_lab
	expect on_machine systemctl start vde_switch@lab vde_vmnet@lab vde_vmnet@shared
	guest g1
	guest g2 /run/vde_switch/lab.ctl
	lease g1
	lease g2
	pid=$(service MainPID)
	echo_requests /tmp/ping1 200 50 g1 $SERVER &
	local ping1=$!
	echo_requests /tmp/ping2 200 50 g2 $SERVER &
	local ping2=$!
	make_on_machine install
	wait $ping1 $ping2
	expect all_answered /tmp/ping1 200
	expect all_answered /tmp/ping2 200
	expect [ "$(service MainPID)" = "$pid" ]
	# Who installs is told, and the log and the status say it, too.
	expect grep -qx 'Running networks go on with .*: systemctl restart vde_vmnet@lab.service vde_vmnet@shared.service' /tmp/make.log
	for network in lab shared; do
		expect replaced $network
		expect journal_has 'vde_vmnet was replaced after this network was started; restart the network to use the new version' vde_vmnet@$network
		[[ $(service StatusText $network) == *'; restart it to use the new vde_vmnet' ]] || fail "status '$(service StatusText $network)'"
	done
	# A connector is started from the program that is not there any more.
	connected=$(journal vde_vmnet@lab | grep -c 'lab.ctl: connected')
	on_machine systemctl restart vde_switch@lab
	wait_for 5 switch_is_back "$connected"
	guest g3 /run/vde_switch/lab.ctl
	lease g3
	expect reaches g3 $SERVER
	expect on_machine systemctl restart vde_vmnet@lab
	refute replaced lab
	wait_for 5 reaches g3 $SERVER
	on_machine systemctl reload vde_vmnet@lab
	refute [ "$(journal vde_vmnet@lab | grep -c 'was replaced')" -gt 1 ]
	# Networks that are told nothing end as they always did.
	on_machine systemctl stop vde_vmnet@shared vde_vmnet@lab
	expect [ "$(service Result)" = success ]
	expect [ -z "$(on_machine find /run/vde_vmnet -mindepth 1)" ]
}

install_old() {
	[ -e "$OLD"/complete ] || skip "$(cat "$OLD"/why 2>/dev/null || echo "no 0.1.0 here; tests/install/make-old build/old makes it")"
	tar -C "$OLD"/root -c . | tar -C $MACHINE/root -x --keep-directory-symlink --no-same-owner --no-overwrite-dir
	on_machine_sh 'systemd-sysusers; systemctl daemon-reload'
	on_machine usermod -aG vde-vmnet alice
	be alice
}

# The new unit permits packet sockets to those networks alone that ask for them.
test_upgrade_of_mode_bridged() {
	install_old
	printf 'vmnet-mode=bridged\nvmnet-interface=up0\nvde-group=vde-vmnet\n' >$MACHINE/root/etc/vde_vmnet/lan.conf
	expect on_machine systemctl start vde_vmnet@lan
	make_on_machine install
	expect on_machine systemctl restart vde_vmnet@lan
	guest g1 /run/vde_vmnet/lan.ctl
	ip -n g1 addr add 198.51.100.9/24 dev eth0
	expect reaches g1 198.51.100.1
}

# 0.1.0 as a service, with its units, users and places.
test_upgrade_from_0_1_0() {
	local lease
	install_old
	configure_lab
	expect on_machine systemctl start vde_switch@lab vde_vmnet@lab
	guest g1 /run/vde_switch/lab.ctl
	lease g1
	lease=$(grep " $(leased g1 ip) " $MACHINE/root/var/lib/vde_vmnet/lab.leases)
	make_on_machine install
	expect grep -q 'Running networks .*: systemctl restart vde_vmnet@lab.service' /tmp/make.log
	expect reaches g1 $SERVER
	# Killed, it is started again as the new one.
	local before
	before=$(service MainPID lab)
	kill -KILL "$(host_process lab)"
	wait_for 5 came_back lab "$before"
	refute replaced lab
	expect journal_has "cleaned up [0-9]+ things that network 'lab' left behind" vde_vmnet@lab
	refute journal_has 'cannot undo|no longer fit' vde_vmnet@lab
	expect grep -qF "$lease" $MACHINE/root/var/lib/vde_vmnet/lab.leases
	wait_for 5 reaches g1 $SERVER
	expect [ "$(in_ns g1 dig +short +time=10 @"$(leased g1 router)" g1)" = "$(leased g1 ip)" ]
	on_machine systemctl stop vde_vmnet@lab vde_switch@lab
	expect [ -z "$(on_machine find /run/vde_vmnet -mindepth 1)" ]
}
