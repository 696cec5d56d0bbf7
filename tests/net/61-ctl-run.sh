# SPDX-License-Identifier: GPL-2.0-or-later
# vde_vmnetctl run, and the same as socket_vmnet_client: a member of the group joins and becomes the
# command.

. "$TOP/tests/net/users.sh"
. "$TOP/tests/net/ctl.sh"

STREAM=/tmp/vm.sock SEQPACKET=/tmp/vm.seq TAPS=$RUNDIR/shared.tap
GUEST=(/usr/bin/python3 "$TOP/tests/net/runguest.py")
WHO=("${READER[@]}")

setup() {
	topology
	mkdir /tmp/bin
	cp "$CTL" /tmp/bin/vde_vmnetctl
	ln -s vde_vmnetctl /tmp/bin/socket_vmnet_client
	PATH=/tmp/bin:/usr/sbin:/usr/bin:/sbin:/bin # which all may search
	qemu qemu-system-fake socket stream tap user vde
}
# The name stands in front of what it was started with: so $! is the command.
run() { # ctl's arguments, behind run
	ip netns exec host "${WHO[@]}" /tmp/bin/vde_vmnetctl run "$@"
}
ctl() { ip netns exec host "${WHO[@]}" timeout 60 /tmp/bin/vde_vmnetctl "$@" >/tmp/out 2>/tmp/err; }
client() { ip netns exec host "${WHO[@]}" /tmp/bin/socket_vmnet_client "$@"; }
# A QEMU that has these types, and says by what it was started and which descriptors it has.
qemu() { # name type…
	cat >/tmp/bin/"$1" <<-END
		#!/bin/sh
		case "\$*" in
		*'-netdev help') printf '%s\n' 'Available netdev backend types:' ${*:2}; exit ;;
		esac
		echo "\$*"
		for fd in /proc/\$\$/fd/*; do echo "has \${fd##*/} \$(readlink \$fd)"; done
	END
	chmod 755 /tmp/bin/"$1"
}
all_kinds() { start_vmnet --user=daemon --vde-group=games switch://$SWITCH seqpacket://$SEQPACKET stream://$STREAM tap://; }
no_tap() { ! ip -n host -o link | grep ' vmnettap'; }

test_each_descriptor_leads_to_the_network() {
	local via
	all_kinds
	for via in tap stream seqpacket; do
		expect ctl run --via=$via -- "${GUEST[@]}" $via '{fd}' '{mac}'
		says '^answered '
	done
	expect ctl run --via tap --mac 52:54:00:12:34:56 --network shared -- "${GUEST[@]}" tap '{fd}' 52:54:00:12:34:56
	wait_for 5 no_tap
}

# An endpoint has its options behind its path.
test_an_endpoint_with_options() {
	start_vmnet --user=daemon --vde-group=games "stream://${STREAM}[offload=on]" "seqpacket://${SEQPACKET}[offload=on]"
	local via
	for via in stream seqpacket; do
		expect ctl run --via=$via -- "${GUEST[@]}" $via '{fd}' '{mac}'
		says '^answered '
	done
}

# Where no process may be another user's than the others.
test_a_service() {
	as_service
	start_vmnet switch://$SWITCH stream://$STREAM tap://
	expect ctl run --via=stream -- "${GUEST[@]}" stream '{fd}' '{mac}'
	says '^answered '
	expect ctl run --via=tap -- "${GUEST[@]}" tap '{fd}' '{mac}'
	says '^answered '
}

# No process is between: pid, signals, exit status and standard streams are the command's.
test_it_becomes_the_command() {
	local status=0 pid
	all_kinds
	run --via=stream -- "${GUEST[@]}" stream '{fd}' '{mac}' 7 || status=$?
	expect [ $status = 7 ]
	status=0
	run --via=tap -- "${GUEST[@]}" tap '{fd}' '{mac}' -15 || status=$?
	expect [ $status = 143 ]
	expect [ "$(echo through | run --via=stream -- sh -c 'cat; : {fd}')" = through ]
	ip netns exec host "${WHO[@]}" /tmp/bin/vde_vmnetctl run --via=stream -- sleep '{fd}000' &
	pid=$!
	wait_for 5 is_called $pid sleep
	ip netns exec host "${WHO[@]}" sleep 3000 &
	wait_for 5 is_called $! sleep
	expect [ "$(signals $pid)" = "$(signals $!)" ]
	kill $pid
	status=0
	wait $pid || status=$?
	expect [ $status = 143 ]
}
signals() { grep -E '^Sig(Blk|Ign|Cgt)' /proc/"$1"/status; }
is_called() { [ "$(cat /proc/"$1"/comm)" = "$2" ]; }

# What is open: what the caller had, and the descriptor that was asked for.
OPEN='for fd in /proc/$$/fd/*; do readlink "$fd"; done'
kinds() { sed 's/:.*//' | sort; }
test_nothing_else_is_open() {
	local via
	all_kinds
	exec 9</dev/zero
	ip netns exec host "${WHO[@]}" sh -c "$OPEN" </dev/null | kinds >/tmp/before
	expect grep -x /dev/zero /tmp/before
	for via in tap stream seqpacket; do
		run --via=$via -- sh -c "$OPEN; : {fd}" </dev/null | kinds >/tmp/after
		expect [ "$(comm -3 /tmp/before /tmp/after)" = $'\t'"$([ $via = tap ] && echo /dev/net/tun || echo socket)" ]
	done
}

# By what QEMU has, the fastest first.
test_the_fastest_way() {
	all_kinds
	expect ctl run -- qemu-system-fake -netdev '{netdev},id=n0' -device 'x,mac={mac}'
	says '^-netdev tap,fd=[0-9]+(,vhost=on,vhostfd=[0-9]+)?,id=n0 -device x,mac=[0-9a-f]{2}(:[0-9a-f]{2}){5}$'
	expect grep "^has $(sed -n 's/^-netdev tap,fd=\([0-9]*\).*/\1/p' /tmp/out) /dev/net/tun\$" /tmp/out
	# Without {mac} nothing would pass.
	expect ctl run -- qemu-system-fake -netdev '{netdev},id=n0'
	says '^-netdev socket,fd=[0-9]+,id=n0$'
	expect grep "^has $(sed -n 's/^-netdev socket,fd=\([0-9]*\).*/\1/p' /tmp/out) socket:" /tmp/out
	expect ctl run --mac=52:54:00:12:34:56 -- qemu-system-fake -netdev '{netdev},id=n0'
	says '^-netdev tap,'
	expect ctl run --via=vde -- qemu-system-fake -netdev '{netdev},id=n0' -device 'mac={mac}'
	says "^-netdev vde,sock=$SWITCH,id=n0 -device mac=[0-9a-f]{2}(:[0-9a-f]{2}){5}\$"
	expect ctl run --via=stream --mac=52:54:00:AB:cd:ef -- qemu-system-fake '{netdev}' '{mac}' '{fd}'
	says '^socket,fd=([0-9]+) 52:54:00:ab:cd:ef \1$'
	stop_vmnet
	start_vmnet --user=daemon --vde-group=games "switch:///tmp/a,b.ctl" seqpacket://$SEQPACKET
	expect ctl run -- qemu-system-fake -netdev '{netdev},id=n0'
	says '^-netdev vde,sock=/tmp/a,,b.ctl,id=n0$'
	# The only kind of descriptor that there is.
	expect ctl run -- "${GUEST[@]}" seqpacket '{fd}' '{mac}'
	says '^answered '
}

test_a_qemu_without_vde() {
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH
	qemu qemu-system-bare socket tap user
	ends_with 1 run -- qemu-system-bare -netdev '{netdev},id=n0'
	complains 'qemu-system-bare has no -netdev vde because it was built without libvdeplug: .* endpoint stream:// or tap://$'
	ends_with 1 run --via=vde -- /tmp/bin/qemu-system-bare -netdev '{netdev},id=n0'
	# One that does not say is not kept from trying.
	printf '#!/bin/sh\ncase "$*" in *help) exit 1;; esac; echo "$*"\n' >/tmp/bin/qemu-system-bare
	expect ctl run -- qemu-system-bare '{netdev}'
	says "^vde,sock=$SWITCH\$"
	printf '#!/bin/sh\ncase "$*" in *help) exec sleep 1000;; esac; echo "$*"\n' >/tmp/bin/qemu-system-bare
	expect ctl --timeout=1 run -- qemu-system-bare '{netdev}'
	says "^vde,sock=$SWITCH\$"
	refute pgrep -x sleep
	printf '#!/bin/sh\ncase "$*" in *help) exec cat /dev/zero;; esac; echo "$*"\n' >/tmp/bin/qemu-system-bare
	expect ctl run -- qemu-system-bare '{netdev}'
	refute pgrep -x cat
}

test_what_to_do_instead() {
	all_kinds
	# How to write it.
	ends_with 2 run
	complains 'usage: vde_vmnetctl run -- COMMAND'
	ends_with 2 run --via=tap --
	ends_with 2 run qemu-system-fake
	complains 'write -- before the command: vde_vmnetctl run -- qemu-system-fake'
	ends_with 2 run --via=tap qemu-system-fake -netdev '{netdev}'
	complains 'write -- before the command'
	ends_with 2 run -netdev '{netdev}'
	complains '-netdev: not an option of run; put -- before the command'
	ends_with 2 run -- qemu-system-fake -netdev user,id=n0
	complains 'contains neither \{netdev\} nor \{fd\}: write \{netdev\} .*, or \{fd\} .*: vde_vmnetctl run -- qemu-system-x86_64 '
	# By what.
	ends_with 2 run -- crosvm '{netdev}'
	complains '\{netdev\} is for QEMU, and crosvm does not look like'
	ends_with 2 run -- crosvm '{fd}'
	complains 'choose with --via= .*: tap, stream, seqpacket$'
	ends_with 2 run -- qemu-system-fake '{fd}'
	complains 'choose with --via= .*: tap, stream$'
	ends_with 2 run --via=bridge -- true '{fd}'
	complains -- '--via=bridge: use tap, stream, seqpacket or vde'
	ends_with 2 run --via=seqpacket -- qemu-system-fake '{netdev}'
	complains -- 'use --via=stream'
	ends_with 2 run --via=seqpacket -- qemu-system-fake '{fd}'
	ends_with 2 run --via=vde -- true '{fd}'
	complains 'has no \{fd\}'
	ends_with 2 run --via=tap -- qemu-system-fake '{netdev}'
	complains 'write -device ...,mac=\{mac\}'
	for mac in 52:54:00 33:33:00:00:00:01 00:00:00:00:00:00; do
		ends_with 2 run --mac=$mac -- qemu-system-fake '{netdev}'
		complains -- "--mac=$mac: "
	done
	ends_with 2 --via=tap list
	complains -- '--via= is only for run'
	# A script that starts QEMU, and says so.
	expect ctl run --via=stream -- echo '{netdev}'
	says '^socket,fd=[0-9]+$'
	expect no_tap
}

test_what_cannot_be() {
	all_kinds
	ends_with 127 run --via=stream -- no-such-command '{fd}'
	complains 'no-such-command: No such file or directory'
	ends_with 127 run --via=stream -- /tmp/no-such '{fd}'
	ends_with 126 run --via=stream -- /tmp '{fd}'
	complains '/tmp: Permission denied'
	ends_with 3 run --network=lab -- qemu-system-fake '{netdev}'
	complains "there is no network 'lab' here"
	expect no_tap
	WHO=("${OUTSIDER[@]}")
	ends_with 4 run -- qemu-system-fake '{netdev}'
	complains 'permission denied .*group games'
	WHO=("${READER[@]}")
	stop_vmnet
	ends_with 3 run -- qemu-system-fake '{netdev}'
	complains 'no network is running'
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH
	ends_with 1 run --via=tap -- true '{fd}'
	complains "network 'shared' has no endpoint for --via=tap, only for vde; start it with an endpoint tap://"
	ends_with 1 run -- true '{fd}'
	complains 'no endpoint for \{fd\}, only for vde; start it with an endpoint stream:///tmp/shared\.sock or tap://$'
	ends_with 1 run --via=seqpacket -- true '{fd}'
	complains 'start it with an endpoint seqpacket:///tmp/shared\.sock$'
	# What the network says of a TAP that it does not give.
	stop_vmnet
	all_kinds
	ends_with 1 run --via=tap --mac="$(ip -n host -j link show vmnet-shared | jq -r '.[].address')" -- true '{fd}'
	complains 'cannot get a TAP: .'
	expect no_tap
}

# With the endpoint that is suggested, the network starts and has what was missing.
test_a_suggested_endpoint_is_accepted() {
	suggested_for stream sh -c ': {fd}'
	suggested_for seqpacket sh -c ': {fd}'
	suggested_for vde qemu-system-fake '{netdev}'
}
suggested_for() { # via command...
	start_vmnet --user=daemon --vde-group=games --name=lab tap://
	ends_with 1 run --via="$1" -- "${@:2}"
	complains "network 'lab' has no endpoint for --via=$1, only for tap; start it with an endpoint "
	stop_vmnet
	start_vmnet --user=daemon --vde-group=games --name=lab "$(sed 's/.* //' /tmp/err)"
	expect ctl run --via="$1" -- "${@:2}"
	stop_vmnet
}

# A worker that was taken over leads nobody to a socket that is another user's.
test_a_worker_that_lies() {
	mkdir -m 711 $RUNDIR
	fake() { ANSWERS='{"query-status": {"endpoints": [{"locator": "stream:///tmp/agent"}]}}' python3 "$TOP/tests/net/fakecontrol.py" $RUNDIR/shared.control & }
	fake
	wait_for 5 test -e $RUNDIR/shared.control.ready
	chown daemon:games $RUNDIR/shared.control
	chmod 660 $RUNDIR/shared.control
	"${READER[@]}" socat UNIX-LISTEN:/tmp/agent,fork,mode=600 'SYSTEM:touch /tmp/reached' &
	wait_for 5 test -S /tmp/agent
	ends_with 1 run --name=shared -- qemu-system-fake '{netdev}'
	complains 'stream:///tmp/agent: another user.s process is listening there'
	refute test -s /tmp/out
	chown sys $RUNDIR/shared.control
	ends_with 0 run --name=shared -- qemu-system-fake '{netdev}'
}

test_as_socket_vmnet_client() {
	local status=0
	all_kinds
	client $STREAM "${GUEST[@]}" stream 3 52:54:00:12:34:56 >/tmp/out
	says '^answered '
	client $STREAM "${GUEST[@]}" stream 3 52:54:00:12:34:56 7 || status=$?
	expect [ $status = 7 ]
	# Whatever is there, it is descriptor 3, and its words are not looked at.
	client $STREAM sh -c 'readlink /proc/$$/fd/3; ls /proc/$$/fd | wc -l; echo "$@"' - '{fd}' --help -v 3</dev/null >/tmp/out
	says '^socket:'
	says '^\{fd\} --help -v$'
	client --help >/tmp/out
	says '^Usage: socket_vmnet_client SOCKET COMMAND'
	client --version >/tmp/out
	says '^socket_vmnet_client of vde_vmnetctl '
	ctl() { client "$@" >/tmp/out 2>/tmp/err; }
	ends_with 2
	complains '^socket_vmnet_client: usage: socket_vmnet_client SOCKET COMMAND'
	ends_with 2 $STREAM
	ends_with 2 --no-such $STREAM true
	ends_with 127 $STREAM no-such-command
	complains '^socket_vmnet_client: no-such-command: No such file'
	ends_with 3 /tmp/nothing true
	ends_with 1 $SEQPACKET true
	complains 'not a stream socket'
	ends_with 1 "/tmp/$(printf '%0200d' 0)" true
	WHO=("${OUTSIDER[@]}")
	ends_with 4 $STREAM true
	complains 'permission denied'
}
