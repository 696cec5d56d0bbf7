# SPDX-License-Identifier: GPL-2.0-or-later
# The host forwards for its guests, and is no router for anybody else.
#
#   guests ═ vmnet-shared ─ ns host ─ up0 198.51.100.2 ── ns inet (LAN and outside)
#                                   ─ lab0 10.9.0.1 ───── ns lab 10.9.0.2 (another network)
#                                   ─ tun0 10.8.0.1 ───── ns inet 10.7.0.1 (split routes)

setup() {
	topology
	topology6
	route6_static
	another_network lab
	# Whoever tries has routes through our host.
	ip -n inet route add 10.9.0.0/24 via 198.51.100.2
	ip -n inet route add fd99::/64 via 2001:db8:1::2
	ip -n lab route add default via 10.9.0.1
	ip -n lab route add default via fd99::1
	serve inet 7 "$SERVER"
	serve lab 7 10.9.0.2
	serve6 lab 7 fd99::2
}
another_network() { # ns
	make_ns "$1"
	ip link add "$1"0 netns host type veth peer name eth0 netns "$1"
	ip -n host addr add 10.9.0.1/24 dev "$1"0
	ip -n host addr add fd99::1/64 dev "$1"0
	ip -n host link set "$1"0 up
	ip -n "$1" addr add 10.9.0.2/24 dev eth0
	ip -n "$1" addr add fd99::2/64 dev eth0
	ip -n "$1" link set eth0 up
	wait_for 3 carrier "$1" eth0
}
# A server says who asks.
serve() {
	in_ns "$1" socat TCP-LISTEN:"$2",bind="$3",reuseaddr,fork 'SYSTEM:echo $SOCAT_PEERADDR' &
	wait_for 3 listens "$1" "$2"
}
serve6() {
	in_ns "$1" socat TCP6-LISTEN:"$2",bind=["$3"],reuseaddr,fork 'SYSTEM:echo $SOCAT_PEERADDR' &
	wait_for 3 listens6 "$1" "$3"
}
listens() { in_ns "$1" ss -Htln "sport = :$2" | grep . >/dev/null; }
listens6() { in_ns "$1" ss -6Htln | grep -F "[$2]" >/dev/null; }
connects() { # ns address
	[ -n "$(in_ns "$1" timeout $((PATIENCE + 2)) socat -T$((PATIENCE + 1)) - "TCP:$2:7,connect-timeout=$PATIENCE" </dev/null 2>/dev/null)" ]
}
# In no protocol, to no side, and nothing arrives even where no answer is needed.
no_transit() {
	refute reaches inet 10.9.0.2
	refute reaches lab 198.51.100.1
	refute in_ns inet ping -6 -c1 -W1 -n fd99::2
	refute in_ns lab ping -6 -c1 -W1 -n 2001:db8:1::1
	refute connects inet 10.9.0.2
	refute connects lab "$SERVER"
	nothing_arrives
}
nothing_arrives() {
	ip netns exec lab socat -u UDP-RECV:7777 - >/tmp/injected &
	local reader=$!
	wait_for 3 in_ns lab sh -c 'ss -Hlun | grep -q :7777'
	echo x | in_ns inet socat -u - UDP:10.9.0.2:7777
	echo y | in_ns host socat -u - UDP:10.9.0.2:7777
	wait_for 3 grep -q y /tmp/injected # which was sent later
	kill $reader
	wait $reader || true
	refute grep -q x /tmp/injected
}
start() {
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 --vmnet-disable-dhcp "$@" switch:///tmp/our.ctl
	guest g1 /tmp/our.ctl
	static_address g1 9
	static_address6 g1 9
}
goes_on() { wait_for 3 reaches g1 $SERVER; }

test_lan_hosts_do_not_reach_other_networks() {
	no_transit
	start
	goes_on
	no_transit
	stop_vmnet
	no_transit
}

