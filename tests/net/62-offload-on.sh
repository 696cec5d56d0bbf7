# SPDX-License-Identifier: GPL-2.0-or-later
# Emulators that leave offloads to others and say nothing of it, as libkrun does: offload=on at
# stream:// and seqpacket://. The kernel's own stack is the guest, and the judge at every end.

CLIENT=${TOOL%/*}/socketclient
SWITCH=/tmp/our.ctl
SOCKETS=(stream seqpacket)
setup() { topology_of_both; }

start_all() { # option-of-endpoints [options]
	local kind locators=()
	for kind in "${SOCKETS[@]}"; do locators+=("$kind:///tmp/$kind.sock$1"); done
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 --vmnet-disable-dhcp "${@:2}" switch://$SWITCH "${locators[@]}"
}
# A guest whose device has offloads, all of which its emulator forgets to mention.
strip_guest() { # name kind host-number [mtu]
	make_ns "$1"
	ip -n "$1" tuntap add dev eth0 mode tap user $MACHINE_USER
	ip -n "$1" link set eth0 mtu "${4:-1500}" up
	ip netns exec "$1" "${AS_USER[@]}" "$CLIENT" "$2:///tmp/$2.sock" strip eth0 </dev/null &
	eval "PLUG_$1=$!"
	wait_for 5 carrier "$1" eth0
	static_address "$1" "$3"
	static_address6 "$1" "$3"
	expect in_ns "$1" sh -c 'ethtool -k eth0 | grep "tcp-segmentation-offload: on"'
	wait_for 3 reaches "$1" $GATEWAY
	wait_for 3 reaches "$1" $PREFIX6$3
}
ask() { in_ns host /usr/bin/python3 tests/net/control.py /run/vde_vmnet/shared.control ask "$@"; } # command [arguments]
port_of() { ask query-ports | jq ".[] | select(.kind == \"$1\") | .$2"; }                          # kind field

# A file of 8 MiB comes out as it went in.
transfers() { # from to address-of-to
	local listen=TCP-LISTEN send=TCP address=$3
	[[ $3 != *:* ]] || listen=TCP6-LISTEN send=TCP6 address="[$3]"
	[ -e /tmp/file ] || head -c 8M /dev/urandom >/tmp/file
	rm -f /tmp/came
	in_ns "$2" timeout 60 socat -u $listen:7000,reuseaddr CREATE:/tmp/came &
	local server=$!
	wait_for 5 listens "$2" t 7000
	in_ns "$1" timeout 60 socat -u OPEN:/tmp/file "$send:$address:7000" || fail "$1 to $2 at $3"
	wait $server
	expect cmp /tmp/file /tmp/came
}
# From both ends, to a guest with offloads and to one without, to the host, beyond NAT.
transfers_everywhere() { # guest
	local to
	for to in "g0 192.168.105.9" "other 192.168.105.8" "host $GATEWAY" "inet $SERVER" \
		"g0 ${PREFIX6}9" "other ${PREFIX6}8" "inet $SERVER6"; do
		transfers "$1" $to
	done
	transfers g0 "$1" 192.168.105.10
	transfers host "$1" 192.168.105.10
	transfers g0 "$1" "${PREFIX6}10"
}
sent_super_frames() { # kind
	counters 9 | sed -nE "s/.*port $1:.*: in ([0-9]+) frames ([0-9]+) bytes.*/\2 \1/p" |
		awk '$1 / $2 > 4000 { found = 1 } END { exit !found }'
}

test_what_they_leave_undone_is_done() {
	local kind other
	start_all '[offload=on]'
	guest g0
	static_address g0 9
	static_address6 g0 9
	for kind in "${SOCKETS[@]}"; do
		other=$([ $kind = stream ] && echo seqpacket || echo stream)
		strip_guest other $other 8
		strip_guest vm $kind 10
		transfers_everywhere vm
		expect sent_super_frames $kind
		stream vm inet $SERVER -t 1 --bidir
		stream vm inet $SERVER6 -t 1 -P 4
		stream vm inet $SERVER -t 1 -M 536
		stream vm inet $SERVER -u -b 100M -l 1472 -t 1
		stream vm other 192.168.105.8 -t 1 -C cubic
		none bad_counters vm other g0 host inet
		for ns in vm other; do
			eval "kill \$PLUG_$ns"
			ip netns del $ns
		done
	done
	counters 20 >/tmp/counters
	refute grep -qE '[0-9] (error|too long)' /tmp/counters
	refute log_has 'append .offload=on.'
}

test_other_mtus() {
	local mtu
	for mtu in 9000 65520; do
		start_all '[offload=on]' --mtu=$mtu
		large_guest g0 $SWITCH $mtu
		static_address g0 9
		static_address6 g0 9
		strip_guest vm stream 10 $mtu
		strip_guest other seqpacket 8 $mtu
		transfers_everywhere vm
		none bad_counters vm other g0 host inet
		counters 20 >/tmp/counters
		refute grep -qE '[0-9] (error|too long)' /tmp/counters
		stop_vmnet
		for ns in vm other g0; do ip netns del $ns; done
	done
}

