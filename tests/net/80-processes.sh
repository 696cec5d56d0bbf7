# SPDX-License-Identifier: GPL-2.0-or-later
# Who runs as whom, with what.

. "$TOP/tests/net/processes.sh"

WORKER_AS=$(user nobody)
DNSMASQ_AS=$(dnsmasq_user)

setup() {
	topology
	start_switch
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
		expect log_has "error: the worker made the system call [0-9]+ \\($call\\), which its filter does not allow"
		expect same_as_before
	done
}

# The same in every mode, also after dnsmasq and the vde_switch were started again.
test_every_mode_is_confined() {
	local identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb
	ip -n host link add br9 type bridge
	ip -n host link set br9 up
	expect_mode --vmnet-mode=shared
	expect_mode --vmnet-mode=host
	expect_mode --vmnet-mode=host --vmnet-network-identifier=$identifier
	expect_mode --vmnet-mode=bridged --vmnet-interface=br9
	MORE=packet
	expect_mode --vmnet-mode=bridged --vmnet-interface=up0
}
expect_mode() { # options
	local old dnsmasq=-
	start_vmnet "$@" $SWITCH
	if [ $# = 1 ]; then dnsmasq=$(dnsmasq_pid); fi
	expect_confined $VMNET "$(worker_pid)" "$dnsmasq" ${MORE:-}
	if [ $# = 1 ]; then
		kill -KILL "$dnsmasq"
		wait_for 3 dnsmasq_after "$dnsmasq"
		dnsmasq=$(dnsmasq_pid)
	fi
	old=$(log_count 'sw.ctl: connected')
	stop_switch
	start_switch
	wait_for 5 connected_after "$old"
	expect_confined $VMNET "$(worker_pid)" "$dnsmasq" ${MORE:-}
	stop_vmnet
}
connected_after() { [ "$(log_count 'sw.ctl: connected')" -gt "$1" ]; }

# Every kind of endpoint, with clients, and the connector of one that stays.
test_every_endpoint_is_confined() {
	WORKER_AS=$(user nobody "$(getent group vde-vmnet || getent group vde2-net || true)") # to open the switch to it
	start_vmnet $SWITCH switch:///tmp/ctl ptp:///tmp/p2p 'udp://4000->192.0.2.2:4000'
	guest g1 /tmp/ctl
	guest g2 ptp:///tmp/p2p
	wait_for 3 one_connector
	expect_host_process $VMNET
	expect_worker "$(worker_pid)" '/tmp/p2p\+' # where its datagrams go, held by O_PATH
	expect_connector "$(pgrep -f '^vde_vmnet-connector')" 'udp6?'
	expect_dnsmasq "$(dnsmasq_pid)"
}
one_connector() { [ "$(pgrep -fc '^vde_vmnet-connector')" = 1 ]; }

test_nothing_of_the_caller_goes_on() {
	export VDEPLUGIN_PATH=/tmp SECRET=1 LD_LIBRARY_PATH=/tmp
	exec 7</etc/passwd 8>/tmp/precious
	mkdir -m 700 /tmp/private
	cd /tmp/private || fail "no /tmp/private"
	start_vmnet $SWITCH
	expect_confined $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
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

# Of the person who called sudo the worker is the user, and no more: not whom his groups let in.
# To the endpoints it gets all the same, and the connector with all of them.
test_groups_of_the_caller_stay_behind() {
	own_system
	usermod -a -G disk,adm,games daemon
	export SUDO_UID
	SUDO_UID=$(id -u daemon)
	start_vmnet --vde-group=games ptp:///tmp/p2p 'udp://4000->192.0.2.2:4000'
	expect [ "$(groups_of "$(worker_pid)")" = 'daemon games' ]
	wait_for 3 one_connector
	expect [ "$(groups_of "$(pgrep -f '^vde_vmnet-connector')")" = 'adm daemon disk games' ]
	stop_vmnet
	mkdir -m 770 /tmp/labs /tmp/labs/lab
	chgrp adm /tmp/labs /tmp/labs/lab
	ln -s labs/lab /tmp/lab
	for endpoint in switch:///tmp/lab/ctl ptp:///tmp/lab/p2p; do
		start_vmnet $endpoint
		expect [ "$(groups_of "$(worker_pid)")" = 'adm daemon' ]
		AS_USER=(setpriv --reuid=daemon --regid=daemon --groups=adm) MACHINE_USER=daemon
		guest g1 ${endpoint/switch/vde}
		lease g1
		expect reaches g1 $SERVER
		ip netns del g1
		stop_vmnet
	done
}
groups_of() { # pid
	local gid
	for gid in $(status_of "$1" Groups); do getent group "$gid" | cut -d: -f1; done | sort | paste -sd' '
}

# Without uid 0, with the capabilities alone, as under systemd's User= and AmbientCapabilities=.
test_works_without_root() {
	as_service daemon
	start_vmnet ptp:///tmp/p2p
	RUNS_AS="$(id -u daemon) $(id -g daemon) " # --clear-groups
	WORKER_AS=$RUNS_AS DNSMASQ_AS=$RUNS_AS HOLDS=$NETWORKING BOUND=$NETWORKING PRIVILEGES=1
	expect_confined $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
	MACHINE_USER=daemon AS_USER=(setpriv --reuid=daemon --regid=daemon --clear-groups)
	guest g1 ptp:///tmp/p2p
	lease g1
	expect reaches g1 $SERVER
	stop_vmnet
	expect [ -z "$(in_ns host nft list ruleset)" ]
}

# What is opened first would have their numbers, and the worker would have that.
test_closed_standard_descriptors_are_nobody_elses() {
	local pid fd
	ip netns exec host "$PROGRAM" <&- >&- 2>&- &
	VMNET=$!
	wait_for 15 carrier host vmnet-shared
	wait_for 15 watcher_pid
	wait_for 15 worker_pid
	wait_for 15 dnsmasq_pid
	for pid in $VMNET "$(worker_pid)" "$(watcher_pid)" "$(dnsmasq_pid)"; do
		for fd in 0 1 2; do expect [ "$(readlink /proc/"$pid"/fd/$fd)" = /dev/null ]; done
	done
}

# Children of a process that ignores SIGCHLD are gone before it can wait for them.
test_a_caller_that_ignores_its_children_is_no_reason() {
	SERVICE=(env --ignore-signal=CHLD)
	start_vmnet $SWITCH
	expect [ $((0x$(status_of $VMNET SigIgn) & 0x10000)) = 0 ]
	stop_vmnet
}
