# SPDX-License-Identifier: GPL-2.0-or-later
# vde_vmnet as a service, with the real systemd, installed as README says.
. "$TOP/tests/systemd/machine.sh"
. "$TOP/tests/systemd/processes.sh"
. "$TOP/tests/qemu/guest.sh"

setup() {
	topology
	serve_dns
	boot_machine
}

# Files, without what any machine writes as it runs and what uninstall names.
machine_snapshot() {
	(cd $MACHINE/disk/upper && find . ! -type d ! -path './var/*' ! -path './tmp/*' \
		! -path './etc/*passwd*' ! -path './etc/*group*' ! -path './etc/*shadow*' ! -path './etc/sub?id*' | sort)
	on_machine find /run -name '*vde*' | sort
	in_ns host sh -c 'ip -o link; ip -o addr; ip route show table all; nft list ruleset
		sysctl net.ipv4.conf net.ipv6.conf net.unix 2>/dev/null || true' | sed 's/ \(cache\|expires\) .*//; /stable_secret/d'
}

test_from_install_to_uninstall() {
	wait_for 3 carrier host up0
	machine_snapshot >/tmp/before
	install_machine
	# A dependent starts when all is there.
	cat >$MACHINE/root/etc/systemd/system/dependent.service <<-'UNIT'
		[Unit]
		Requires=vde_vmnet@shared.service
		After=vde_vmnet@shared.service
		[Service]
		Type=oneshot
		ExecStart=sh -c 'ip -4 addr show dev vmnet-shared | grep -q 192.168.105.1/24'
		ExecStart=dig +short +time=10 @192.168.105.1 www.example.test
		ExecStart=test -S /run/vde_vmnet/shared.ctl/ctl
	UNIT
	on_machine systemctl daemon-reload
	expect on_machine systemctl start dependent
	rm $MACHINE/root/etc/systemd/system/dependent.service
	expect on_machine systemctl enable --now --quiet vde_vmnet@shared
	[[ $(service StatusText) == "vmnet-shared, 192.168.105.1/24, "*", at switch:///run/vde_vmnet/shared.ctl" ]] ||
		fail "status '$(service StatusText)'"

	expect [ "$(members | wc -w)" = 4 ] # with the watcher
	expect_service shared
	refute journal_has 'error|warning|cannot|denied|Permission'

	# Who is in the group gets a network; who is not gets none.
	guest g1
	lease g1
	expect reaches g1 $SERVER
	expect [ "$(in_ns g1 dig +short @$GATEWAY www.example.test)" = $SERVER ]
	be bob
	refute as_user test -e $SWITCH/ctl
	refute as_user timeout 5 vde_plug $SWITCH true </dev/null

	expect on_machine systemctl stop vde_vmnet@shared
	expect [ "$(service Result)" = success ]
	make_on_machine uninstall
	expect grep -q 'What stays: the leases in /var/lib/vde_vmnet, and the user vde-vmnet' /tmp/make.log
	machine_snapshot >/tmp/after
	expect diff /tmp/before /tmp/after
}

# By the control socket the group asks, and root changes; nothing of it meets the unit's sandbox.
test_the_control_socket() {
	local socket=/run/vde_vmnet/shared.control
	install_machine
	on_machine systemctl start vde_vmnet@shared
	expect [ "$(on_machine stat -c '%A %U %G' $socket)" = 'srw-rw---- vde-vmnet vde-vmnet' ]
	guest g1
	lease g1
	say() { printf '%s' '{"execute":"qmp_capabilities"}' "{\"execute\":\"$1\"}" | "${@:2}" socat -t9 - UNIX:$socket | tail -1; }
	expect grep -q "$(leased g1 ip)" <(say query-leases on_machine)
	expect grep -q CommandNotAllowed <(say quit on_machine setpriv --reuid=nobody --regid=nogroup --groups="$(on_machine getent group vde-vmnet | cut -d: -f3)")
	refute on_machine setpriv --reuid=nobody --regid=nogroup --clear-groups socat -u OPEN:/dev/null UNIX-CONNECT:$socket
	expect grep -q '"return": {}' <(say reload on_machine)
	expect grep -q '"return": {}' <(say quit on_machine)
	wait_for 10 prints inactive on_machine systemctl show -P ActiveState vde_vmnet@shared
	expect [ "$(service Result)" = success ]
	refute journal_has 'denied|Permission|warning'
}

