# SPDX-License-Identifier: GPL-2.0-or-later
# Sockets where emulators connect: stream://PATH and seqpacket://PATH.

SOCKET=/tmp/vm.sock
SOCKETS=(stream seqpacket)
CLIENT=${TOOL%/*}/socketclient
setup() { topology; }

# A network with a socket of each kind and a switch of ours.
start_all() { # [options]
	local kind locators=()
	for kind in "${SOCKETS[@]}"; do locators+=("$kind:///tmp/$kind.sock"); done
	start_vmnet --user=$MACHINE_USER "$@" switch://$SWITCH "${locators[@]}"
}
query() { # command [arguments]
	in_ns host python3 tests/net/control.py /run/vde_vmnet/shared.control "$@"
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
