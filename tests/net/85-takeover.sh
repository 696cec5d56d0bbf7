# SPDX-License-Identifier: GPL-2.0-or-later
# A worker that somebody took over: what it can do to the host process, and to files.

setup() { topology; }

ticks() {
	local fields
	read -ra fields <<<"$(sed 's/.*) //' /proc/"$1"/stat)"
	echo $((fields[11] + fields[12]))
}
ask() { "$BUILD_NET"/askhost "$(worker_pid)" "$@"; } # milliseconds verb [addresses]...
BUILD_NET=${CALLER%/*} CONNECT=1 ADDRESSES=3 ALIVE=4 LEASES=8

# The host process goes on as if nothing was: it hears a hundred a second, and those that have answers
# only while these are read.
expect_unmoved() { # milliseconds verb [addresses]...
	local before asked old
	before=$(ticks $VMNET)
	asked=$(ask "$@")
	expect [ "$asked" -le 600 ]
	expect [ $(($(ticks $VMNET) - before)) -le 40 ] # hundredths of a second, of two
	old=$(dnsmasq_pid)
	kill -KILL "$old"
	wait_for 3 dnsmasq_after "$old"
}

test_connectors_are_started_now_and_then() {
	before
	start_vmnet --log-level=debug switch:///tmp/ctl
	kill -STOP "$(worker_pid)"
	expect_unmoved 2000 $CONNECT
	# Each says that a switch is there already.
	expect [ "$(log_count 'debug: switch:///tmp/ctl: Address already in use')" -ge 1 ]
	expect [ "$(log_count 'debug: switch:///tmp/ctl: Address already in use')" -le 16 ]
	stop_vmnet
	expect same_as_before
}

# However long it does not read: what it asked for clients is answered, or the client and those after
# it would wait for ever.
test_no_answer_is_lost() {
	local said
	start_vmnet switch:///tmp/ctl
	kill -STOP "$(worker_pid)"
	said=$(ask answered 3000 $LEASES)
	echo "requests, answers: $said"
	expect [ "${said% *}" -gt 0 ]
	expect [ "${said% *}" = "${said#* }" ]
	kill -CONT "$(worker_pid)"
	guest g1 vde:///tmp/ctl
	lease g1
}

# While the host process is busy with something else, the worker has much to tell: it tells it later.
test_a_host_process_that_is_busy() {
	local end=$((SECONDS + 14))
	start_vmnet --vmnet-mode=bridged --vmnet-interface=up0 switch:///tmp/ctl
	kill -STOP $VMNET
	while [ $SECONDS -lt $end ]; do # twenty times a second, it would tell of new addresses
		as_user "$BUILD_NET"/switchclient /tmp/ctl flood 60
	done
	kill -CONT $VMNET
	wait_for 5 as_user "$BUILD_NET"/switchclient /tmp/ctl flood 1
	sleep 1
	refute log_has 'cannot send'
	expect [ -n "$(worker_pid)" ]
}

# One that answers late, because it was stopped, is what it was.
test_a_pause_is_no_offence() {
	start_vmnet switch:///tmp/ctl
	kill -STOP "$(worker_pid)"
	sleep 1
	kill -CONT "$(worker_pid)"
	guest g1 vde:///tmp/ctl
	lease g1
	expect reaches g1 $SERVER
	refute log_has 'the worker sends more'
}

test_addresses_fill_neither_log_nor_time() {
	start_vmnet --vmnet-mode=bridged --vmnet-interface=up0 switch:///tmp/ctl
	kill -STOP "$(worker_pid)"
	local asked
	asked=$(ask 2000 $ADDRESSES 1 65)
	expect [ "$asked" -le 600 ]
	expect [ "$(log_count 'the worker sends more than 100 requests a second')" = 1 ]
	expect [ "$(log_count 'is promiscuous for as long as')" = 1 ]
	stop_vmnet
}

# No request has a descriptor: none gets into the host process, which could hang as it closes it.
test_descriptors_are_not_taken() {
	local said
	start_vmnet switch:///tmp/ctl
	said=$("$BUILD_NET"/askhost "$(worker_pid)" descriptor $ALIVE)
	if [ "$said" = refused ]; then # by the kernel
		guest g1 vde:///tmp/ctl
		lease g1
		return
	fi
	expect [ "$said" = sent ]
	wait_for 5 ended $VMNET
	expect log_has 'the worker sent an invalid request: Message too long'
}

# What a system call (without arguments) says to one in the worker's place.
attempt() { "$CALLER" "$(worker_pid)" "$1"; }

# A kernel without Landlock: no file is opened there either, and guests notice nothing.
test_without_landlock_no_file_is_opened() {
	local ENOSYS=-38
	printf '#!/bin/sh\nexec %s landlock_create_ruleset %s "$@"\n' "$BUILD_NET"/without "$PROGRAM" >/tmp/vde_vmnet
	chmod 755 /tmp/vde_vmnet
	PROGRAM=/tmp/vde_vmnet start_vmnet switch:///tmp/ctl
	expect log_has 'without Landlock'
	guest g1 vde:///tmp/ctl
	lease g1
	expect reaches g1 $SERVER
	# A socket where emulators make theirs, and one where none does.
	as_user mkdir /tmp/elsewhere
	as_user socat -u UNIX-RECV:/tmp/elsewhere/socket - >/dev/null &
	as_user socat -u UNIX-RECV:/tmp/socket - >/dev/null &
	wait_for 3 test -S /tmp/elsewhere/socket -a -S /tmp/socket
	expect [ "$(as_user "$BUILD_NET"/switchclient /tmp/ctl hostile path /tmp/socket)" = served ]
	expect [ "$(as_user "$BUILD_NET"/switchclient /tmp/ctl hostile path /tmp/elsewhere/socket)" = refused ]
	expect reaches g1 $SERVER
	expect [ "$(attempt openat2)" = $ENOSYS ]
}

# What the tool of these tests says of a call that a worker may make: it is the filter that kills.
test_allowed_calls_do_not_kill() {
	local EBADF=-9 EAFNOSUPPORT=-97 EFAULT=-14
	start_vmnet switch:///tmp/ctl
	expect [ "$(attempt getsockname)" != killed ]
	stop_it
	start_vmnet switch:///tmp/ctl
	# With Landlock there it is allowed; without arguments there is nothing to open.
	expect [ "$(attempt openat2)" != killed ]
}
stop_it() {
	wait_for 5 ended $VMNET
	wait $VMNET || true
}