# Uninstalling what runs, is enabled and configured ends it, and keeps the configuration.
test_uninstall_while_running() {
	install_machine
	on_machine systemctl enable --now --quiet vde_vmnet@shared
	echo log-level=debug >>$MACHINE/root/etc/vde_vmnet/shared.conf
	refute on_machine systemctl start vde_vmnet@absent
	make_on_machine uninstall
	expect [ -z "$(on_machine systemctl list-units --all --no-legend 'vde_*')" ]
	refute ip -n host link show vmnet-shared
	refute on_machine test -e /run/vde_vmnet
	expect [ -z "$(find $MACHINE/disk/upper/etc $MACHINE/disk/upper/run -name 'vde_*.service' -o -name 'vde_*@*')" ]
	expect [ "$(ls $MACHINE/root/etc/vde_vmnet)" = shared.conf ]
	# Installed again, it is still the administrator's.
	make_on_machine install
	expect grep -q log-level=debug $MACHINE/root/etc/vde_vmnet/shared.conf
}

switch_is_back() {
	[ "$(on_machine systemctl show -P NRestarts "vde_switch@$1")" = 1 ] &&
		[ "$(journal "vde_vmnet@$1" | grep -c 'lab.ctl: connected')" -gt 0 ] &&
		[[ $(journal "vde_vmnet@$1" | grep 'lab.ctl: ' | tail -1) == *connected ]]
}

# Each process in turn. Guests at a vde_switch go on; dnsmasq is replaced alone.
test_killed_processes_come_back() {
	local part pid
	install_machine
	printf 'vde-group=vde-vmnet\nendpoint=/run/vde_switch/lab.ctl\n' >$MACHINE/root/etc/vde_vmnet/lab.conf
	expect on_machine systemctl start vde_vmnet@lab vde_switch@lab
	guest g1 /run/vde_switch/lab.ctl
	lease g1
	expect reaches g1 $SERVER
	for part in host_process worker; do
		pid=$(service MainPID lab)
		kill -KILL "$($part lab)"
		wait_for 5 came_back lab "$pid"
		wait_for 5 reaches g1 $SERVER
	done
	expect [ "$(service NRestarts lab)" = 2 ]
	expect journal_has 'the worker was killed by signal 9' vde_vmnet@lab
	pid=$(service MainPID lab)
	kill -KILL "$(dnsmasq lab)"
	wait_for 3 journal_has 'dnsmasq exited' vde_vmnet@lab
	wait_for 3 dnsmasq lab
	expect [ "$(service MainPID lab)" = "$pid" ]
	expect reaches g1 $SERVER
	# All of them, to the last.
	kill -KILL $(members lab)
	wait_for 5 came_back lab "$pid"
	wait_for 5 reaches g1 $SERVER
	# A vde_switch that dies takes its emulators' attachments along, but no network.
	kill -KILL "$(on_machine cat /run/vde_switch/lab.pid | machine_pid)"
	wait_for 5 journal_has 'lab.ctl: the peer is gone.*' vde_vmnet@lab
	wait_for 5 switch_is_back lab
	guest g2 /run/vde_switch/lab.ctl
	lease g2
	expect reaches g2 $SERVER
	on_machine systemctl stop vde_vmnet@lab vde_switch@lab
	expect [ -z "$(in_ns host nft list ruleset)" ]
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 0 ]
	expect [ -z "$(on_machine find /run/vde_vmnet /run/vde_switch -mindepth 1)" ]
}

