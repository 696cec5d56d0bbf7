# SPDX-License-Identifier: GPL-2.0-or-later
# Mode host: guests, the host, and nobody else, though the host is a router whose
# neighbours know the way back.
#
#   ns g1, g2 ═ vde_switch ═ vmnet-host 192.168.106.1 ─ ns host (forwards) ─ up0 ── in0 ─ ns inet

GATEWAY=192.168.106.1

setup() {
	topology
	serve_dns
	in_ns host sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip -n host addr add fd00:1::2/64 dev up0
	ip -n inet addr add fd00:1::1/64 dev in0
	ip -n inet route add 192.168.106.0/24 via 198.51.100.2
	ip -n inet route add fd00:106::/64 via fd00:1::2
	start_switch
	before
	start_vmnet --vmnet-mode=host $SWITCH
}

host_address() { # guest number
	ip -n "$1" addr add 192.168.106."$2"/24 dev eth0
	ip -n "$1" route add default via $GATEWAY
}

test_guest_leases_an_address_without_a_way_out() {
	expect log_has 'ready: vmnet-host, 192\.168\.106\.1/24, DHCP 192\.168\.106\.2 to 192\.168\.106\.254, IPv6 fd[0-9a-f:]+::1/64, no way out, at '
	expect [ "$(log_count 'vde_vmnet: warning')" = 0 ]
	guest g1
	lease g1
	[[ $(leased g1 ip) =~ ^192\.168\.106\.[0-9]+$ ]] || fail "address $(leased g1 ip)"
	expect [ -z "$(leased g1 router)" ]
	expect [ -z "$(ip -n g1 route show default)" ]
	expect [ "$(leased g1 dns)" = $GATEWAY ]
	expect reaches g1 $GATEWAY
	expect reaches host "$(leased g1 ip)"
}

# In IPv6, too: an address by router advertisement, without a way out.
test_guests_have_ipv6_without_a_way_out() {
	local prefix
	ip -n inet route add fd00::/8 via fd00:1::2
	prefix=$(sed -n 's/.*ready: .* IPv6 \(fd[0-9a-f:]*::\)1\/64.*/\1/p' $LOG)
	guest g1
	wait_for 10 has_address6 g1 eth0 "${prefix%::}"
	expect reaches g1 "${prefix}1"
	refute has_route6 g1 eth0
	ip -n g1 -6 route add default via fe80::1 dev eth0
	expect reaches g1 fd00:1::2 # the host by another address of its own
	refute reaches g1 fd00:1::1
	refute reaches inet "$(ip -n g1 -6 -o addr show dev eth0 scope global | sed -n 's/.*inet6 \([^/]*\).*/\1/p' | head -1)"
}

test_guests_have_names_and_the_outside_has_none() {
	guest g1
	lease g1
	guest g2
	lease g2
	expect [ "$(in_ns g2 dig +short +time=10 @$GATEWAY g1.vmnet.internal)" = "$(leased g1 ip)" ]
	expect [ "$(in_ns g2 dig +short +time=10 @$GATEWAY g1)" = "$(leased g1 ip)" ]
	expect reaches g2 "$(leased g1 ip)"
	# Refused at once, and nobody outside is asked.
	dump /tmp/dump inet -i in0 -U
	within 4000 in_ns g1 dig +time=30 +tries=1 @$GATEWAY www.example.test >/tmp/dig
	expect grep -q 'status: REFUSED' /tmp/dig
	expect reaches host 198.51.100.1 # what comes after the query is in the capture
	wait_for 3 grep -q 'echo reply' /tmp/dump
	refute grep -qE '\.53:|192\.168\.106' /tmp/dump
}

# Guests that know a route of their own do not get out, nor is anybody let in.
test_nothing_is_forwarded_in_either_direction() {
	guest g1
	host_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	expect reaches g1 198.51.100.2 # the host by another address of its own
	# By the rules alone, where somebody turns on forwarding everywhere.
	in_ns host sysctl -qw net.ipv4.conf.all.forwarding=1 net.ipv4.conf.vmnet-host.forwarding=1
	dump /tmp/out.dump inet -i in0 -U
	dump /tmp/in.dump g1 -i eth0 -U
	refute reaches g1 198.51.100.1
	refute reaches g1 $SERVER
	refute in_ns g1 socat -u /dev/null TCP:$SERVER:80,connect-timeout=1
	refute reaches inet 192.168.106.9
	expect reaches host 198.51.100.1
	expect reaches host 192.168.106.9
	wait_for 3 grep -q '198.51.100.2.*echo request' /tmp/out.dump
	wait_for 3 grep -q '192.168.106.1 .*echo request' /tmp/in.dump
	refute grep -q '192.168.106.9 > ' /tmp/out.dump
	refute grep -q '198.51.100.2 > .*\(\.80:\|203\)' /tmp/out.dump
	refute grep -qE '198\.51\.100\.1 >|203\.0\.113\.1 >' /tmp/in.dump
}

