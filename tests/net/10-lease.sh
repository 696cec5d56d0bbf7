# SPDX-License-Identifier: GPL-2.0-or-later
# DHCP and DNS for guests.

setup() {
	topology
	serve_dns
	start_switch
}

test_guest_leases_an_address() {
	start_vmnet $SWITCH
	guest g1
	lease g1
	[[ $(leased g1 ip) =~ ^192\.168\.105\.[0-9]+$ ]] || fail "address $(leased g1 ip)"
	expect [ "$(leased g1 router)" = $GATEWAY ]
	expect [ "$(leased g1 dns)" = $GATEWAY ]
	expect [ "$(leased g1 subnet)" = 255.255.255.0 ]
	expect [ "$(leased g1 mtu)" = 1500 ]
	expect [ "$(leased g1 domain)" = vmnet.internal ]
	expect reaches g1 $GATEWAY
}

test_range_mask_and_mtu_are_told() {
	start_vmnet --vmnet-gateway=10.9.8.1 --vmnet-mask=255.255.255.248 --vmnet-dhcp-end=10.9.8.2 --mtu=1400 $SWITCH
	guest g1
	lease g1
	expect [ "$(leased g1 ip)" = 10.9.8.2 ]
	expect [ "$(leased g1 subnet)" = 255.255.255.248 ]
	expect [ "$(leased g1 mtu)" = 1400 ]
	expect reaches g1 10.9.8.1
}

test_lease_is_renewed_and_survives_a_restart() {
	start_vmnet $SWITCH
	guest g1
	lease g1
	local address
	address=$(leased g1 ip)
	kill -USR1 "$(cat /tmp/g1.udhcpc)"
	wait_for 5 grep -q renew /tmp/g1.events
	expect [ "$(leased g1 ip)" = "$address" ]
	stop_vmnet
	expect grep -q "$address" /var/lib/vde_vmnet/shared.leases
	start_vmnet $SWITCH
	# Known by its lease file alone: the guest's name answers before it speaks again.
	expect [ "$(in_ns host dig +short +time=10 @$GATEWAY g1.vmnet.internal)" = "$address" ]
	: >/tmp/g1.events
	kill -USR1 "$(cat /tmp/g1.udhcpc)"
	wait_for 8 grep -q renew /tmp/g1.events
	expect [ "$(leased g1 ip)" = "$address" ]
}

test_guest_resolves_names() {
	start_vmnet $SWITCH
	guest g1
	lease g1
	expect [ "$(in_ns g1 dig +short +time=10 @$GATEWAY www.example.test)" = $SERVER ]
	expect [ "$(in_ns g1 dig +short +time=10 +tcp @$GATEWAY www.example.test)" = $SERVER ]
	guest g2
	lease g2
	expect [ "$(in_ns g2 dig +short +time=10 @$GATEWAY g1.vmnet.internal)" = "$(leased g1 ip)" ]
	expect [ "$(in_ns g2 dig +short +time=10 @$GATEWAY g1)" = "$(leased g1 ip)" ]
	expect reaches g1 "$(leased g2 ip)"
}

test_no_dhcp_when_disabled() {
	start_vmnet --vmnet-disable-dhcp $SWITCH
	expect log_has 'ready: .* no DHCP'
	guest g1
	refute in_ns g1 udhcpc -i eth0 -f -n -q -t 3 -T 1 -s /bin/true
	static_address g1 9
	expect reaches g1 $GATEWAY
	expect [ "$(in_ns g1 dig +short +time=10 @$GATEWAY www.example.test)" = $SERVER ]
}

# An old-style client that checks UDP checksums itself must get its answer (vde-2#39).
test_dhcp_replies_have_whole_checksums() {
	start_vmnet $SWITCH
	guest g1
	dump /tmp/dump g1 -i eth0 -vvn -c 2 'udp src port 67'
	local dump=$!
	lease g1
	wait_for 5 ended $dump
	expect grep -q 'udp sum ok' /tmp/dump
	refute grep -qi 'bad udp' /tmp/dump
}

# Guests that boot together: an answer must not wait for the others' (dnsmasq's ping check).
test_guests_that_boot_together_all_get_a_lease() {
	start_vmnet $SWITCH
	local n
	for n in 1 2 3 4 5 6; do guest g$n; done
	for n in 1 2 3 4 5 6; do lease g$n -t 3 & done
	wait_for 4 all_leased
	expect [ "$(cat /tmp/g?.lease | grep ^ip= | sort -u | wc -l)" = 6 ]
}
all_leased() { [ "$(ls /tmp/g?.lease | wc -l)" = 6 ]; }