# Both forward then, and so each could lead into the other.
test_two_uplinks() {
	ip -n host route add default via 10.9.0.2 metric 600
	ip -n host route add default via fd99::2 metric 600
	start
	goes_on
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.lab0.forwarding)" = 1 ]
	no_transit
}

test_guests_leave_by_uplinks_alone() {
	start
	goes_on
	refute reaches g1 10.9.0.2
	refute connects g1 10.9.0.2
	# Even with a route of the guest's own, and where the host would forward from there.
	in_ns host sysctl -qw net.ipv4.conf.lab0.forwarding=1
	refute reaches g1 10.9.0.2
	refute in_ns g1 ping -6 -c1 -W1 -n fd99::2
	goes_on
}

# Named ones, and no other.
test_uplinks_that_are_named() {
	start --uplink=lab0
	expect connects g1 10.9.0.2
	refute reaches g1 $SERVER
	no_transit
	stop_vmnet
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.lab0.forwarding)" = 0 ]
	start_vmnet --user=$MACHINE_USER --uplink=lab0 --uplink=up0 switch:///tmp/our.ctl
	ip -n g1 link del eth0
	guest_again
	wait_for 3 connects g1 10.9.0.2
	goes_on
	no_transit
}
guest_again() {
	ip -n g1 tuntap add dev eth0 mode tap user $MACHINE_USER
	ip -n g1 link set eth0 up
	ip netns exec g1 "${AS_USER[@]}" vde_plug2tap -s /tmp/our.ctl eth0 </dev/null &
	wait_for 5 carrier g1 eth0
	static_address g1 9
}

# A VPN that takes some networks only: what it leads to answers.
test_a_vpn_with_split_routes() {
	vpn
	ip -n host route add 10.7.0.0/24 dev tun0 src 10.8.0.1
	start
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.tun0.forwarding)" = 1 ]
	wait_for 3 reaches g1 10.7.0.1
	goes_on
	no_transit
	# One that comes up while we run, and goes.
	ip -n host route del 10.7.0.0/24
	wait_for 3 forwards tun0 0
	ip -n host route add 10.7.0.0/24 dev tun0 src 10.8.0.1
	wait_for 3 forwards tun0 1
	wait_for 3 reaches g1 10.7.0.1
}
forwards() { [ "$(in_ns host sysctl -n net.ipv4.conf."$1".forwarding)" = "$2" ]; }

# Two networks of ours share the uplinks, and neither shuts the other's guests out.
test_two_networks_at_once() {
	start
	start_vmnet --name=two --user=$MACHINE_USER --vmnet-gateway=192.168.130.1 switch:///tmp/two.ctl
	guest g2 /tmp/two.ctl
	ip -n g2 addr add 192.168.130.9/24 dev eth0
	ip -n g2 route add default via 192.168.130.1
	goes_on
	wait_for 3 reaches g2 $SERVER
	no_transit
	stop_vmnet # the second
	goes_on
	no_transit
	refute log_has 'has made this host an IPv[46] router'
}

# What Docker, libvirt or podman do when they start: the door is open within 100 ms, or their
# published ports would be dead.
test_a_host_that_becomes_a_router() {
	start
	goes_on
	no_transit
	in_ns host sysctl -qw net.ipv4.ip_forward=1
	wait_for 1 reaches inet 10.9.0.2
	wait_for 1 connects inet 10.9.0.2
	expect [ "$(log_count 'has made this host an IPv4 router')" = 1 ]
	refute in_ns inet ping -6 -c1 -W1 -n fd99::2
	in_ns host sysctl -qw net.ipv6.conf.all.forwarding=1
	wait_for 1 in_ns inet ping -6 -c1 -W1 -n fd99::2
	expect [ "$(log_count 'has made this host an IPv6 router')" = 1 ]
	goes_on
	refute reaches g1 10.9.0.2 # guests stay where they were
	stop_vmnet
	expect reaches inet 10.9.0.2
}

