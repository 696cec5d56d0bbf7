# SPDX-License-Identifier: GPL-2.0-or-later
# Guests on TAPs who bring MAC addresses of their own: the first frame says which.
#
#   guest t1 ─ eth0 ═ vmnettapN ─┐
#   guest g1 ═ our switch ═ vmnet_shared ─┴─ vmnet-shared (bridge, gateway) ─ ns host ─ up0 ── ns inet
. "$TOP/tests/net/tap.sh"

SWITCH=/tmp/our.ctl
setup() { topology; }
begin() {
	start_vmnet "$@" switch://$SWITCH tap://
	TAPS=/run/vde_vmnet/shared.tap
}
newcomer() { OWN=$2 tap_guest "$1" learn "${@:3}"; } # name MAC what…; with QUIET it says nothing by itself
ports() { in_ns host "$PROGRAM"ctl ports --json | jq -c '.[] | select(.kind == "guest-tap") | '"$1"; }
is_known() { log_has "$(told "$1" 1): its guest has the MAC address $2"; }
# What the host's table of neighbours, or its bridge's table, has.
knows_of() { # neigh|fdb MAC
	case $1 in
	neigh) ip -n host neigh show ;;
	fdb) in_ns host bridge fdb show ;;
	esac | grep "$2"
}
# It speaks, and is not heard.
speaks() { in_ns "$1" busybox arping -q -c "${2:-1}" -w 1 -I eth0 $GATEWAY || true; }

test_its_address_is_that_of_its_first_frame() {
	begin
	guest g1 $SWITCH
	lease g1
	newcomer t1 52:54:00:12:34:56
	expect [ "$(told t1 2)" = 00:00:00:00:00:00 ]
	expect log_has "$(told t1 1) for uid .*, whose guest brings its own MAC address"
	lease t1
	expect is_known t1 52:54:00:12:34:56
	expect reaches t1 $SERVER
	expect reaches t1 "$(leased g1 ip)"
	expect reaches g1 "$(leased t1 ip)"
	expect grep -q '52:54:00:12:34:56 .*sticky.* static' <(in_ns host bridge fdb show brport "$(told t1 1)")
	expect [ "$(ports '[.macs, .drops]')" = '[["52:54:00:12:34:56"],{}]' ]
	# From then on it has no other.
	ip -n t1 link set eth0 address 52:54:00:12:34:57
	refute reaches t1 $GATEWAY
	expect [ "$(ports '.drops | keys')" = '["with another MAC address than its own"]' ]
	ip -n t1 link set eth0 address 52:54:00:12:34:56
	wait_for 5 reaches t1 $GATEWAY
	expect [ "$(log_count 'its guest has the MAC address')" = 1 ]
}

# As long as it has said nothing, it is heard by nobody, and nothing is counted as a lie.
test_nothing_passes_before() {
	begin
	guest g1 $SWITCH
	lease g1
	QUIET=1 newcomer t1 52:54:00:12:34:56
	expect [ "$(ports '[.macs, .state]')" = '[[],"on"]' ]
	kill -STOP "$VMNET"
	speaks t1 3
	refute knows_of neigh 52:54:00:12:34:56
	refute knows_of fdb 52:54:00:12:34:56
	kill -CONT "$VMNET"
	wait_for 5 is_known t1 52:54:00:12:34:56
	lease t1
	expect knows_of neigh 52:54:00:12:34:56
	expect knows_of fdb 52:54:00:12:34:56
	expect [ "$(ports .drops)" = '{}' ]
	refute log_has 'a MAC address other than the one they were given'
}

# Of a guest on our switch, of one on a TAP, of the gateway, of a device: none is taken from them.
test_anothers_address_is_not_given() {
	local taken mac
	begin
	guest g1 $SWITCH
	lease g1
	newcomer t1 52:54:00:12:34:56
	lease t1
	# It has been silent for long: the bridge of the host has forgotten it.
	in_ns host bridge fdb flush dev vmnet-shared dynamic 2>/dev/null || true
	for taken in "$(in_ns g1 cat /sys/class/net/eth0/address)" 52:54:00:12:34:56 "$(in_ns host cat /sys/class/net/vmnet-shared/address)" \
		"$(in_ns host cat /sys/class/net/"$(told t1 1)"/address)"; do
		newcomer t2 "$taken"
		speaks t2
		wait_for 5 log_has "$(told t2 1): its guest uses the MAC address $taken, which another guest or the host has: all its frames are dropped"
		refute log_has "$(told t2 1): its guest has the MAC address $taken"
		expect reaches g1 "$(leased t1 ip)"
		# With one of its own it comes in.
		ip -n t2 link set eth0 address 52:54:00:12:34:58
		address_given() {
			speaks t2
			is_known t2 52:54:00:12:34:58
		}
		wait_for 15 address_given
		lease t2
		expect reaches t2 "$(leased g1 ip)"
		release t2
		ip netns del t2
		wait_for 5 no_taps_but 1
		: >$LOG
	done
}
no_taps_but() { [ "$(taps)" = "$1" ]; }

