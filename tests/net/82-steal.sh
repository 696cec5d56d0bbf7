# SPDX-License-Identifier: GPL-2.0-or-later
# Who called sudo, and so is the worker's user, shall never get the TAP; and whoever had it
# leaves none behind. STEAL_EXECUTIONS=10000: so many, for some four minutes.

BUILD_NET=${CALLER%/*} EXECUTIONS=${STEAL_EXECUTIONS:-300} STARTS=${STEAL_STARTS:-5}
setup() {
	own_system
	useradd -M -s /bin/sh alice
	topology
	cp "$BUILD_NET"/steal /tmp/steal # where she may execute it
	chmod 755 /tmp/steal
	MACHINE_USER=alice AS_USER=(setpriv --reuid=alice --regid=alice --clear-groups)
}

thieves() {
	ip netns exec host "${AS_USER[@]}" /tmp/steal 3000 >/tmp/stolen 2>&1 &
	THIEVES=$!
	wait_for 5 are_thieves $THIEVES
}
are_thieves() { [ "$(cat /proc/"$1"/comm)" = steal ]; }
stop_thieves() {
	kill $THIEVES
	wait $THIEVES || true
	cat /tmp/stolen
}
sudo_of() {
	export SUDO_UID SUDO_GID SUDO_USER=$1
	SUDO_UID=$(id -u "$1") SUDO_GID=$(id -g "$1")
}

test_no_execution_of_the_worker_is_won() {
	thieves
	expect "$BUILD_NET"/startworkers "$PROGRAM" alice "$EXECUTIONS"
	stop_thieves
	refute grep won /tmp/stolen
	expect grep -qE 'refused [1-9]' /tmp/stolen
}

# They are able to: executed from its file, as it was before, a worker is looked into.
test_the_attack_works_on_the_file_itself() {
	thieves
	"$BUILD_NET"/startworkers "$PROGRAM" alice 3000 plain &
	wait_for 20 grep won /tmp/stolen # it goes no further: nobody reaps a worker that is traced
	stop_thieves
}

# The whole of it: host process, worker, connectors, dnsmasq.
test_no_start_is_won() {
	local i
	sudo_of alice
	before
	thieves
	for ((i = 0; i < STARTS; i++)); do
		start_vmnet switch:///tmp/ctl ptp:///tmp/p2p
		expect [ "$(stat -c %U /proc/"$(worker_pid)"/fd)" = root ]
		stop_vmnet
	done
	stop_thieves
	refute grep won /tmp/stolen
	rm /tmp/stolen
	expect same_as_before
}

test_they_are_called_what_they_are() {
	start_vmnet switch:///tmp/ctl 'udp://4000->192.0.2.2:4000'
	expect [ "$(cat /proc/$VMNET/comm)" = vde_vmnet ]
	expect [ "$(cat /proc/"$(worker_pid)"/comm)" = vde_vmnet-worke ] # 15 bytes
	expect [ "$(cat /proc/"$(pgrep -f '^vde_vmnet-connector')"/comm)" = vde_vmnet-conne ]
	# One copy for all, which is closed to its own user, too.
	expect [ "$(stat -Lc %i:%a /proc/"$(worker_pid)"/exe)" = "$(stat -Lc %i:%a /proc/"$(pgrep -f '^vde_vmnet-connector')"/exe)" ]
	[[ $BUILD == *address* ]] || expect [ "$(stat -Lc %a /proc/"$(worker_pid)"/exe)" = 111 ]
}

# Where the copy cannot be had, or does not help.
refused_for_alice() { # pattern
	local status=0
	before
	sudo_of alice
	in_ns host timeout 60 "$PROGRAM" switch:///tmp/ctl >/tmp/out 2>/tmp/err || status=$?
	cat /tmp/err
	expect [ $status = 3 ]
	expect [ "$(wc -l </tmp/err)" = 1 ]
	expect grep -qE "$1, so alice could take over the worker while it starts" /tmp/err
	status=0
	in_ns host "$PROGRAM" --check switch:///tmp/ctl >/tmp/out 2>/tmp/err2 || status=$?
	expect [ $status = 3 ]
	expect cmp /tmp/err /tmp/err2
	# Named, she is she.
	refute in_ns host timeout 10 "$PROGRAM" --user=alice switch:///tmp/ctl 2>/dev/null
	expect same_as_before
	# Who is nobody's caller gets a network, and is told.
	start_vmnet --user=nobody switch:///tmp/ctl
	expect log_has "warning: .*$1: other processes of the user nobody can take over"
	stop_vmnet
	unset SUDO_UID SUDO_GID SUDO_USER
	start_vmnet switch:///tmp/ctl
	MACHINE_USER=nobody AS_USER=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	guest g1 /tmp/ctl
	lease g1
	expect reaches g1 $SERVER
}

# Of this process namespace alone.
test_memfd_is_forbidden() {
	echo 2 2>/dev/null >/proc/sys/vm/memfd_noexec || skip "this kernel does not forbid it (before 6.3)"
	refused_for_alice 'the program cannot be copied into memory \(Permission denied; sysctl vm.memfd_noexec\)'
}

# What only an executable memfd for the asking is refused for, is not refused.
test_memfd_is_not_executable_by_default() {
	echo 1 2>/dev/null >/proc/sys/vm/memfd_noexec || skip "this kernel has no such default (before 6.3)"
	sudo_of alice
	start_vmnet switch:///tmp/ctl
	refute log_has warning
}

# Nothing is executed from a file system.
test_mounts_without_exec() {
	mount -t tmpfs -o noexec tmpfs /dev/shm
	for directory in /tmp /run /var/tmp /var/lib; do mount -o remount,noexec $directory; done
	refute /tmp/steal 0 2>/dev/null
	sudo_of alice
	start_vmnet switch:///tmp/ctl
	refute log_has warning
}

# It is the whole machine's: we only show it to the daemon.
test_all_processes_are_dumpable() {
	echo 1 >/tmp/one
	mount --bind /tmp/one /proc/sys/fs/suid_dumpable
	refused_for_alice 'the sysctl fs.suid_dumpable is 1'
}

# ---- a device that somebody made persistent ----

persist() { expect "$BUILD_NET"/steal from "$(worker_pid)"; }
device() { ip -n host link show vmnet-shared >/dev/null 2>&1; }
killed() {
	kill_with_watcher
	wait_for 2 ended $VMNET
	wait_for 2 no_worker
	expect device
}
no_worker() { ! worker_pid; }

test_it_goes_at_the_end() {
	before
	start_vmnet switch:///tmp/ctl
	persist
	stop_vmnet
	expect same_as_before
	# Also by another name, and with another address.
	start_vmnet switch:///tmp/ctl
	persist
	ip -n host link set vmnet-shared name other address 02:00:00:00:00:09
	stop_vmnet
	expect same_as_before
}

test_it_goes_with_a_dead_worker() {
	before
	start_vmnet switch:///tmp/ctl
	persist
	kill -KILL "$(worker_pid)"
	wait_for 3 ended $VMNET
	expect same_as_before
}

any_device() { ip -n host -o link | grep vmnet- || test -e /run/vde_vmnet; }
test_it_goes_in_every_mode() {
	local identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb
	ip -n host link add br9 type bridge
	ip -n host link set br9 up
	for options in --vmnet-mode=host "--vmnet-mode=host --vmnet-network-identifier=$identifier" \
		'--vmnet-mode=bridged --vmnet-interface=br9' '--vmnet-mode=bridged --vmnet-interface=up0'; do
		start_vmnet $options switch:///tmp/ctl
		persist
		stop_vmnet
		refute any_device
	done
}

test_the_watcher_deletes_it() {
	start_vmnet switch:///tmp/ctl
	persist
	kill -KILL $VMNET
	wait_for 5 no_device
}
no_device() { ! device; }

test_cleanup_deletes_it() {
	before
	start_vmnet switch:///tmp/ctl
	persist
	killed
	expect in_ns host "$PROGRAM" --cleanup
	expect same_as_before
}

test_the_next_start_deletes_it() {
	sudo_of alice
	before
	start_vmnet switch:///tmp/ctl
	persist
	killed
	# It is not in the way: --check says so, and a start shows it.
	expect in_ns host "$PROGRAM" --check switch:///tmp/ctl
	expect device
	start_vmnet switch:///tmp/ctl
	guest g1 /tmp/ctl
	lease g1
	expect reaches g1 $SERVER
	kill $PLUG_g1
	ip netns del g1
	stop_vmnet
	expect same_as_before
}

refuse_stranger() {
	local status=0
	in_ns host "$PROGRAM" "$@" switch:///tmp/ctl >/tmp/out 2>/tmp/err || status=$?
	cat /tmp/err
	expect [ $status = 3 ]
	expect grep -q 'a device vmnet-shared already exists; remove it' /tmp/err
}
# What the record is about is gone; another has its name, and its alias, or its number.
test_a_strangers_device_stays() {
	local index
	start_vmnet switch:///tmp/ctl
	index=$(ip -n host -o link show vmnet-shared | cut -d: -f1)
	kill -KILL $VMNET
	wait_for 2 no_worker
	cp /run/vde_vmnet/shared.state /tmp/state
	expect grep -q "^+device $index vmnet-shared" /tmp/state
	ip -n host link add vmnet-shared index $((index + 50)) type bridge
	ip -n host link set vmnet-shared alias 'vde_vmnet network shared'
	refuse_stranger --check
	expect in_ns host "$PROGRAM" --cleanup
	expect device
	refuse_stranger
	ip -n host link del vmnet-shared
	ip -n host link add vmnet-shared index "$index" type bridge
	again
	ip -n host link set vmnet-shared alias 'vde_vmnet network other'
	again
}
again() {
	install -d -m 711 /run/vde_vmnet
	install -m 600 /tmp/state /run/vde_vmnet/shared.state
	refuse_stranger --check
	refuse_stranger
	expect device
	install -d -m 711 /run/vde_vmnet
	install -m 600 /tmp/state /run/vde_vmnet/shared.state
	expect in_ns host "$PROGRAM" --cleanup
	expect device
}

# The same index and alias, in the network of somebody else.
test_it_stays_in_another_network_namespace() {
	local index
	start_vmnet switch:///tmp/ctl
	index=$(ip -n host -o link show vmnet-shared | cut -d: -f1)
	kill -KILL $VMNET
	wait_for 2 no_worker
	ip -n inet link add vmnet-shared index "$index" type bridge
	ip -n inet link set vmnet-shared alias 'vde_vmnet network shared'
	expect in_ns inet "$PROGRAM" --cleanup
	expect ip -n inet link show vmnet-shared
}
