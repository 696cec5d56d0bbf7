# SPDX-License-Identifier: GPL-2.0-or-later
# --isolated: guests g1 and g2 at our switch, p1 point to point.

setup() {
	topology
	start_vmnet --user=$MACHINE_USER --isolated switch://$SWITCH ptp:///tmp/p2p
	guest g1 && guest g2 && guest p1 ptp:///tmp/p2p
	static_address g1 9
	static_address g2 10
	static_address p1 11
}

# What g2 and p1 see of g1 while it tries; g1's frames are known by its MAC.
watch() {
	local mac g
	mac=$(in_ns g1 cat /sys/class/net/eth0/address)
	for g in g2 p1; do
		in_ns $g tcpdump -i eth0 -n -e -l "$1 or ether src $mac" >/tmp/seen-$g 2>/tmp/watch-$g &
		wait_for 5 grep -q listening /tmp/watch-$g
	done
}
nothing_seen() { # until the host's broadcast has come, which is the last
	in_ns host busybox arping -c 1 -w 1 -I vmnet-shared 192.168.105.222 >/dev/null || true
	local g
	for g in g2 p1; do
		wait_for 3 grep -q 192.168.105.222 /tmp/seen-$g
		expect [ "$(grep -cv 192.168.105.222 /tmp/seen-$g)" = 0 ]
	done
}

test_guests_reach_the_host_but_not_each_other() {
	local g
	for g in g1 g2 p1; do
		wait_for 5 reaches $g $GATEWAY
		expect reaches $g $SERVER
		expect reaches host 192.168.105.$(case $g in g1) echo 9 ;; g2) echo 10 ;; *) echo 11 ;; esac)
	done
	watch 'arp host 192.168.105.222'
	refute reaches g1 192.168.105.10
	refute reaches g1 192.168.105.11
	in_ns g1 ping -6 -c1 -W1 ff02::1%eth0 >/dev/null || true
	in_ns g1 ping -b -c1 -W1 192.168.105.255 >/dev/null 2>&1 || true
	ip -n g1 neigh replace 192.168.105.10 dev eth0 lladdr "$(in_ns g2 cat /sys/class/net/eth0/address)"
	refute reaches g1 192.168.105.10
	nothing_seen
}

# By way of the host: routed back, and with a host that answers ARP for all it routes.
test_the_host_does_not_relay() {
	wait_for 5 reaches g1 $GATEWAY
	in_ns host sysctl -qw net.ipv4.conf.all.proxy_arp=1 net.ipv4.conf.vmnet-shared.proxy_arp_pvlan=1
	watch '(icmp and host 192.168.105.9) or arp host 192.168.105.222'
	local n
	for n in 10 11; do ip -n g1 route add 192.168.105.$n via $GATEWAY; done
	refute reaches g1 192.168.105.10
	refute reaches g1 192.168.105.11
	nothing_seen
	kill -USR1 $VMNET
	wait_for 3 log_has 'guests to each other, who are isolated: [1-9][0-9]* packets refused'
}

test_endpoints_where_guests_meet_are_refused() {
	local endpoint status
	for endpoint in /tmp/foreign vde:///tmp/foreign vxvde:// hub://; do
		status=0
		in_ns host "$PROGRAM" --name=two --isolated $endpoint 2>/tmp/err || status=$?
		expect [ $status = 2 ]
		expect grep -q -- '--isolated: guests at .* reach each other there' /tmp/err
	done
	in_ns host "$PROGRAM" --name=two --check --isolated >/tmp/plan
	expect grep -q 'guests     isolated' /tmp/plan
}
