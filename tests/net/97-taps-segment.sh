# SPDX-License-Identifier: GPL-2.0-or-later
# TAPs of tap:// in mode host with a network identifier: they join the bridge of the identifier,
# which instances share, each with TAPs and rules of its own.
#
#   guest t1 ═ vmnettapN, of instance a ─┐
#   guest g1 ═ ptp p1 ═ a ═ vmnet-a ─────┼ bridge vmnet-_…
#   guest t2 ═ vmnettapM, of instance b ─┤
#   guest g2 ═ ptp p2 ═ b ═ vmnet-b ─────┘
. "$TOP/tests/net/tap.sh"

ONE=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb

setup() {
	topology
	before
}
start() { # name [options]
	start_vmnet --vmnet-mode=host --user=$MACHINE_USER --name="$1" --vmnet-network-identifier=$ONE ptp:///tmp/"$1" tap:// "${@:2}"
	eval "PID_$1=$VMNET"
	BRIDGE=$(ip -n host -o link show type bridge | grep -o 'vmnet-_[0-9a-f]*' | head -1)
}
finish() { # signal pid
	kill "$1" "$2"
	wait_for 5 ended "$2"
}
addressed() { ip -n "$1" addr add 10.7.0."$2"/24 dev eth0; } # guest number
tap_of() {                                                   # instance guest number what…
	ASKED=/run/vde_vmnet/$1.tap tap_guest "$2" "${@:4}"
	addressed "$2" "$3"
}
guest_of() { # instance guest number
	guest "$2" ptp:///tmp/"$1"
	addressed "$2" "$3"
}
is_member() { ip -n host -o link show "$(told "$1" 1)" | grep " master $BRIDGE " >/dev/null; }
is_guarded() { in_ns host nft list set bridge vde_vmnet-"$1" taps | grep "\"$(told "$2" 1)\"" >/dev/null; }
bridges() { ip -n host -o link show type bridge | wc -l; }

test_instances_share_a_bridge() {
	start a
	start b
	tap_of a t1 1
	tap_of b t2 2 mac=52:54:00:12:34:56
	guest_of a g1 3
	guest_of b g2 4
	local one other
	for one in t1:1 t2:2 g1:3 g2:4; do
		for other in 1 2 3 4; do
			[ "${one#*:}" = $other ] || wait_for 5 reaches "${one%:*}" 10.7.0.$other
		done
	done
	stream t1 t2 10.7.0.2 -t 1
	stream t1 g2 10.7.0.4 -t 1 -R
	none bad_counters t1 t2 g2
	expect is_guarded a t1
	expect is_guarded b t2
	refute is_guarded a t2
	local guard
	for guard in 'learning off' ' flood off' 'guard on' 'locked on'; do
		expect grep -q "$guard " <(device "$(told t2 1)")
	done
	# A guest's address is no other's, of whichever instance.
	taken() {
		local said
		said=$(ASKED=/run/vde_vmnet/$1.tap ask end mac="$2") && fail "$2 is given away"
		expect [ "${said#refused 98 }" != "$said" ]
	}
	taken a 52:54:00:12:34:56
	taken a "$(in_ns g2 cat /sys/class/net/eth0/address)"
	taken b "$(in_ns g2 cat /sys/class/net/eth0/address)"
	taken b "$(in_ns host cat /sys/class/net/"$BRIDGE"/address)"
	ip -n t1 link set eth0 address 52:54:00:12:34:57
	refute reaches t1 10.7.0.4
	ip -n t1 link set eth0 address "$(told t1 2)"
	wait_for 5 reaches t1 10.7.0.4
	# One thief goes; the other's guests do not notice.
	ASKED=/run/vde_vmnet/a.tap hold thief take=52:54:00:12:34:56
	wait_for 5 log_has "$(told thief 1), which was created for uid [0-9]+, has a different MAC address"
	wait_for 5 eval '! is_member thief'
	wait_for 5 reaches g1 10.7.0.2
}

# Of guests that bring theirs, it is noted, too: here no other rules are asked of what they send.
test_a_guest_brings_its_address() {
	start a
	start b
	OWN=52:54:00:12:34:56 tap_of a t1 1 learn
	OWN=52:54:00:12:34:57 tap_of b t2 2 learn
	wait_for 10 reaches t1 10.7.0.2
	expect log_has "$(told t1 1): its guest has the MAC address 52:54:00:12:34:56"
	OWN=52:54:00:12:34:56 tap_of b t3 3 learn
	refute reaches t3 10.7.0.2
	wait_for 5 log_has "$(told t3 1): its guest uses the MAC address 52:54:00:12:34:56, which another guest or the host has"
	expect reaches t1 10.7.0.2
	ip -n t1 link set eth0 address 52:54:00:12:34:58
	refute reaches t1 10.7.0.2
}

