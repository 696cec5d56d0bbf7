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
		dump /tmp/seen-$g $g -i eth0 -e "$1 or ether src $mac"
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
	wait_for 3 log_has 'guests trying to reach each other despite isolation: [1-9][0-9]* packets refused'
}

test_endpoints_where_guests_meet_are_refused() {
	local endpoint status
	for endpoint in /tmp/foreign vde:///tmp/foreign vxvde:// hub://; do
		status=0
		in_ns host "$PROGRAM" --name=two --isolated $endpoint 2>/tmp/err || status=$?
		expect [ $status = 2 ]
		expect grep -q -- '--isolated: guests at .* reach each other without vde_vmnet' /tmp/err
	done
	in_ns host "$PROGRAM" --name=two --check --isolated >/tmp/plan
	expect grep -q 'guests     isolated' /tmp/plan
}

# ---- what comes in ----

plain() { tr -d : <<<"$1"; }
mac_of() { in_ns "$1" cat /sys/class/net/eth0/address; }
raw() { as_user /usr/bin/python3 tests/net/rawguest.py vde://$SWITCH "$@"; }
dropped() { counters 5 | grep -oE "[0-9]+ $1" | awk '{ n += $1 } END { print n + 0 }'; }
VICTIM4=c0a86909 # 192.168.105.9, g1's
own_ipv6() { ip -n "$1" -o -6 addr show dev eth0 scope link | sed -n 's|.*inet6 \([^/]*\)/.*|\1|p'; }
packed() { /usr/bin/python3 -c 'import ipaddress,sys; print(ipaddress.ip_address(sys.argv[1]).packed.hex())' "$1"; }

# At another port nobody can send with its MAC, or take what is sent to it.
test_a_mac_address_stays_at_its_port() {
	local mac n
	mac=$(mac_of g1)
	expect reaches g1 $GATEWAY
	dump /tmp/seen host -i vmnet-shared -e 'ether proto 0x88b5 or ether proto 0x88b6'
	for n in 1 2 3; do
		raw send "ffffffffffff $(plain "$mac") 88b5 00" "ffffffffffff 020000000077 88b6 00"
		expect reaches host 192.168.105.9
	done
	wait_for 5 grep -q 0x88b6 /tmp/seen
	expect [ "$(grep -c 0x88b5 /tmp/seen)" = 0 ]
	expect [ "$(dropped 'with a MAC address of another port')" = 3 ]
	wait_for 3 log_has "warning: switch://$SWITCH port [0-9]+ .*: a frame from $mac was dropped: it has a MAC address that is in use at another port; give the guest another one"
	expect [ "$(log_count 'a MAC address that is in use')" = 1 ]
}

# Every way to say that one has an address.
test_an_ip_address_stays_at_its_port() {
	local liar=020000000077 other6 all6=ff020000000000000000000000000001 none6 n
	none6=$(printf '0%.0s' {1..32})
	other6=$(packed "$(own_ipv6 g1)")
	wait_for 5 pings g1 "fe80::1%eth0"
	expect reaches g1 $GATEWAY
	dump /tmp/seen host -i vmnet-shared -e 'ether src 02:00:00:00:00:77'
	raw send "ffffffffffff $liar 0806 0001080006040001 $liar $VICTIM4 000000000000 c0a86901" \
		"ffffffffffff $liar 0806 0001080006040002 $liar $VICTIM4 ffffffffffff $VICTIM4" \
		"ffffffffffff $liar 0806 0001080006040001 $liar 00000000 000000000000 $VICTIM4" \
		"ffffffffffff $liar 8100 0000 0806 0001080006040002 $liar $VICTIM4 ffffffffffff $VICTIM4" \
		"ffffffffffff $liar 0024 aaaa03000000 0806 0001080006040002 $liar $VICTIM4 ffffffffffff $VICTIM4" \
		"ffffffffffff $liar 0800 4500001c00000000 4001 0000 $VICTIM4 c0a86901 0800000000000000" \
		"333300000001 $liar 86dd 60000000 0018 3aff $other6 $all6 8700000000000000 $other6" \
		"333300000001 $liar 86dd 60000000 0018 3aff fe800000000000000000000000000077 $all6 8800000020000000 $other6" \
		"333300000001 $liar 86dd 60000000 0020 00ff fe800000000000000000000000000077 $all6 3a00010400000000 8800000020000000 $other6" \
		"333300000001 $liar 86dd 60000000 0020 2cff fe800000000000000000000000000077 $all6 3a00000100000001 8800000020000000 $other6" \
		"333300000001 $liar 86dd 60000000 0018 3aff $none6 $all6 8700000000000000 $other6" \
		"ffffffffffff $liar 88b5 00"
	wait_for 5 grep -q 0x88b5 /tmp/seen
	cat /tmp/seen
	expect [ "$(grep -c ethertype /tmp/seen)" = 1 ]
	expect [ "$(dropped 'with an IP address of another port')" = 10 ]
	expect grep -q "$(mac_of g1)" <(ip -n host neigh show 192.168.105.9)
	wait_for 3 log_has 'a frame from 02:00:00:00:00:77 was dropped: it has an IP address that is in use at another port; '
	expect reaches host 192.168.105.9
}

# Duplicate address detection hears of it, though it does not reach the other guest.
test_a_probe_for_a_neighbours_address_is_answered() {
	expect reaches g1 $GATEWAY
	refute in_ns g2 busybox arping -D -c 2 -I eth0 192.168.105.9 # fails when there is an answer
	expect in_ns g2 busybox arping -D -c 2 -w 3 -I eth0 192.168.105.77
	in_ns g2 sysctl -qw net.ipv6.conf.eth0.accept_dad=1
	ip -n g1 addr add fe80::77/64 dev eth0
	wait_for 5 has_address6 g1 eth0 fe80::77
	expect pings g1 -I fe80::77%eth0 fe80::1%eth0
	ip -n g2 addr add fe80::77/64 dev eth0
	wait_for 10 dad_failed g2 fe80::77
	ip -n g2 addr add fe80::78/64 dev eth0
	wait_for 10 has_address6 g2 eth0 fe80::78
}
dad_failed() { ip -n "$1" -6 addr show dev eth0 dadfailed | grep "$2" >/dev/null; }

# Its emulator restarts, at the same switch or point to point: at once it is there again.
test_a_guest_that_moves_is_let_in_at_once() {
	local mac
	mac=$(mac_of g1)
	expect reaches g1 $GATEWAY
	kill "$PLUG_g1"
	wait_for 5 port_is_gone
	ip -n g2 addr flush dev eth0
	ip -n g2 link set eth0 address "$mac"
	static_address g2 9
	expect reaches g2 $GATEWAY
	expect reaches host 192.168.105.9
	expect [ "$(dropped 'of another port')" = 0 ]
	# And from there to the point.
	kill "$PLUG_g2"
	wait_for 5 log_quiet
	ip -n p1 addr flush dev eth0
	ip -n p1 link set eth0 address "$mac"
	static_address p1 9
	expect reaches p1 $GATEWAY
	refute log_has 'is in use at another port'
}
port_is_gone() { [ "$(find $SWITCH -type s -name '[0-9]*.*' | wc -l)" = 1 ]; }
log_quiet() { [ "$(find $SWITCH -type s -name '[0-9]*.*' | wc -l)" = 0 ]; }

# What DHCP gives a guest is its own, also where another took it without a word.
test_a_lease_is_its_guests() {
	guest g3
	lease g3
	local address
	address=$(leased g3 ip)
	raw send "ffffffffffff 020000000077 0806 0001080006040002 020000000077 $(packed "$address") ffffffffffff $(packed "$address")"
	expect [ "$(dropped 'with an IP address of another port')" = 1 ]
	# One that squats on all that may be leased: DHCP gives them away all the same.
	seq 12 254 | while read -r n; do printf 'ffffffffffff020000000077080600010800060400020200000000''77%sffffffffffffc0a869%02x\n' "$(printf c0a869%02x "$n")" "$n"; done |
		(
			cat
			sleep infinity
		) | raw hold >/tmp/held &
	wait_for 10 lines_are /tmp/held 243
	guest g4
	lease g4
	expect reaches g4 $GATEWAY
}

# A guest whose port 68 is answered from outside, by an accomplice who plays the server.
test_a_lease_of_a_server_outside_is_none() {
	local mac
	mac=$(plain "$(mac_of g2)")
	expect reaches g1 $GATEWAY
	expect reaches g2 $GATEWAY
	in_ns inet /usr/bin/python3 - $SERVER "0201060061626364$(printf '0%.0s' {1..16})${VICTIM4}0000000000000000$mac$(printf '00%.0s' {1..202})63825363350105330400000e10ff" <<-'P' &
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind((sys.argv[1], 67))
		s.sendto(bytes.fromhex(sys.argv[2]).ljust(300, b"\0"), s.recvfrom(999)[1])
	P
	wait_for 5 listens inet u 67
	in_ns g2 /usr/bin/python3 - $SERVER <<-'P'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(("0.0.0.0", 68))
		s.settimeout(60)
		s.sendto(b"\2".ljust(300, b"\0"), (sys.argv[1], 67))
		s.recv(999)
	P
	ip -n g2 addr add 192.168.105.9/24 dev eth0
	refute in_ns g2 busybox arping -q -c 1 -w 2 -I eth0 -s 192.168.105.9 $GATEWAY
	expect reaches g1 $GATEWAY
}
lines_are() { [ "$(wc -l <"$1")" = "$2" ]; }

# Behind one port there may be many guests, with many addresses.
test_nested_guests_are_one_port() {
	local n
	for n in $(seq 20 99); do
		ip -n g1 link add m$n link eth0 type macvlan mode bridge 2>/dev/null || skip "no macvlan here"
		ip -n g1 addr add 192.168.105.$n/32 dev m$n
		ip -n g1 link set m$n up
	done
	for n in 20 50 99; do expect in_ns g1 busybox arping -q -c 1 -w 5 -I m$n -s 192.168.105.$n $GATEWAY; done
	expect [ "$(dropped 'of another port')" = 0 ]
}
