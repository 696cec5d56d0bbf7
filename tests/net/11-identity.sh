# SPDX-License-Identifier: GPL-2.0-or-later
# Who a guest is, its MAC address, and which names it may not have.

# The switch stays while the network is started again.
setup() {
	topology
	start_switch
}
start_ours() { start_vmnet "$@" $SWITCH; }
asks() { in_ns g1 dig +short +time=10 +tries=2 @$GATEWAY "$@"; }
CLID=0x3d:ff5634120000020000ab11a1a2a3a4a5a6a7a8
release() { # guest
	end "$(cat /tmp/"$1".udhcpc)"
	ip -n "$1" addr flush dev eth0
}

test_clones_with_one_identifier_get_an_address_each() {
	start_ours
	local n
	for n in 1 2 3; do
		guest g$n
		lease g$n -C -x $CLID
	done
	expect [ "$(cat /tmp/g?.lease | grep ^ip= | sort -u | wc -l)" = 3 ]
	# Also after both sides were started again.
	local before after
	before=$(cat /tmp/g?.lease | grep ^ip=)
	stop_vmnet
	start_ours
	for n in 1 2 3; do
		release g$n
		lease g$n -C -x $CLID
	done
	after=$(cat /tmp/g?.lease | grep ^ip=)
	expect [ "$before" = "$after" ]
}

test_a_new_identifier_at_each_boot_keeps_the_address() {
	start_ours
	guest g1
	local n address=
	for n in 1 2 3 4; do
		lease g1 -C -x 0x3d:ff563412000002000000000$n
		[ -n "$address" ] || address=$(leased g1 ip)
		expect [ "$(leased g1 ip)" = "$address" ]
		release g1
	done
	lease g1 # an identifier made of the MAC address
	expect [ "$(leased g1 ip)" = "$address" ]
	release g1
	lease g1 -C # and none
	expect [ "$(leased g1 ip)" = "$address" ]
	expect [ "$(grep -c " $address " /var/lib/vde_vmnet/shared.leases)" = 1 ]
	expect [ "$(wc -l < <(grep -v ^duid /var/lib/vde_vmnet/shared.leases))" = 1 ]
}

# What versions that went by the identifier have written.
test_an_old_lease_file_is_understood() {
	start_ours
	guest g1
	lease g1
	local mac
	mac=$(in_ns g1 cat /sys/class/net/eth0/address)
	stop_vmnet
	printf '9999999999 %s\n' "$mac 192.168.105.77 g1 ff:56:34:12:00:00:02:00:00:ab" \
		"02:00:00:00:00:09 192.168.105.78 wpad 01:02" >/var/lib/vde_vmnet/shared.leases
	start_ours
	release g1
	lease g1 -C -x $CLID
	expect [ "$(leased g1 ip)" = 192.168.105.77 ]
	expect [ -z "$(asks wpad.vmnet.internal)" ]
}

# Prints the address that BOOTP gives: a request of RFC 951, without a message type.
bootp() { # guest [mac]
	in_ns "$1" /usr/bin/python3 - "${2:-$(in_ns "$1" cat /sys/class/net/eth0/address)}" <<-'PYTHON'
		import socket, struct, sys
		mac = bytes.fromhex(sys.argv[1].replace(':', ''))
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
		s.setsockopt(socket.SOL_SOCKET, 25, b'eth0')
		s.bind(('', 68))
		s.settimeout(2)
		p = struct.pack('!BBBBIHH16x', 1, 1, 6, 0, 1, 0, 0x8000) + mac + bytes(10 + 64 + 128) + b'\x63\x82\x53\x63\xff'
		for n in range(10):
		    s.sendto(p.ljust(300, b'\0'), ('255.255.255.255', 67))
		    try:
		        print(socket.inet_ntoa(s.recv(2000)[16:20]))
		        break
		    except TimeoutError:
		        pass
	PYTHON
}

test_bootp() {
	start_ours --vmnet-gateway=192.168.105.1 --dhcp-host=52:54:00:00:00:10,192.168.105.200
	guest g1
	local address
	address=$(bootp g1)
	[[ $address =~ ^192\.168\.105\.[0-9]+$ ]] || fail "address '$address'"
	expect [ "$(bootp g1)" = "$address" ]
	guest g2 && guest g3
	ip -n g2 link set eth0 address 52:54:00:00:00:10
	ip -n g3 link set eth0 address 52:54:00:00:00:11
	expect [ "$(bootp g2 52:54:00:00:00:10)" = 192.168.105.200 ]
	expect [ "$(bootp g3 52:54:00:00:00:11)" != "$address" ]
	# Such a lease ends, too: a guest that asks as many others does not have the range for ever.
	refute grep "^0 .*$address " /var/lib/vde_vmnet/shared.leases
	# By DHCP it is the same guest, and a lease is as long as ever.
	lease g1
	expect [ "$(leased g1 ip)" = "$address" ]
	expect [ "$(leased g1 lease)" = 3600 ]
}