# Without the program there is nothing to try again.
test_a_missing_vde_switch_is_said_once() {
	install_machine
	rm $MACHINE/root/usr/bin/vde_switch
	refute on_machine systemctl start vde_switch@lab 2>/tmp/err
	expect grep -q 'Assertion failed' /tmp/err
	expect [ "$(on_machine systemctl show -P NRestarts vde_switch@lab)" = 0 ]
}

# QEMU cannot connect again, and need not.
test_qemu_outlives_a_restart_at_a_vde_switch() {
	local pid pinged
	prepare_guests
	install_machine
	printf 'endpoint=/run/vde_switch/lab.ctl\n' >$MACHINE/root/etc/vde_vmnet/lab.conf
	expect on_machine systemctl start vde_switch@lab vde_vmnet@lab
	boot a "
		lease
		n=0
		while true; do
			if ping -c 1 -W 1 $SERVER; then n=\$((n + 1)); say pinged \$n; fi
			usleep 100000
		done" \
		-netdev vde,id=net0,sock=/run/vde_switch/lab.ctl -device virtio-net-pci,netdev=net0
	await a 60 'pinged 1'
	pid=$(service MainPID lab)
	kill -KILL "$(host_process lab)"
	wait_for 5 came_back lab "$pid"
	pinged=$(told a pinged)
	await a 20 "pinged $((pinged + 3))"
}

# A worker that moves no frames is no network, though all processes are there.
test_watchdog_sees_a_hung_worker() {
	local pid
	install_machine
	mkdir -p $MACHINE/root/etc/systemd/system/vde_vmnet@.service.d
	printf '[Service]\nWatchdogSec=10\n' >$MACHINE/root/etc/systemd/system/vde_vmnet@.service.d/test.conf
	on_machine systemctl daemon-reload
	on_machine systemctl start vde_vmnet@shared
	pid=$(service MainPID)
	sleep 21 # of nothing but the watchdog's time
	expect [ "$(service MainPID)" = "$pid" ]
	kill -STOP "$(worker)"
	wait_for 15 came_back shared "$pid"
	expect journal_has 'the worker is not responding'
	expect journal_has 'Watchdog timeout'
	guest g1
	lease g1
	expect reaches g1 $SERVER
}

dnsmasq_was_told() { tr '\0' ' ' </proc/"$(dnsmasq)"/cmdline | grep -- "$1" >/dev/null; }

test_reload() {
	local pid
	install_machine
	on_machine systemctl start vde_vmnet@shared
	pid=$(service MainPID)
	guest g1
	lease g1
	echo log-level=debug >>$MACHINE/root/etc/vde_vmnet/shared.conf
	expect on_machine systemctl reload vde_vmnet@shared
	wait_for 3 journal_has 'shared.conf was reloaded'
	expect journal_has 'the log level is now debug'
	wait_for 3 dnsmasq_was_told log-dhcp # a new one
	echo mtu=1400 >>$MACHINE/root/etc/vde_vmnet/shared.conf
	expect on_machine systemctl reload vde_vmnet@shared
	wait_for 3 journal_has 'shared.conf: changing --mtu requires a restart'
	wait_for 3 prints running service SubState
	expect [ "${STATUS:=$(service StatusText)}" != "${STATUS%; its new configuration needs a restart}" ]
	echo nonsense >>$MACHINE/root/etc/vde_vmnet/shared.conf
	expect on_machine systemctl reload vde_vmnet@shared
	wait_for 3 journal_has 'shared.conf:[0-9]*: nonsense: unknown option; .*; the network keeps its old settings'
	expect [ "$(service MainPID)" = "$pid" ]
	expect reaches g1 $SERVER
	refute on_machine systemctl restart vde_vmnet@shared
	expect [ "$(service NRestarts)" = 0 ]
}

