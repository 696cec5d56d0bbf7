# SPDX-License-Identifier: GPL-2.0-or-later
# Who runs as whom, with what.

setup() { topology; start_switch; }

status_of() { sed -n "s/^$2:[[:space:]]*//p" /proc/"$1"/status; }

test_worker_holds_nothing() {
	start_vmnet $SWITCH
	local worker
	worker=$(worker_pid)
	expect [ "$(status_of "$worker" Uid | cut -f1)" = "$(id -u nobody)" ]
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		expect [ "$(status_of "$worker" $set)" = 0000000000000000 ]
	done
	expect [ "$(status_of "$worker" NoNewPrivs)" = 1 ]
	# stdio, the host process, the TAP, epoll, two of the switch, timers: nothing of rtnetlink or nftables.
	expect [ -z "$(in_ns host ss -Hxp 2>/dev/null | grep -c nothing | grep -v 0)" ]
	refute grep -q NETLINK <(ls -l /proc/"$worker"/fd)
	expect [ "$(readlink /proc/"$worker"/fd/4)" = /dev/net/tun ]
	expect [ "$(ls -l /proc/$VMNET/fd | grep -c tun)" = 0 ]
}

test_host_process_keeps_what_it_needs() {
	start_vmnet $SWITCH
	# CHOWN (0), KILL (5), SETGID (6), SETUID (7), SETPCAP (8), NET_BIND_SERVICE, NET_ADMIN, NET_RAW
	expect [ "$(status_of $VMNET CapPrm)" = 00000000000035e1 ]
	expect [ "$(status_of $VMNET CapEff)" = 00000000000035e1 ]
	expect [ "$(status_of $VMNET CapInh)" = 0000000000000000 ]
}

test_worker_is_confined() {
	start_vmnet switch:///tmp/ctl
	local worker before
	worker=$(worker_pid)
	expect [ "$(status_of "$worker" Seccomp)" = 2 ]
	expect [ "$(status_of "$worker" Seccomp_filters)" = 2 ]
	# Nobody but root looks into it, not even its own user.
	expect [ "$(stat -c %U /proc/"$worker"/fd)" = root ]
	expect [ "$(stat -c %U /proc/$VMNET/fd)" = root ]
	refute as_user ls /proc/"$worker"/fd
}

# What an attacker inside the worker would try first: a forbidden call is its end, and
# the daemon's, and nothing stays behind.
test_forbidden_call_kills() {
	before
	for call in ptrace ioctl execve io_uring_setup; do
		start_vmnet switch:///tmp/ctl
		expect [ "$("$CALLER" "$(worker_pid)" $call)" = killed ]
		wait_for 5 ended $VMNET
		wait $VMNET && fail "the daemon ended as if nothing was wrong"
		expect log_has 'error: the worker was killed by signal 31'
		expect same_as_before
	done
}

# The same of every mode, also after dnsmasq and the vde_switch were started again.
expect_confined() { # needs-dnsmasq
	local worker set
	worker=$(worker_pid)
	expect [ "$(status_of "$worker" Uid | cut -f1)" != 0 ]
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		expect [ "$(status_of "$worker" $set)" = 0000000000000000 ]
	done
	expect [ "$(status_of "$worker" NoNewPrivs)" = 1 ]
	expect [ "$(status_of "$worker" Seccomp)" = 2 ]
	expect [ "$(stat -c %U /proc/"$worker"/fd)" = root ]
	refute grep -qE 'NETLINK|/etc|/var|/run' <(ls -l /proc/"$worker"/fd)
	expect [ "$(status_of $VMNET CapPrm)" = 00000000000035e1 ]
	[ "$1" = 0 ] || expect [ "$(status_of "$(dnsmasq_pid)" CapBnd)" = 0000000000003400 ]
}
test_every_mode_is_confined() {
	local old
	ip -n host link add br9 type bridge
	ip -n host link set br9 up
	start_vmnet --vmnet-mode=host $SWITCH
	expect_confined 1
	old=$(dnsmasq_pid)
	kill -KILL "$old"
	wait_for 3 dnsmasq_after "$old"
	stop_switch
	wait_for 3 log_has 'waiting for it'
	old=$(log_count 'sw.ctl: connected')
	start_switch
	wait_for 5 connected_after "$old"
	expect_confined 1
	stop_vmnet
	start_vmnet --vmnet-mode=host --vmnet-network-identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb switch:///tmp/ctl
	expect_confined 0
	stop_vmnet
	start_vmnet --vmnet-mode=bridged --vmnet-interface=br9 switch:///tmp/ctl
	expect_confined 0
	stop_vmnet
	start_vmnet --vmnet-mode=bridged --vmnet-interface=up0 switch:///tmp/ctl
	expect_confined 0
}
connected_after() { [ "$(log_count 'sw.ctl: connected')" -gt "$1" ]; }