# The emulator does not say how large its guest's segments are, of which it was told by others.
test_a_way_that_is_narrower_is_heeded() {
	local ns
	ip -n host link set up0 mtu 1400 # and the other end does not know
	start_all '[offload=on]'
	strip_guest vm stream 10
	strip_guest other seqpacket 8
	in_ns inet sysctl -qw net.ipv4.tcp_min_snd_mss=100
	for ns in vm other; do
		transfers $ns inet $SERVER
		transfers $ns inet $SERVER6
		expect in_ns $ns sh -c "ip route get $SERVER | grep 'mtu 1400'"
		stream $ns inet $SERVER -t 1 -P 4
		stream $ns inet $SERVER -t 1 -M 600
		stream $ns inet $SERVER -t 1 -R
	done
	none bad_counters vm other host inet
}

# Frames wait whole for the rate of their port.
test_a_rate_holds() {
	start_all '[offload=on]'
	guest g0
	static_address g0 9
	static_address6 g0 9
	strip_guest vm stream 10
	ask port-set "{\"id\":$(port_of stream id),\"rate\":50000000}" >/dev/null
	transfers vm g0 192.168.105.9
	transfers g0 vm 192.168.105.10
	stream vm inet $SERVER -t 3
	awk '/receiver/ { print $7, $8 }' /tmp/iperf
	expect awk '/receiver/ { exit !($7 > 30 && $7 < 52 && $8 == "Mbits/sec") }' /tmp/iperf
	none bad_counters vm g0 host inet
}

frames() { /usr/bin/python3 tests/net/strippedframes.py "$1" "/tmp/$1.sock" "${@:2}"; } # kind size [mtu]

# By one who counts every byte, at lengths around what fits and at the largest.
test_frames_are_split_where_they_must_be() {
	local kind size
	start_all '[offload=on]'
	for kind in "${SOCKETS[@]}"; do
		for size in 1 1440 1460 1461 2880 40000 65400; do expect frames $kind $size 1500; done
	done
	counters 9 >/tmp/counters
	refute grep -qE '[0-9] (error|too long)' /tmp/counters
}

# Once in a minute, for each thing that is wrong.
test_without_it_a_line_names_it() {
	start_all ''
	strip_guest vm stream 10
	(in_ns vm timeout 3 socat -u OPEN:/dev/zero TCP:$GATEWAY:53) || true
	wait_for 5 log_has 'warning: stream:///tmp/stream.sock port 0 .*: frames arrive without checksums, .* append .offload=on. to the endpoint.s path'
	expect frames stream 40000
	wait_for 5 log_has 'a frame from 02:00:00:00:00:77 was dropped: it is longer than the network.s MTU allows; .*append .offload=on. to the endpoint.s path'
	expect frames seqpacket 40000
	wait_for 5 log_has 'warning: seqpacket:///tmp/seqpacket.sock port 0 .*: frames arrive without checksums'
	expect [ "$(log_count 'frames arrive without checksums')" = 2 ]
	expect [ "$(log_count 'is longer than the network')" = 1 ]
	counters 9 >/dev/null
	wait_for 3 log_has 'stream:///tmp/stream.sock, clients that left: .*dropped in: 2 too long'
	refute log_has 'refused a client'
	expect reaches vm $GATEWAY
}

# Guests that do as they should hear nothing of it.
test_nobody_else_is_named() {
	local kind n=10
	start_all ''
	for kind in "${SOCKETS[@]}"; do
		socket_guest $kind $kind:///tmp/$kind.sock
		static_address $kind $n
		stream $kind inet $SERVER -t 1 --bidir
		n=$((n + 1))
	done
	refute log_has 'offload=on'
}

test_it_is_shown_and_refused_elsewhere() {
	local endpoint status
	start_all '[offload=on]'
	expect [ "$(ask query-status | jq -c '[.endpoints[].locator]')" = '["switch:///tmp/our.ctl","stream:///tmp/stream.sock[offload=on]","seqpacket:///tmp/seqpacket.sock[offload=on]"]' ]
	in_ns host "${PROGRAM%/*}/vde_vmnetctl" status >/tmp/out
	expect grep -F 'stream:///tmp/stream.sock[offload=on]' /tmp/out
	expect log_has 'stream:///tmp/stream.sock\[offload=on\]: open for emulators'
	stop_vmnet
	for endpoint in "switch://${SWITCH}[offload=on]" 'ptp:///tmp/p[offload=on]' 'tap:///tmp/t[offload=on]' '/tmp/sw[offload=on]'; do
		status=0
		in_ns host "$PROGRAM" --check --user=$MACHINE_USER "$endpoint" >/tmp/out 2>/tmp/err || status=$?
		expect [ $status = 2 ]
		expect grep -q 'offload= is only for stream:// and seqpacket://' /tmp/err
	done
	printf 'user=%s\nendpoint=stream:///tmp/vm.sock[offload=on]\n' $MACHINE_USER >/tmp/vm.conf
	expect in_ns host "$PROGRAM" --check --config=/tmp/vm.conf
}
