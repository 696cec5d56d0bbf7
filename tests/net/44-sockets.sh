# SPDX-License-Identifier: GPL-2.0-or-later
# Sockets where emulators connect: stream://PATH and seqpacket://PATH.

SOCKETS=(stream seqpacket)
CLIENT=${TOOL%/*}/socketclient
setup() { topology; }

# A network with a socket of each kind and a switch of ours.
start_all() { # [options]
	local kind locators=()
	for kind in "${SOCKETS[@]}"; do locators+=("$kind:///tmp/$kind.sock"); done
	start_vmnet --user=$MACHINE_USER "$@" switch://$SWITCH "${locators[@]}"
}
ask() { in_ns host /usr/bin/python3 tests/net/control.py /run/vde_vmnet/shared.control ask "$@"; } # command [arguments]
says() { [ "$(ask "${@:3}" | jq -cr "$1")" = "$2" ]; }                                             # jq-filter expected command [arguments]
# What counts for a kind of socket in the log's counters.
counts() { # pattern
	kill -USR1 $VMNET
	wait_for 3 log_has "$1"
}

test_guests_of_all_kinds_reach_each_other() {
	local kind n=0 other guests=(g0)
	serve_dns
	start_all
	guest g0
	lease g0
	for kind in "${SOCKETS[@]}"; do
		for n in 1 2; do
			socket_guest "$kind$n" "$kind:///tmp/$kind.sock"
			lease "$kind$n"
			expect reaches "$kind$n" $GATEWAY
			expect reaches "$kind$n" $SERVER
			expect reaches host "$(leased "$kind$n" ip)"
			for other in "${guests[@]}"; do
				expect reaches "$kind$n" "$(leased "$other" ip)"
				expect reaches "$other" "$(leased "$kind$n" ip)"
			done
			guests+=("$kind$n")
		done
	done
	counters 9 >/tmp/counters
	for kind in "${SOCKETS[@]}"; do
		expect [ "$(grep -c "$kind:///tmp/$kind.sock port [01] (pid [0-9]*): in" /tmp/counters)" = 2 ]
	done
	# One that leaves takes nobody along.
	kill "$PLUG_seqpacket1"
	expect reaches seqpacket2 $GATEWAY
	expect reaches g0 "$(leased seqpacket2 ip)"
}

# The line of a start can be pasted, whatever the path is.
test_the_line_of_a_start_attaches_an_emulator() {
	local path line
	for path in /tmp/vm.sock '/tmp/my vm, $HOME; [1].sock' "/tmp/the vm's"; do
		: >$LOG
		start_vmnet --user=$MACHINE_USER "stream://$path"
		line=$(sed -n 's/.*; QEMU: //p' $LOG)
		eval "set -- $line"
		expect [ $# = 4 ]
		expect [ "$1 $2" = "-netdev stream,id=net0,server=off,addr.type=unix,addr.path=${path//,/,,}" ]
		expect [ "$3 $4" = '-device virtio-net-pci,netdev=net0' ]
		expect says .socket "$2" query-status
		expect says '.endpoints[0].state' open query-status
		stop_vmnet
	done
	: >$LOG
	start_vmnet --user=$MACHINE_USER seqpacket:///tmp/vm.sock
	expect log_has 'ready: .*; User Mode Linux: vec0:transport=bess,dst=/tmp/vm.sock$'
}

# 0700, or the group's; who is neither is told so by the kernel.
test_who_may_connect() {
	local kind
	start_all
	for kind in "${SOCKETS[@]}"; do
		expect [ "$(stat -c '%a %U' /tmp/$kind.sock)" = "700 $MACHINE_USER" ]
		refute setpriv --reuid=bin --regid=bin --clear-groups "$CLIENT" $kind:///tmp/$kind.sock crowd 1 2>/tmp/err
		expect grep -q 'Permission denied' /tmp/err
	done
	stop_vmnet
	start_all --vde-group=games
	for kind in "${SOCKETS[@]}"; do
		expect [ "$(stat -c '%a %G' /tmp/$kind.sock)" = '770 games' ]
		expect setpriv --reuid=bin --regid=bin --groups="$(getent group games | cut -d: -f3)" "$CLIENT" $kind:///tmp/$kind.sock crowd 3
		refute setpriv --reuid=bin --regid=bin --clear-groups "$CLIENT" $kind:///tmp/$kind.sock crowd 1 2>/tmp/err
	done
}

test_sockets_are_removed_and_stale_ones_taken_over() {
	local kind
	start_all
	stop_vmnet
	for kind in "${SOCKETS[@]}"; do refute test -e /tmp/$kind.sock; done
	for kind in again cleanup; do
		start_all
		kill -KILL $VMNET
		wait_for 3 ended $VMNET
		expect test -S /tmp/stream.sock
		[ $kind = again ] || wait_for 3 in_ns host "$PROGRAM" --cleanup
	done
	for kind in "${SOCKETS[@]}"; do refute test -e /tmp/$kind.sock; done
	# One of nobody's that lives no more is in nobody's way, nor is what it could not be mistaken for.
	as_user timeout -s KILL 0.2 socat -u UNIX-RECV:/tmp/stream.sock - >/dev/null || true
	expect test -S /tmp/stream.sock
	start_all
	socket_guest g1 stream:///tmp/stream.sock
	static_address g1 9
	expect reaches g1 $GATEWAY
}

refuses() { # status pattern locator
	local status=0 how
	for how in --check --pidfile=/tmp/two.pid; do
		status=0
		in_ns host timeout 60 "$PROGRAM" $how --name=two --user=$MACHINE_USER "$3" >/tmp/out 2>/tmp/err || status=$?
		[ "$status" = "$1" ] && [ "$(grep -c error: /tmp/err)" = 1 ] && grep -qE -- "$2" /tmp/err || fail "$how $3: status $status: $(cat /tmp/err)"
	done
}
test_what_is_in_the_way_is_left_alone() {
	local kind
	start_all
	: >/tmp/file
	mkdir -m 755 /tmp/closed
	socat -u UNIX-LISTEN:/tmp/roots - >/dev/null &
	wait_for 3 test -S /tmp/roots
	kill -KILL $!
	wait_for 3 ended $!
	for kind in "${SOCKETS[@]}"; do
		refuses 3 "$kind:///tmp/$kind.sock cannot be opened: another program already listens there" $kind:///tmp/$kind.sock
		refuses 3 'another program already listens there' $kind:///tmp/sw.ctl/ctl
		refuses 2 '/tmp/file: exists and is not a socket' $kind:///tmp/file
		refuses 2 '/tmp/absent/vm: its directory does not exist; create it' $kind:///tmp/absent/vm
		refuses 3 "the worker's user cannot access its directory" $kind:///tmp/closed/vm
		refuses 3 "a socket is there that the worker's user may not replace; if no program uses it .ss -lxp., remove it" $kind:///tmp/roots
		refuses 2 'the worker and emulators cannot access /run/vde_vmnet' $kind:///run/vde_vmnet/vm
		refuses 2 'has 108 bytes, but a socket.s name only has room for 107' "$kind:///$(printf 'x%.0s' {1..107})"
	done
	# A socket where TAPs are asked for is opened as they are.
	refuses 3 'tap:///tmp/stream.sock cannot be opened: another program already listens there' tap:///tmp/stream.sock
	refuses 3 "the worker's user cannot access its directory" tap:///tmp/closed/vm
	expect test -f /tmp/file
	# Nor did who listens there take that for a client.
	counts 'port switch|vmnet-shared: in'
	refute log_has 'clients that left'
	expect says length 1 query-ports
}

# By its number a port can be set apart, and hung up on; who is there, the kernel says.
test_the_control_socket_knows_them() {
	local kind id
	start_all
	guest g0
	static_address g0 9
	for kind in "${SOCKETS[@]}"; do
		socket_guest $kind $kind:///tmp/$kind.sock
		static_address $kind $([ $kind = stream ] && echo 10 || echo 11)
		expect reaches $kind 192.168.105.9
		mine=".[] | select(.kind == \"$kind\")"
		expect says "$mine | .endpoint" "$kind:///tmp/$kind.sock" query-ports
		expect says "$mine | .uid" "$(id -u $MACHINE_USER)" query-ports
		expect says "$mine | .pid > 1" true query-ports
		expect says "$mine | .command" null query-ports
		in_ns host "${PROGRAM%/*}/vde_vmnetctl" ports >/tmp/ports
		cat /tmp/ports
		expect grep -q " $kind " /tmp/ports
		expect says "$mine | .addresses | length > 0" true query-ports
		id=$(ask query-ports | jq "$mine | .id")
		ask port-set "{\"id\":$id,\"isolated\":true}" >/dev/null
		ip -n $kind neigh flush dev eth0
		refute reaches $kind 192.168.105.9
		expect reaches $kind $GATEWAY
		ask port-disconnect "{\"id\":$id}" >/dev/null
		eval "wait_for 5 ended \$PLUG_$kind"
	done
	expect reaches g0 $GATEWAY
	counts 'stream:///tmp/stream.sock, clients that left: in'
}

test_isolated_guests_reach_the_host_alone() {
	local kind n=9 all=()
	start_all --isolated
	for kind in "${SOCKETS[@]}"; do
		socket_guest $kind $kind:///tmp/$kind.sock
		static_address $kind $n
		expect reaches $kind $GATEWAY
		expect reaches host 192.168.105.$n
		n=$((n + 1))
	done
	refute reaches stream 192.168.105.10
	refute reaches seqpacket 192.168.105.9
	# Who says that it is the gateway, or somebody else.
	in_ns stream ip addr add $GATEWAY/32 dev eth0
	in_ns stream ping -c1 -W1 -I $GATEWAY 192.168.105.99 >/dev/null 2>&1 || true
	expect says '.[] | select(.kind == "stream") | .drops["as the gateway"] > 0' true query-ports
}

# The kernel's own stack is the judge, at both ends, at the largest MTU and the usual.
test_streams_are_whole() {
	local mtu kind n
	for mtu in 1500 65520; do
		start_all --mtu=$mtu
		n=9
		for kind in "${SOCKETS[@]}"; do
			socket_guest $kind$mtu $kind:///tmp/$kind.sock $mtu
			static_address $kind$mtu $n
			expect reaches $kind$mtu $SERVER
			stream $kind$mtu inet $SERVER -t 1
			stream $kind$mtu inet $SERVER -t 1 -R
			stream $kind$mtu inet $SERVER -t 1 -P 4 --bidir
			stream $kind$mtu host $GATEWAY -t 1 -R
			stream $kind$mtu inet $SERVER -u -b 100M -l 8000 -t 1 -R
			n=$((n + 1))
		done
		stream stream$mtu seqpacket$mtu 192.168.105.10 -t 1
		stream seqpacket$mtu stream$mtu 192.168.105.9 -t 1
		for kind in "${SOCKETS[@]}"; do none bad_counters $kind$mtu host inet; done
		counters 9 >/tmp/counters
		refute grep -qE '[0-9] error' /tmp/counters
		expect log_has 'stream:///tmp/stream.sock: open for emulators'
		stop_vmnet
	done
}

# Who can reconnect is back after a restart, and one that was killed, also in the middle of frames.
test_guests_outlive_a_restart() {
	local kind n
	start_all
	n=9
	for kind in "${SOCKETS[@]}"; do
		socket_guest $kind $kind:///tmp/$kind.sock 1500 again
		static_address $kind $n
		expect reaches $kind $GATEWAY
		in_ns $kind ping -f -s 1400 $GATEWAY >/dev/null 2>&1 &
		n=$((n + 1))
	done
	for n in TERM KILL TERM KILL; do
		kill -$n $VMNET
		wait_for 5 ended $VMNET
		wait $VMNET || true
		start_all
		for kind in "${SOCKETS[@]}"; do wait_for 5 reaches $kind $GATEWAY; done
	done
	counts 'stream:///tmp/stream.sock port 0'
	refute log_has 'refused a client'
}

test_256_clients_come_and_go() {
	local kind memory n stall
	start_all --vde-group=games
	for kind in "${SOCKETS[@]}"; do
		as_user "$CLIENT" $kind:///tmp/$kind.sock crowd 100
		wait_for 3 says length 1 query-ports
		memory=$(worker_memory) n=$(worker_descriptors)
		for _ in {1..10}; do as_user "$CLIENT" $kind:///tmp/$kind.sock crowd 192; done
		wait_for 3 says length 1 query-ports
		wait_for 3 prints "$n" worker_descriptors
		expect [ "$(worker_memory)" -le $((memory + 256)) ]
		# One user does not get all that there are; nobody gets more.
		"${AS_USER[@]}" "$CLIENT" $kind:///tmp/$kind.sock stall 192 >/tmp/stall.$kind &
		stall=$!
		wait_for 5 grep -q joined /tmp/stall.$kind
		refute as_user "$CLIENT" $kind:///tmp/$kind.sock crowd 2
		expect log_has "$kind:///tmp/$kind.sock: refused a client .uid [0-9]*, pid [0-9]*.: there are too many clients"
		as_member "$CLIENT" $kind:///tmp/$kind.sock crowd 64
		refute as_member "$CLIENT" $kind:///tmp/$kind.sock crowd 66
		kill $stall
	done
	guest g1
	static_address g1 9
	wait_for 5 reaches g1 $GATEWAY
	counts 'seqpacket:///tmp/seqpacket.sock: clients refused: '
}
# Whoever comes has to wait then, those who are there do not, and it is logged once.
test_descriptors_run_out() {
	local kind n ticks
	local -A stalls=()
	printf '#!/bin/sh\nexec prlimit --nofile=300 -- %s "$@"\n' "$PROGRAM" >/tmp/limited
	chmod +x /tmp/limited
	PROGRAM=/tmp/limited start_all
	guest g0
	static_address g0 9
	n=$(worker_descriptors)
	for kind in "${SOCKETS[@]}"; do
		"${AS_USER[@]}" "$CLIENT" $kind:///tmp/$kind.sock stall 180 >/tmp/stall.$kind &
		stalls[$kind]=$!
		wait_for 5 grep -q joined /tmp/stall.$kind
		[ $kind = seqpacket ] || wait_for 10 says length 182 query-ports # all are in, before the others come
	done
	wait_for 5 log_has 'seqpacket:///tmp/seqpacket.sock: cannot accept a client now: Too many open files; trying again'
	ticks=$(worker_ticks)
	echo_requests /tmp/ping 10 100 g0 $GATEWAY
	expect all_answered /tmp/ping 10
	expect [ $(($(worker_ticks) - ticks)) -le 20 ] # of 10 ms, in 2 s
	expect [ "$(grep -c 'cannot accept a client' $LOG)" = 1 ]
	# With room again, those who waited come in.
	kill ${stalls[stream]}
	wait_for 5 says length 182 query-ports
	kill ${stalls[seqpacket]}
	wait_for 5 says length 2 query-ports
	wait_for 5 prints "$n" worker_descriptors
}
worker_ticks() { sed 's/.*) //' /proc/"$(worker_pid)"/stat | awk '{ print $12 + $13 }'; }
as_member() { setpriv --reuid=bin --regid=bin --groups="$(getent group games | cut -d: -f3)" "$@"; }

# As its service has it: members of the group pass through RUNDIR.
test_the_service_has_one() {
	as_service
	chmod 711 /run/vde_vmnet
	start_vmnet --vde-group="$(id -gn $MACHINE_USER)" stream:///run/vde_vmnet/vm.sock
	socket_guest g1 stream:///run/vde_vmnet/vm.sock
	static_address g1 9
	expect reaches g1 $GATEWAY
	stop_vmnet
	refute test -e /run/vde_vmnet/vm.sock
}