test_dnsmasq_holds_three_capabilities() {
	start_vmnet $SWITCH
	local dnsmasq
	dnsmasq=$(dnsmasq_pid)
	expect [ "$(status_of "$dnsmasq" Uid | cut -f1)" != 0 ]
	# NET_BIND_SERVICE (10), NET_ADMIN (12), NET_RAW (13)
	for set in CapPrm CapEff CapBnd; do
		expect [ "$(status_of "$dnsmasq" $set)" = 0000000000003400 ]
	done
	expect [ "$(status_of "$dnsmasq" NoNewPrivs)" = 1 ]
	kill -KILL "$dnsmasq"
	wait_for 3 dnsmasq_after "$dnsmasq"
	expect [ "$(status_of "$(dnsmasq_pid)" CapBnd)" = 0000000000003400 ]
}

test_children_see_a_clean_environment() {
	export VDEPLUGIN_PATH=/tmp SECRET=1 LD_LIBRARY_PATH=/tmp
	start_vmnet $SWITCH
	for pid in $(worker_pid) $(dnsmasq_pid); do
		refute grep -qE 'SECRET|VDEPLUGIN|LD_' /proc/"$pid"/environ
	done
}

test_user_of_sudo_and_of_the_option() {
	export SUDO_UID
	SUDO_UID=$(id -u daemon)
	start_vmnet ptp:///tmp/p2p
	expect [ "$(status_of "$(worker_pid)" Uid | cut -f1)" = "$(id -u daemon)" ]
	stop_vmnet
	start_vmnet --user=bin:games ptp:///tmp/p2p
	expect [ "$(status_of "$(worker_pid)" Uid | cut -f1)" = "$(id -u bin)" ]
	expect [ "$(status_of "$(worker_pid)" Gid | cut -f1)" = "$(getent group games | cut -d: -f3)" ]
	expect [ "$(stat -c %U:%a /tmp/p2p)" = bin:700 ]
	stop_vmnet
	start_vmnet --vde-group=games ptp:///tmp/p2p
	expect [ "$(stat -c %U:%G:%a /tmp/p2p)" = daemon:games:770 ]
	stop_vmnet
	export SUDO_UID=0 # a root shell that calls sudo
	start_vmnet ptp:///tmp/p2p
	expect [ "$(status_of "$(worker_pid)" Uid | cut -f1)" = "$(id -u nobody)" ]
}

# Without uid 0, with the capabilities alone, as under systemd's User= and AmbientCapabilities=.
test_works_without_root() {
	as_service daemon
	start_vmnet ptp:///tmp/p2p
	refute grep -q '^Uid:.*\b0\b' /proc/$VMNET/status
	expect [ "$(status_of "$(worker_pid)" CapEff)" = 0000000000000000 ]
	MACHINE_USER=daemon AS_USER=(setpriv --reuid=daemon --regid=daemon --clear-groups)
	guest g1 ptp:///tmp/p2p
	lease g1
	expect reaches g1 $SERVER
	stop_vmnet
	expect [ -z "$(in_ns host nft list ruleset)" ]
}

test_no_descriptor_leaks_to_children() {
	exec 7</etc/passwd 8>/tmp/precious
	start_vmnet $SWITCH
	for pid in $(worker_pid) $(dnsmasq_pid); do
		refute grep -qE 'passwd|precious' <(ls -l /proc/"$pid"/fd)
	done
}