# By a device of its own, as systemd-networkd does for its containers.
test_a_device_that_another_makes_forward() {
	start
	in_ns host sysctl -qw net.ipv4.conf.lab0.forwarding=1
	wait_for 1 reaches lab $SERVER
	expect [ "$(log_count 'has made this host an IPv[46] router')" = 1 ]
	in_ns host sysctl -qw net.ipv4.conf.lab0.forwarding=0
	wait_for 1 shut
	no_transit
	expect [ "$(log_count 'has made this host an IPv[46] router')" = 1 ]
}
shut() { ! reaches inet 10.9.0.2; }

test_a_router_stays_one_untouched() {
	in_ns host sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	start
	goes_on
	expect reaches inet 10.9.0.2
	expect reaches lab $SERVER
	expect in_ns inet ping -6 -c1 -W30 -n fd99::2
	refute log_has 'has made this host an IPv[46] router'
	stop_vmnet
	expect reaches inet 10.9.0.2
}

# The rules are there before anything forwards, and until nothing does: whoever floods from
# before the start until after the end gets nothing through.
test_the_door_is_shut_before_and_after() {
	local i
	ip netns exec inet ping -i 0.002 -q -n 10.9.0.2 >/tmp/flood &
	local flood=$!
	for i in 1 2 3 4 5; do
		start_vmnet --user=$MACHINE_USER switch:///tmp/our.ctl
		stop_vmnet
	done
	kill -INT $flood
	wait $flood || true
	expect grep -q ' 0 received' /tmp/flood
}

# After SIGKILL too: the rules outlive the host process until nothing forwards any more.
test_a_killed_host_process_leaves_no_door_open() {
	local i
	ip netns exec inet ping -i 0.002 -q -n 10.9.0.2 >/tmp/flood &
	local flood=$!
	for i in 1 2 3 4 5; do
		start_vmnet --user=$MACHINE_USER switch:///tmp/our.ctl
		expect forwards up0 1
		kill -KILL $VMNET
		wait_for 2 forwards up0 0
		wait_for 2 no_table
		wait_for 2 refute_watcher
	done
	kill -INT $flood
	wait $flood || true
	expect grep -q ' 0 received' /tmp/flood
}
no_table() { [ -z "$(in_ns host nft list tables)" ]; }
refute_watcher() { ! watcher_pid; }

# The next start may come before the watcher is through.
test_a_start_right_after_a_kill() {
	local i
	for i in 1 2 3 4 5; do
		start_vmnet --user=$MACHINE_USER switch:///tmp/our.ctl
		expect forwards up0 1
		expect [ "$(watcher_pid | wc -l)" = 1 ]
		kill -KILL $VMNET
		wait $VMNET || true
	done
	wait_for 2 forwards up0 0
}

test_a_killed_watcher_is_started_again() {
	local old
	start_vmnet --user=$MACHINE_USER switch:///tmp/our.ctl
	old=$(watcher_pid)
	kill -KILL "$old"
	wait_for 3 log_has 'the watcher exited and was restarted'
	expect [ "$(watcher_pid)" != "$old" ]
	kill -TERM "$(watcher_pid)" # as a service manager does, to all at once
	expect in_ns host nft list table inet vde_vmnet-shared
	kill -KILL $VMNET
	wait_for 2 forwards up0 0
	stop_all
}
stop_all() { wait_for 2 refute_watcher; }

test_uplink_is_for_mode_shared() {
	refute in_ns host "$PROGRAM" --vmnet-mode=host --uplink=up0 --check 2>/tmp/said
	expect grep -q -- '--uplink is only for --vmnet-mode=shared' /tmp/said
	refute in_ns host "$PROGRAM" --uplink=a/b --check 2>/tmp/said
	expect grep -q -- "--uplink=a/b" /tmp/said
	# One that is not there may come.
	expect in_ns host "$PROGRAM" --uplink=eth9 --check >/tmp/plan
	expect grep -q '^uplinks .*no --uplink device has an IPv4 route' /tmp/plan
	start_vmnet --user=$MACHINE_USER --uplink=eth9 switch:///tmp/our.ctl
	expect log_has 'no --uplink device has an? (IPv4 )?route'
}