CLOSED="wpad localhost isatap gateway host"
test_names_that_no_guest_may_take() {
	start_ours --vmnet-nat66-prefix=$PREFIX6
	guest g1
	guest g2
	lease g1
	local name form own
	for name in $CLOSED; do
		for form in $name ${name^^} $name.vmnet.internal; do
			in_ns g2 udhcpc -i eth0 -fnq -t 20 -T 1 -s /bin/true -x hostname:"$form" 2>/dev/null
			in_ns g2 udhcpc -i eth0 -fnq -t 20 -T 1 -s /bin/true -F "$form" 2>/dev/null
		done
		own=
		[[ $name != gateway && $name != host ]] || own=$GATEWAY
		expect [ "$(asks $name.vmnet.internal)" = "$own" ]
	done
	# It has its lease, and may be called something like them.
	in_ns g2 udhcpc -i eth0 -fnq -t 20 -T 1 -s /bin/true -x hostname:wpad2 2>/dev/null
	expect [ -n "$(asks wpad2.vmnet.internal)" ]
	for name in gateway host; do
		expect [ "$(asks $name.vmnet.internal)" = $GATEWAY ]
		expect [ "$(asks $name)" = $GATEWAY ]
		expect [ "$(asks $name.vmnet.internal AAAA)" = ${PREFIX6}1 ]
	done
	expect [ "$(asks -x $GATEWAY)" = gateway.vmnet.internal. ]
	expect [ "$(asks -x ${PREFIX6}1)" = gateway.vmnet.internal. ]
}

# dhcpcd was seen to go on after one signal, on a busy machine.
is_stopped() { # pid
	kill "$1" 2>/dev/null || true
	ended "$1"
}
is_known() { [ -n "$(asks "$1".vmnet.internal AAAA)" ]; }
# By DHCPv6 a name comes with the request, too.
test_nor_by_dhcpv6() {
	start_ours --vmnet-nat66-prefix=$PREFIX6
	guest g1
	lease g1
	local name
	for name in mine wpad gateway; do
		wait_for 5 has_address6 g1 eth0 fe80:
		dhcp6 g1 /tmp/g1.lease6 -h $name -F both >/tmp/g1.dhcp6 2>&1 &
		wait_for 20 test -s /tmp/g1.lease6
		wait_for 5 is_stopped $!
		case $name in
		mine) wait_for 5 is_known $name ;;
		wpad) expect [ -z "$(asks $name.vmnet.internal AAAA)" ] ;;
		gateway) expect [ "$(asks $name.vmnet.internal AAAA)" = ${PREFIX6}1 ] ;;
		esac
	done
}

# What the administrator reserves is given, but for the gateway's own.
test_a_reservation_may_have_such_a_name() {
	start_ours --vmnet-gateway=192.168.105.1 --dhcp-host=52:54:00:00:00:10,192.168.105.200,wpad
	guest g1
	lease g1
	expect [ "$(asks wpad.vmnet.internal)" = 192.168.105.200 ]
	stop_vmnet
	local status=0
	in_ns host "$PROGRAM" --vmnet-gateway=192.168.105.1 --dhcp-host=52:54:00:00:00:10,192.168.105.200,Host \
		$SWITCH 2>/tmp/err || status=$?
	expect [ $status = 2 ]
	expect grep -q "'Host' is a name of the gateway" /tmp/err
}

test_the_gateways_names_need_no_dhcp_and_follow_the_domain() {
	start_ours --vmnet-disable-dhcp --domain=lab.example
	guest g1
	static_address g1 9
	expect [ "$(asks host.lab.example)" = $GATEWAY ]
	expect [ "$(asks -x $GATEWAY)" = gateway.lab.example. ]
	stop_vmnet
	start_ours --vmnet-mode=host --vmnet-gateway=$GATEWAY
	ip -n g1 neigh flush dev eth0 # another device
	expect [ "$(asks gateway.vmnet.internal)" = $GATEWAY ]
}
