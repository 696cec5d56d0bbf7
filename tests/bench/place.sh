# SPDX-License-Identifier: GPL-2.0-or-later
# Where an instance runs: namespaces of its own, with the same tuning for all.
#
#   ns g-NAME ─ eth0 ═ guest end ── the contender's socket ── the contender ═ its device ┐
#                                                                                   ns h-NAME
#   ns o-NAME ─ out0 ──────────────────── veth, MTU 1500 ──────────────────── up0 ───┘
#
# g: the guest, h: the host, o: the outside, which guests reach through NAT.
MACHINE_USER=nobody
AS_USER=(setpriv --reuid="$MACHINE_USER" --regid="$(id -g $MACHINE_USER)" --clear-groups)
HOST_IP=192.168.105.1 GUEST_IP=192.168.105.9 OTHER_IP=192.168.105.10 BYSTANDER_IP=192.168.105.11
UPLINK_IP=198.51.100.2 UPLINK_GATEWAY=198.51.100.1 OUTSIDE_IP=198.51.100.3

in_ns() { ip netns exec "$@"; }
have() { command -v "$1" >/dev/null || { echo "$1 is not installed" >&2 && false; }; }
wait_for() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -le $end ] || {
			echo "waited in vain for: $*" >&2
			return 1
		}
		sleep 0.02
	done
}

# TCP as on most machines. BBR, where it is the default, keeps for long to the rate
# that it measured at the start: runs of one contender differed by a factor of 8.
# (A namespace may have only what the machine allows; root's sockets, any.)
CONTROL=cubic
[[ $(sysctl -n net.ipv4.tcp_available_congestion_control) == *$CONTROL* ]] || CONTROL=reno
make_ns() {
	ip netns add "$1"
	in_ns "$1" sysctl -qw net.ipv4.tcp_congestion_control=$CONTROL 2>/dev/null ||
		in_ns "$1" sysctl -qw net.ipv4.tcp_congestion_control=reno
	in_ns "$1" sysctl -qw net.unix.max_dgram_qlen=512 net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
	ip -n "$1" link set lo up
}

# The host has a default route, as some contenders want one.
make_place() {
	mkdir -m 777 "$D"
	make_ns "$H"
	make_ns "$G"
	make_ns "$O"
	ip link add up0 netns "$H" type veth peer name out0 netns "$O"
	ip -n "$O" addr add $UPLINK_GATEWAY/24 dev out0
	ip -n "$O" addr add $OUTSIDE_IP/24 dev out0
	ip -n "$O" link set out0 up
	ip -n "$H" addr add $UPLINK_IP/24 dev up0
	ip -n "$H" link set up0 up
	ip -n "$H" route add default via $UPLINK_GATEWAY
}

make_tap() { # NS DEVICE MTU
	ip -n "$1" tuntap add dev "$2" mode tap user $MACHINE_USER
	ip -n "$1" link set "$2" mtu "$3" up
	ip -n "$1" addr add $HOST_IP/24 dev "$2"
}

# NAT by the kernel, for a contender that leaves it to its user; as ours has it.
masquerade() { # NS
	in_ns "$1" sysctl -qw net.ipv4.ip_forward=1
	in_ns "$1" nft -f - <<-RULES
		table ip nat {
			chain postrouting {
				type nat hook postrouting priority srcnat
				ip saddr $HOST_IP/24 oifname up0 masquerade
			}
		}
	RULES
}

# What the measures speak to, on the host and outside.
serve() {
	local ns
	for ns in "$H" "$O"; do
		in_ns "$ns" iperf3 -s -D >/dev/null
		in_ns "$ns" "$TOOLS/rr" serve 7007 &
		in_ns "$ns" "$TOOLS/flood" serve 7008 &
	done
	in_ns "$H" iperf3 -s -p 5202 -D >/dev/null # of the second guest
}