# What would be in a directory of the service's own is refused, not made where nobody finds it.
test_endpoints_that_nobody_would_find() {
	local place
	install_machine
	for place in /tmp /var/tmp /home/alice; do
		echo endpoint=switch://$place/sw.ctl >$MACHINE/root/etc/vde_vmnet/shared.conf
		refute on_machine systemctl start vde_vmnet@shared
		expect journal_has "$place/sw.ctl(: its directory: Permission denied|: its directory does not exist| cannot be opened: the worker's user cannot access it)"
		expect [ "$(service NRestarts)" = 0 ]
	done
	echo endpoint=/tmp/sw.ctl >$MACHINE/root/etc/vde_vmnet/shared.conf
	expect on_machine systemctl start vde_vmnet@shared
	expect journal_has 'vde:///tmp/sw.ctl: .*Permission denied; waiting for it'
}

# As after a package whose sysusers.d nobody read.
test_a_missing_user_is_not_tried_again() {
	install_machine
	on_machine usermod --login gone vde-vmnet
	refute on_machine systemctl start vde_vmnet@shared
	sleep 1.5 # three times what a restart waits
	expect [ "$(service NRestarts)" = 0 ]
}

# Another group may attach when the service's user is in it.
test_another_group() {
	install_machine
	on_machine usermod -aG games bob
	echo vde-group=games >$MACHINE/root/etc/vde_vmnet/shared.conf
	refute on_machine systemctl start vde_vmnet@shared
	expect journal_has 'the user vde-vmnet is not in the group 60; in a unit, add it with SupplementaryGroups='
	expect [ "$(service SubState)" = failed ] # and is not tried again
	mkdir -p $MACHINE/root/etc/systemd/system/vde_vmnet@shared.service.d
	printf '[Service]\nSupplementaryGroups=games\n' >$MACHINE/root/etc/systemd/system/vde_vmnet@shared.service.d/test.conf
	on_machine systemctl daemon-reload
	expect on_machine systemctl start vde_vmnet@shared
	refute as_user test -e $SWITCH/ctl
	be bob
	guest g1
	lease g1
	expect reaches g1 $SERVER
}

# One that stops, starts or dies is nothing to the others, whose files are in the same places.
test_instances_beside_each_other() {
	install_machine
	echo vde-group=vde-vmnet >$MACHINE/root/etc/vde_vmnet/two.conf
	expect on_machine systemctl start vde_vmnet@shared vde_vmnet@two vde_vmnet@host
	guest g1
	guest g2 /run/vde_vmnet/two.ctl
	guest g4 /run/vde_vmnet/host.ctl
	lease g1
	lease g2
	lease g4
	refute [ "$(leased g1 router)" = "$(leased g2 router)" ]
	expect reaches g4 192.168.106.1
	refute reaches g4 $SERVER
	on_machine systemctl stop vde_vmnet@shared
	expect reaches g2 $SERVER
	expect reaches g4 192.168.106.1
	expect on_machine systemctl start vde_vmnet@shared
	local before
	before=$(service MainPID shared)
	kill -KILL "$(host_process shared)"
	wait_for 5 came_back shared "$before"
	expect reaches g2 $SERVER
	guest g3
	lease g3
	expect reaches g3 $SERVER
	expect [ "$(on_machine stat -c %U:%a /run/vde_vmnet)" = vde-vmnet:711 ]
}

# Permitted is what the file asks for, once systemd has looked at it.
test_a_nic_needs_a_packet_socket() {
	install_machine
	expect [ "$(service RestrictAddressFamilies bridged)" != "$(service RestrictAddressFamilies shared)" ]
	printf 'vmnet-mode=bridged\nvmnet-interface=up0\n' >$MACHINE/root/etc/vde_vmnet/lan.conf
	refute on_machine systemctl start vde_vmnet@lan
	expect journal_has 'the service may not open packet sockets, which up0 needs: systemctl daemon-reload permits them' vde_vmnet@lan
	expect [ "$(service NRestarts lan)" = 0 ]
	refute ip -n host link show vmnet-lan
	# As README says it: no word about any of this is needed.
	expect on_machine systemctl enable --now --quiet vde_vmnet@lan
	refute journal_has 'Address family' vde_vmnet@lan
}