# It has no address there, answers nothing, and hears nothing.
test_the_host_is_no_part_of_it() {
	in_ns host sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.arp_ignore=0
	start a
	tap_of a t1 1
	local mac
	mac=$(in_ns host cat /sys/class/net/"$BRIDGE"/address)
	dump /tmp/dump host -i "$BRIDGE" -Q in -U
	expect in_ns t1 busybox arping -D -c 1 -w 1 -I eth0 198.51.100.2 # nobody has it
	ip -n t1 route add 198.51.100.0/24 dev eth0
	refute reaches t1 198.51.100.2
	ip -n t1 neigh replace 198.51.100.2 lladdr "$mac" dev eth0
	refute reaches t1 198.51.100.2
	refute test -s /tmp/dump
	dump /tmp/in.dump t1 -i eth0 -U ether host "$mac"
	ip -n host route add 10.7.0.0/24 dev "$BRIDGE"
	refute reaches host 10.7.0.1
	refute test -s /tmp/in.dump
}

# As in 46-segment; here nobody is a switch, or in a VLAN, of anything else.
test_what_a_switch_passes() {
	start a
	start b
	tap_of a t1 1 mac=52:54:00:00:00:0b
	tap_of b t2 2
	guest_of b g2 4
	wait_for 5 reaches t1 10.7.0.2
	wait_for 5 reaches t1 10.7.0.4
	local ns
	for ns in t2 g2; do
		dump /tmp/at-$ns $ns -i eth0 -e 'ether src 52:54:00:00:00:0b and not arp and not ip and not ip6'
	done
	in_ns t1 /usr/bin/python3 - <<-'P'
		import socket
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(("eth0", 0))
		for last in [0] + list(range(2, 16)):
		    s.send(bytes.fromhex("0180c20000%02x 52540000000b 88b5" % last) + bytes(46))
		for head in ["81000005 88b5", "88a80064 810000c8 88b5", "88b6"]:
		    s.send(bytes.fromhex("ffffffffffff 52540000000b" + head) + bytes(46))
	P
	for ns in t2 g2; do
		wait_for 5 grep -q '88b6' /tmp/at-$ns
		expect [ "$(grep -o '01:80:c2:00:00:0[02-9a-f]' /tmp/at-$ns | sort -u | wc -l)" = 15 ]
		expect [ "$(grep -c vlan /tmp/at-$ns)" = 2 ]
	done
}

test_one_goes_and_the_other_stays() {
	start a
	start b
	tap_of a t1 1
	tap_of b t2 2
	wait_for 5 reaches t1 10.7.0.2
	finish -TERM "$PID_a"
	expect stays_aside_with_others "$(told t1 1)"
	refute reaches t1 10.7.0.2
	expect is_member t2
	start a
	expect log_has "$(told t1 1), which uid [0-9]+ still holds, has joined $BRIDGE again"
	expect is_guarded a t1
	wait_for 10 reaches t1 10.7.0.2
	finish -KILL "$PID_a"
	wait_for 5 stays_aside_with_others "$(told t1 1)"
	expect is_member t2
	# The last one that lives removes the bridge, whoever holds TAPs.
	finish -TERM "$PID_b"
	expect [ "$(bridges)" = 0 ]
	expect stays_aside_with_others "$(told t2 1)"
	start b
	wait_for 5 is_member t2
	expect stays_aside_with_others "$(told t1 1)"
	finish -KILL "$PID_b"
	wait_for 5 stays_aside_with_others "$(told t2 1)"
	expect in_ns host "$PROGRAM" --cleanup --name=a
	expect in_ns host "$PROGRAM" --cleanup --name=b
	kill $PLUG_t1 $PLUG_t2
	wait_for 5 no_taps
	rm -f /tmp/[ab]+
	expect same_as_before
}

test_as_services() {
	as_service
	start a
	start b
	tap_of a t1 1
	tap_of b t2 2
	wait_for 5 reaches t1 10.7.0.2
	finish -TERM "$PID_a"
	expect stays_aside_with_others "$(told t1 1)"
	expect is_member t2
}

test_the_bridge_is_deleted() {
	start a
	tap_of a t1 1
	ip -n host link del "$BRIDGE"
	wait_for 5 stays_aside "$(told t1 1)"
	local said
	said=$(ASKED=/run/vde_vmnet/a.tap ask end) && fail 'there is nothing to join'
	expect [ "$said" = "refused 100 $BRIDGE is gone; there will be TAPs again once it is back" ]
	# Another instance makes it anew.
	start b
	tap_of b t2 2
	wait_for 5 is_member t1
	expect is_guarded a t1
	wait_for 5 reaches t1 10.7.0.2
}

test_check_prints_it() {
	in_ns host "$PROGRAM" --check --vmnet-mode=host --name=a --vmnet-network-identifier=$ONE ptp:///tmp/a tap:// >/tmp/check
	expect grep -q '^bridge     vmnet-_[0-9a-f]*, shared by every instance of network' /tmp/check
	expect grep -qx 'TAPs       of tap:// join it, too' /tmp/check
	expect [ "$(grep -c '^nftables' /tmp/check)" = 1 ]
}
