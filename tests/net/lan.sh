# SPDX-License-Identifier: GPL-2.0-or-later
# A LAN for mode bridged, with a router, which serves DHCP, and another host:
#
#   ns g1 ─ eth0 ═ vde_plug2tap ─ switch:///tmp/our.ctl ─ vde_vmnet ─┐
#                               ns host ── up0 (or br0) 10.77.0.2 ───┴── lan0 ─┐
#                               ns peer ── eth0 10.77.0.3 ────────────── lan1 ─┤
#                     ns lan: the LAN's switch sw0, router and DHCP, 10.77.0.1 ┘

SWITCH=/tmp/our.ctl LOCATOR=switch:///tmp/our.ctl
ROUTER=10.77.0.1 HOST=10.77.0.2 PEER=10.77.0.3

lan() {
	local ns
	chmod 1777 /tmp
	for ns in host lan peer; do make_ns $ns; done
	ip -n lan link add sw0 type bridge
	ip -n lan link set sw0 up
	ip -n lan addr add $ROUTER/24 dev sw0
	ip link add eth0 netns peer type veth peer name lan1 netns lan
	ip -n lan link set lan1 master sw0 up
	ip -n peer addr add $PEER/24 dev eth0
	ip -n peer link set eth0 up
	in_ns lan dnsmasq -C /dev/null --port=0 --interface=sw0 --bind-interfaces --no-ping --dhcp-authoritative \
		--dhcp-range=10.77.0.100,10.77.0.199 --dhcp-leasefile=/tmp/lan.leases --pid-file=/tmp/lan.pid --user=root
	lan_cable
}
# The host's NIC, and its other end at the LAN's switch.
lan_cable() {
	ip link add up0 netns host type veth peer name lan0 netns lan
	ip -n host link set up0 address 02:00:00:00:77:02
	ip -n lan link set lan0 master sw0 up
}
# As lan(), with a bridge br0 of the host's, which has the NIC as a member.
lan_bridge() {
	lan
	ip -n host link set up0 up
	bridge_up
}
bridge_up() {
	ip -n host link add br0 type bridge
	ip -n host link set up0 master br0
	host_address br0
}
host_address() { # interface
	ip -n host link set "$1" up
	ip -n host addr add $HOST/24 dev "$1"
	ip -n host route replace default via $ROUTER
	wait_for 3 carrier host "$1"
	wait_for 3 reaches host $ROUTER
}
# A guest without DHCP.
lan_guest() { # name host-number
	guest "$1" $SWITCH
	ip -n "$1" addr add 10.77.0."$2"/24 dev eth0
	ip -n "$1" route add default via $ROUTER
}
mac_of() { in_ns "$1" cat /sys/class/net/"$2"/address; }

# Guests get their lease on the LAN, and reach it and the host, and are reached.
expect_on_the_lan() { # guest interface-of-the-host
	[[ $(leased "$1" ip) =~ ^10\.77\.0\.1[0-9][0-9]$ ]] || fail "address $(leased "$1" ip)"
	expect [ "$(leased "$1" router)" = $ROUTER ]
	local address
	for address in $ROUTER $PEER $HOST; do expect reaches "$1" $address; done
	for ns in lan peer host; do expect reaches $ns "$(leased "$1" ip)"; done
	# And by IPv6, whose neighbour discovery goes to groups.
	expect pings "$1" "$(link_local peer eth0)%eth0"
	expect pings peer "$(link_local "$1" eth0)%eth0"
	expect pings "$1" "$(link_local host "$2")%eth0"
	expect pings host "$(link_local "$1" eth0)%$2"
}

link_local() { ip -n "$1" -o -6 addr show dev "$2" scope link | sed -n 's|.*inet6 \([^/]*\)/.*|\1|p'; }

# Frames as hex, by an interface, and what passes at another.
send_hex() { # ns interface hex...
	bytes "${@:3}" | in_ns "$1" socat -u - INTERFACE:"$2"
}
ZEROS=$(printf '00%.0s' {1..46})
watch() { # file ns interface filter [in]
	dump "$1" "$2" -Q "${5:-inout}" -i "$3" -e "$4"
}
lines() { wc -l <"$1"; }

iperf() { stream g1 "$1" "$2" -t 1 "${@:3}"; } # ns address [options]
# The kernel of each counts what it finds fault with.
judge() {
	local ns bad
	bad=$(for ns in g1 host peer; do
		in_ns $ns nstat -asz TcpInErrs TcpInCsumErrors UdpInCsumErrors IpInHdrErrors IpInTruncatedPkts IcmpInCsumErrors |
			awk -v ns=$ns '!/^#/ && $2 > 0 {print ns, $1, $2}'
	done)
	[ -z "$bad" ] || fail "the kernel found fault: $bad"
	counters 4 >/tmp/counters
	refute grep -qE '[0-9] error' /tmp/counters
}