# Even where somebody gives the device IPv6 and forwarding behind our back.
test_nothing_is_forwarded_by_ipv6() {
	in_ns host sysctl -qw net.ipv6.conf.vmnet-host.disable_ipv6=0 net.ipv6.conf.vmnet-host.forwarding=1
	ip -n host addr add fd00:106::1/64 dev vmnet-host nodad
	guest g1
	ip -n g1 addr add fd00:106::9/64 dev eth0 nodad
	ip -n g1 route add default via fd00:106::1
	ip -n host neigh replace fd00:106::9 lladdr "$(in_ns g1 cat /sys/class/net/eth0/address)" dev vmnet-host
	ip -n g1 neigh replace fd00:106::1 lladdr "$(in_ns host cat /sys/class/net/vmnet-host/address)" dev eth0
	dump /tmp/out.dump inet -i in0 -U
	dump /tmp/in.dump g1 -i eth0 -U
	refute reaches g1 fd00:1::1
	refute reaches inet fd00:106::9
	expect reaches host fd00:1::1
	wait_for 3 grep -q 'fd00:1::2 > fd00:1::1: .*echo request' /tmp/out.dump
	wait_for 3 grep -q 'fd00:106::9 > fd00:1::1: .*echo request' /tmp/in.dump
	refute grep -q 'fd00:106::9 >' /tmp/out.dump
	refute grep -q 'fd00:1::1 >' /tmp/in.dump
}

test_guests_cannot_lie_to_the_host() {
	guest g1
	host_address g1 9
	wait_for 3 reaches g1 $GATEWAY
	ip -n g1 addr add 10.66.66.66/32 dev eth0
	refute pings g1 -I 10.66.66.66 $GATEWAY
	kill -USR1 $VMNET
	wait_for 3 log_has 'no route to through this network: [1-9][0-9]* packets dropped'
	# Unless root says so.
	ip -n host route add 10.66.66.66/32 dev vmnet-host
	expect pings g1 -I 10.66.66.66 $GATEWAY
	# Nor are our services for anyone else.
	refute in_ns inet dig +short +time=1 +tries=1 @$GATEWAY g1.vmnet.internal
}

test_other_devices_are_left_alone_and_nothing_stays() {
	in_ns host sh -c 'sysctl -a 2>/dev/null || true' | grep -vE 'vmnet-host|random|nf_conntrack_count|fs\.|kernel\.|max_dgram' >/tmp/during
	expect grep -q 'net.ipv4.conf.up0.forwarding = 1' /tmp/during
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.vmnet-host.forwarding)" = 0 ]
	stop_vmnet
	expect same_as_before
	in_ns host sysctl -qw net.ipv4.ip_forward=0
	before
	start_vmnet --vmnet-mode=host $SWITCH
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 0 ]
	kill -KILL $VMNET
	wait_for 2 killed
	expect in_ns host "$PROGRAM" --cleanup --vmnet-mode=host
	expect same_as_before
}
killed() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep" && ! ip -n host link show vmnet-host; }

# Beside a shared network, and with a subnet that is taken.
test_host_and_shared_side_by_side() {
	start_vmnet ptp:///tmp/p1
	expect log_has 'ready: vmnet-shared, 192.168.105.1/24'
	start_vmnet --vmnet-mode=host --name=two ptp:///tmp/p2
	expect log_has 'ready: vmnet-two, 192.168.107.1/24, .*, no way out'
	guest g1
	host_address g1 9
	guest g2 ptp:///tmp/p1
	ip -n g2 addr add 192.168.105.9/24 dev eth0
	ip -n g2 route add default via 192.168.105.1
	wait_for 3 reaches g2 192.168.105.1
	wait_for 3 reaches g1 $GATEWAY
	refute reaches g1 192.168.105.9
	refute reaches g2 192.168.106.9
}

test_check_prints_the_plan() {
	stop_vmnet
	in_ns host "$PROGRAM" --check --vmnet-mode=host $SWITCH >/tmp/plan
	expect grep -q 'network    host (host)' /tmp/plan
	expect grep -q 'gateway    192.168.106.1/24' /tmp/plan
	expect grep -q 'uplinks    none: nothing is forwarded' /tmp/plan
	expect grep -q 'nftables   table inet vde_vmnet-host' /tmp/plan
}
