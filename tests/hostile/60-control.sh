# SPDX-License-Identifier: GPL-2.0-or-later
# Clients of the control socket that do not behave (control.py), and beside them guests that do.

. "$TOP/tests/net/users.sh"

setup() {
	topology
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH
	guest g1
	guest g2
	static_address g1 9
	static_address g2 10
	expect reaches g1 192.168.105.10
	WORKER=$(worker_pid)
	reader ask query-ports >/dev/null
	MEMORY=$(worker_memory) OPEN=$(worker_descriptors)
}
reader() { as reader "$@"; }
# How long the slowest of a hundred takes, in microseconds.
p99() { sed -n 's/.*time=\([0-9.]*\) ms/\1/p' "$1" | sort -n | awk '{time[NR] = $1} END {print int(1000 * time[int(NR * 0.99 + 0.5)])}'; }
# Beside a command, a guest pings another; none of the packets may be lost, nor wait for it.
beside() { # name command...
	local ping count=${PINGS:-600}
	echo_requests /tmp/ping "$count" 5 g1 192.168.105.10 &
	ping=$!
	"${@:2}"
	wait $ping
	echo "beside $1: $(answered /tmp/ping "$count") of $count answered, p99 $(p99 /tmp/ping) us"
	expect all_answered /tmp/ping "$count"
	expect [ "$(p99 /tmp/ping)" -le 1000000 ] # of a machine that is busy; a worker that waits takes far longer
}
nothing_stays() {
	wait_for 5 prints "$OPEN" worker_descriptors
	expect [ "$(worker_pid)" = "$WORKER" ]
	expect [ "$(worker_memory)" -le "$MEMORY" ]
	reader ask query-status >/dev/null
	expect reaches g2 $GATEWAY
	refute grep -q "$(printf '[\033\007]')" $LOG
	expect [ "$(log_count ' error')" = 0 ]
}

test_what_is_no_command_ends_the_connection() {
	local kind
	beside nothing true
	for kind in 'huge 20' 'deep 50' 'binary 50' 'descriptors 20'; do
		# shellcheck disable=SC2086 # a kind, and how often
		beside "$kind" reader misbehave $kind
	done
	nothing_stays
}

test_ten_thousand_connections() {
	beside '10000 connections' reader misbehave connects 10000
	nothing_stays
}

test_slow_ones_and_those_that_do_not_read_are_hung_up_on() {
	reader misbehave unread >/tmp/unread &
	local unread=$!
	wait_for 10 grep -q full /tmp/unread
	PINGS=2500 beside 'a slow one, and one that does not read' reader misbehave slow
	wait $unread
	nothing_stays
}

# A guest waits for one thing at most that is done for them, and all of it has a share of the time.
# (Reckoned in the worker's own time: others have the processors meanwhile, here as elsewhere.)
test_long_commands_have_a_share_of_the_time() {
	local start before part alone most=40
	[[ $BUILD != *address* ]] || most=80 # one command takes longer than what it is reckoned at
	PINGS=400 beside 'a busy process' reader misbehave elsewhere 3
	alone=$(p99 /tmp/ping)
	start=$(milliseconds) before=$(worked $WORKER)
	PINGS=400 beside 'the longest commands' reader misbehave long 6
	part=$((($(worked $WORKER) - before) / 10000 / ($(milliseconds) - start)))
	echo "of the time, the worker had $part %"
	expect [ $part -le $most ]
	# Ten times what it is without them, and as much as a busy machine may add by chance.
	expect [ "$(p99 /tmp/ping)" -le $((10 * alone + 100000)) ]
	nothing_stays
}

# They ask the host process for as much as it hears, and root is heard all the same.
twenty_times() {
	local n
	for n in {1..20}; do as root ask query-leases >/dev/null; done
}
test_who_may_make_changes_waits_for_none_of_them() {
	local uid pids=()
	for uid in 1001 1002; do
		setpriv --reuid=$uid --regid=$uid --groups="$GAMES" \
			/usr/bin/python3 tests/net/control.py $CONTROL misbehave forwards 30 &
		pids+=($!)
	done
	sleep 3                   # all have asked by now
	within 12000 twenty_times # else each waits for the next second
	kill "${pids[@]}"
	nothing_stays
}

holds() { [ "$(wc -l </tmp/held)" = "$1" ]; }
# A user has a share, all together have one, and root comes in all the same.
test_places_are_shared_out() {
	local uid n
	mkfifo /tmp/end
	exec 7<>/tmp/end
	: >/tmp/held
	for uid in 1001 1002 1003 1004; do
		setpriv --reuid=$uid --regid=$uid --groups="$GAMES" \
			/usr/bin/python3 tests/net/control.py $CONTROL hold 12 </tmp/end >>/tmp/held 7<&- &
		n=$((${n:-0} + 1))
		wait_for 10 holds $n
	done
	expect [ "$(paste -sd' ' /tmp/held)" = '8 8 8 6' ]
	! reader ask query-status >/tmp/said 2>&1 || fail 'there is a place more'
	expect grep -q 'too many clients' /tmp/said
	expect log_has 'control socket: refused a client \(uid [0-9]+, pid [0-9]+\): too many are connected \(at most 32 in total, 8 per user\)'
	as root ask query-status >/dev/null
	exec 7>&-
	wait_for 10 reader ask query-status
	nothing_stays
}

# Those who ask for everything at once, and read it.
test_many_ask_at_once() {
	local n pids=()
	ask_often() {
		local i
		for i in 1 2 3 4 5 6 7 8 9 10; do
			reader ask query-ports >/dev/null
			reader ask query-leases >/dev/null || true # not so often
		done
	}
	all_ask() {
		for n in 1 2 3 4; do
			ask_often &
			pids+=($!)
		done
		wait "${pids[@]}"
	}
	beside 'many questions' all_ask
	nothing_stays
}