test_many_at_once() {
	local n
	begin
	for n in 1 2 3 4 5 6; do newcomer t$n 52:54:00:12:34:0$n; done
	for n in 1 2 3 4 5 6; do lease t$n; done
	for n in 1 2 3 4 5 6; do
		expect is_known t$n 52:54:00:12:34:0$n
		expect reaches t$n $SERVER
	done
	expect [ "$(ports '.macs[0]' | sort -u | wc -l)" = 6 ]
}

# Both who was known and who was not are there again after a kill.
test_they_are_known_again() {
	begin
	newcomer t1 52:54:00:12:34:56
	lease t1
	QUIET=1 newcomer t2 52:54:00:12:34:57
	kill_with_watcher
	wait_for 5 ended $VMNET
	begin
	expect log_has "$(told t1 1), which uid .* still holds, has joined vmnet-shared again"
	expect log_has "$(told t2 1), which uid .* still holds, has joined vmnet-shared again"
	wait_for 5 reaches t1 $GATEWAY
	lease t2
	expect is_known t2 52:54:00:12:34:57
	expect [ "$(log_count "$(told t1 1): its guest has the MAC address")" = 1 ] # of before
	ip -n t1 link set eth0 address 52:54:00:12:34:58
	refute reaches t1 $GATEWAY
	# A name that another had is no other's past.
	release t1
	release t2
	wait_for 5 no_taps
	ip netns del t1
	ip netns del t2
	: >$LOG
	newcomer t1 52:54:00:12:34:5b
	newcomer t2 52:54:00:12:34:5c
	lease t1
	lease t2
	expect is_known t1 52:54:00:12:34:5b
	expect is_known t2 52:54:00:12:34:5c
}

# One who speaks and goes leaves nothing to whoever has the name next.
test_who_goes_unknown_leaves_nothing() {
	local name
	begin
	QUIET=1 newcomer t1 52:54:00:12:34:56
	name=$(told t1 1)
	kill -STOP "$VMNET"
	speaks t1
	release t1
	kill -CONT "$VMNET"
	wait_for 5 no_taps
	ip netns del t1
	newcomer t2 52:54:00:12:34:57
	expect [ "$(told t2 1)" = "$name" ]
	lease t2
	expect is_known t2 52:54:00:12:34:57
	refute is_known t2 52:54:00:12:34:56
}

# Neither before it is known nor after.
test_isolated() {
	begin --vmnet-gateway=$GATEWAY --dhcp-host=52:54:00:12:34:56,192.168.105.201 --hostfwd=tcp::2201-192.168.105.201:80
	guest g1 $SWITCH
	lease g1
	newcomer t2 52:54:00:12:34:57
	lease t2
	newcomer t1 52:54:00:12:34:56 isolated
	lease t1
	in_ns t1 busybox httpd -p 80 -h /tmp
	expect reaches t1 $SERVER
	refute reaches t1 "$(leased g1 ip)"
	refute reaches t1 "$(leased t2 ip)"
	refute reaches t2 "$(leased t1 ip)"
	refute in_ns t2 socat -u OPEN:/dev/null TCP:$GATEWAY:2201,connect-timeout=1
	expect in_ns inet socat -u OPEN:/dev/null TCP:198.51.100.2:2201,connect-timeout=10
	expect [ "$(ports 'select(.isolated) | .macs[0]')" = '"52:54:00:12:34:56"' ]
}

# Of those who say both, and of ours without a word of it.
test_what_is_asked_for() {
	begin
	expect grep -q '^refused 99 no guest can have that MAC address' <(ask learn mac=52:54:00:12:34:56 end || true)
	hold a learn plain
	expect [ "$(told a 2)" = 00:00:00:00:00:00 ]
	expect [ "$(ports '.macs | length')" = 0 ]
	expect in_ns host "$PROGRAM"ctl ports
}

# What the bridge takes before any rule sees it tells nothing of its sender: the rules are not read
# again and again for it.
ns_in_two_seconds() {
	local before
	before=$(worked $VMNET)
	sleep 2
	echo $(($(worked $VMNET) - before))
}
test_a_frame_that_tells_nothing() {
	local silent spoken n
	begin
	for n in {1..14}; do QUIET=1 newcomer t$n 52:54:00:12:34:$((10 + n)); done
	silent=$(ns_in_two_seconds)
	for n in {1..14}; do
		in_ns t$n /usr/bin/python3 -c '
import socket
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
raw.bind(("eth0", 0))
raw.send(bytes.fromhex("ffffffffffff" "010000000001" "88b5").ljust(60, bytes(1)))'
	done
	sleep 1
	spoken=$(ns_in_two_seconds)
	echo "of two seconds, the host process works $silent ns, and $spoken ns after the frames"
	expect [ "$spoken" -le $((2 * silent + 5000000)) ]
	lease t1
	expect is_known t1 52:54:00:12:34:11
}