# Without uid 0, a NIC is shared and a bridge is made as well.
test_guests_on_the_lan_and_on_a_segment() {
	install_machine
	local instance
	sed -i s/=eth0/=up0/ $MACHINE/root/etc/vde_vmnet/bridged.conf
	for instance in left right; do
		printf 'vmnet-mode=host\nvmnet-network-identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb\nvde-group=vde-vmnet\n' \
			>$MACHINE/root/etc/vde_vmnet/$instance.conf
	done
	expect on_machine systemctl start vde_vmnet@bridged vde_vmnet@left vde_vmnet@right
	guest g1 /run/vde_vmnet/bridged.ctl
	ip -n g1 addr add 198.51.100.9/24 dev eth0
	expect reaches g1 198.51.100.1
	expect reaches g1 198.51.100.2
	expect reaches inet 198.51.100.9
	guest g2 /run/vde_vmnet/left.ctl
	guest g3 /run/vde_vmnet/right.ctl
	ip -n g2 addr add 10.9.0.2/24 dev eth0
	ip -n g3 addr add 10.9.0.3/24 dev eth0
	wait_for 3 reaches g2 10.9.0.3
	for instance in bridged left right; do
		refute journal_has 'error|warning|cannot|denied|Permission' vde_vmnet@$instance
		on_machine systemctl stop vde_vmnet@$instance
		expect [ "$(service Result $instance)" = success ]
	done
	expect [ -z "$(ip -n host -o link | grep vmnet)" ]
}

# Rules of iptables' are mended; those of iptables-legacy told, for its lock is root's.
test_other_firewalls() {
	install_machine
	in_ns host iptables -P FORWARD DROP
	expect on_machine systemctl start vde_vmnet@shared
	expect journal_has 'chain ip filter FORWARD would drop outgoing guest traffic, replies to guests: added rules'
	guest g1
	lease g1
	expect reaches g1 $SERVER
	if in_ns host iptables-legacy -P INPUT DROP; then
		# Some kernels have the tables built in; modules tell that they are there.
		on_machine_sh 'mount -t tmpfs tmpfs /sys/module; mkdir /sys/module/iptable_filter /sys/module/ip6table_filter'
		wait_for 15 journal_has 'chain ip filter INPUT drops DHCP, DNS .only root .*; to fix it, run: iptables-legacy -I INPUT -i vmnet-shared -p udp --dport 67 -j ACCEPT; '
		refute journal_has 'cannot read'
	fi
	on_machine systemctl stop vde_vmnet@shared
	expect [ "$(in_ns host iptables -S FORWARD)" = '-P FORWARD DROP' ]
	refute journal_has 'error|denied|Permission'
}

# networkd waits until udev is through with a device, so there is a real udev, too.
test_networkd_leaves_the_device_alone() {
	command -v networkctl >/dev/null || skip "no networkctl here"
	install_machine
	printf '[Match]\nName=vmnet-*\n[Network]\nAddress=192.0.2.77/24\n' >$MACHINE/root/etc/systemd/network/10-all.network
	machine_udev
	on_machine systemctl start systemd-networkd vde_vmnet@shared
	wait_for 5 unmanaged
	refute grep -q 192.0.2.77 <(ip -n host addr show vmnet-shared)
}
unmanaged() { on_machine networkctl list --no-pager --no-legend | grep 'vmnet-shared .* unmanaged' >/dev/null; }

# A VPN with our subnet is there at boot, for longer than the unit's limit of starts; and goes.
test_a_subnet_in_use_is_tried_again() {
	install_machine
	echo vmnet-gateway=192.168.105.1 >>$MACHINE/root/etc/vde_vmnet/shared.conf
	ip -n host addr add 192.168.105.7/24 dev up0
	on_machine systemctl start vde_vmnet@shared || true
	wait_for 60 refused_often
	expect [ "$(service ActiveState)" = activating ]
	ip -n host addr del 192.168.105.7/24 dev up0
	wait_for 20 runs
}
refused_often() { [ "$(journal vde_vmnet@shared | grep -c 'already in use here')" -ge 4 ]; }
runs() { [ "$(service SubState)" = running ]; }
