# SPDX-License-Identifier: GPL-2.0-or-later
# What DHCP can be told: reservations, times, servers, domains; and many guests.

CLIENTS=${TOOL%/*}/dhcpclients
setup() { topology; }

start_ours() { start_vmnet --user=$MACHINE_USER --leases-per-port=4096 "$@" switch://$SWITCH; }
# Guests lease; /tmp/leases has "MAC IP SECONDS" of each.
clients() { as_user "$CLIENTS" $SWITCH "$@" >/tmp/leases; }
address() { awk 'NR == 1 {print $2}' /tmp/leases; }
given() { grep -c -v ' - ' /tmp/leases || true; }
distinct() { awk '$2 != "-" {print $2}' /tmp/leases | sort -u | wc -l; }
DB=52:54:00:00:00:10 WEB=52:54:00:00:00:11 STRANGER=52:54:00:00:01:00
NET="--vmnet-gateway=192.168.105.1"
HOSTS="--dhcp-host=$DB,192.168.105.200,db --dhcp-host=$WEB,192.168.105.7"
resolves() { [ "$(in_ns host dig +short +time=10 @$GATEWAY "$1")" = "$2" ]; }

test_reserved_guests_get_their_own() {
	start_ours $NET --vmnet-dhcp-end=192.168.105.20 $HOSTS --dhcp-host=$STRANGER,192.168.105.254
	clients $DB
	expect [ "$(cat /tmp/leases)" = "$DB 192.168.105.200 3600" ]
	clients $WEB
	expect [ "$(address)" = 192.168.105.7 ]
	clients $STRANGER
	expect [ "$(address)" = 192.168.105.254 ]
	# Nobody else is given what is reserved inside the range: 2 to 20 without 7.
	clients 52:54:00:00:02:00 30
	expect [ "$(given) $(distinct)" = "18 18" ]
	refute grep -qE ' 192.168.105.(7|200|254) ' /tmp/leases
}

test_a_reserved_name_is_its_guests_alone() {
	start_ours $NET $HOSTS --domain=lab.example
	expect resolves db.lab.example 192.168.105.200
	expect resolves db 192.168.105.200
	guest db
	lease db # another MAC, but that name
	expect [ "$(leased db domain)" = lab.example ]
	expect [ "$(leased db ip)" != 192.168.105.200 ]
	expect resolves db.lab.example 192.168.105.200
	clients $DB
	expect [ "$(address)" = 192.168.105.200 ]
	expect resolves db.lab.example 192.168.105.200
	expect [ "$(in_ns host dig +short +time=10 @$GATEWAY -x 192.168.105.200)" = db.lab.example. ]
}

# In IPv6 as well, of which a reservation says nothing; whatever form the name has.
test_a_reserved_name_is_its_guests_alone_in_ipv6_too() {
	start_ours $NET $HOSTS --vmnet-nat66-prefix=$PREFIX6
	guest db # another MAC
	lease db
	wait_for 10 has_address6 db eth0 fd12
	guest g1
	ip -n g1 link set eth0 down
	ip -n g1 link set eth0 address $DB up # and asks for a router with it
	lease g1                              # the right one, by whatever name
	expect [ "$(leased g1 ip)" = 192.168.105.200 ]
	wait_for 10 has_address6 g1 eth0 ${PREFIX6%:}5054:ff:fe00:10
	# dnsmasq finds out what guests have made themselves by asking them, one after the other.
	wait_for 30 resolves6 db ${PREFIX6%:}5054:ff:fe00:10
	local form
	for form in DB db.vmnet.internal; do
		in_ns db udhcpc -i eth0 -fnq -t 20 -T 1 -s /bin/true -x hostname:$form 2>/dev/null
		expect resolves6 db ${PREFIX6%:}5054:ff:fe00:10
	done
	dhcp6 db /tmp/db.lease6 -h db -F both >/tmp/db.dhcp6 2>&1 &
	wait_for 20 test -s /tmp/db.lease6
	expect resolves6 db ${PREFIX6%:}5054:ff:fe00:10
	expect resolves db 192.168.105.200
	# Nor has anyone a line in the log for each lease of others.
	refute log_has 'not giving name'
}
resolves6() { [ "$(in_ns host dig +short +time=10 @$GATEWAY "$1" AAAA)" = "$2" ]; }

# A lease of another guest from before the reservation.
test_a_new_reservation_takes_the_address_from_who_has_it() {
	start_ours $NET --vmnet-dhcp-end=192.168.105.2 --dhcp-lease-time=infinite
	clients $STRANGER
	expect [ "$(cat /tmp/leases)" = "$STRANGER 192.168.105.2 4294967295" ]
	stop_vmnet
	start_ours $NET --vmnet-dhcp-end=192.168.105.3 --dhcp-host=$DB,192.168.105.2
	clients $DB
	expect [ "$(address)" = 192.168.105.2 ]
	clients $STRANGER
	expect [ "$(address)" = 192.168.105.3 ]
}

# 300 come and stay silent, more than a /24 has; who is known, keeps or gets its own.
test_known_guests_are_served_when_the_range_is_used_up() {
	start_ours $NET $HOSTS --dhcp-host=52:54:00:00:00:12,192.168.105.254
	clients $STRANGER
	local mine
	mine=$(address)
	clients 52:54:00:00:02:00 300
	expect [ "$(given) $(distinct)" = "249 249" ] # 2 to 254 without three reserved and mine
	clients 52:54:00:00:00:10 3
	expect [ "$(given)" = 3 ]
	expect grep -q "^$DB 192.168.105.200 " /tmp/leases
	clients $STRANGER
	expect [ "$(address)" = "$mine" ]
	# Also after a restart.
	stop_vmnet
	start_ours $NET $HOSTS --dhcp-host=52:54:00:00:00:12,192.168.105.254
	clients $STRANGER
	expect [ "$(address)" = "$mine" ]
	clients $WEB
	expect [ "$(address)" = 192.168.105.7 ]
}

# Leases that are over are free for new guests, though 253 others had them.
test_addresses_of_the_gone_are_given_away() {
	start_ours $NET
	clients 52:54:00:00:02:00 253
	expect [ "$(given)" = 253 ]
	stop_vmnet
	sed -i 's/^[0-9]*/1000000000/' /var/lib/vde_vmnet/shared.leases
	start_ours $NET
	clients 52:54:00:00:04:00 253
	expect [ "$(given) $(distinct)" = "253 253" ]
}

# Leases of the subnet that the network had before take no room in the new one.
test_leases_of_another_subnet_take_no_room() {
	start_ours --vmnet-gateway=10.7.7.1 --dhcp-lease-time=infinite
	clients 52:54:00:00:02:00 100
	expect [ "$(given)" = 100 ]
	stop_vmnet
	start_ours $NET --vmnet-dhcp-end=192.168.105.40
	clients 52:54:00:00:04:00 39
	expect [ "$(given)" = 39 ]
}

test_the_widest_and_the_narrowest_subnet() {
	start_ours --vmnet-gateway=10.0.0.1 --vmnet-mask=255.0.0.0 --dhcp-host=$DB,10.255.255.254
	clients $DB
	expect [ "$(address)" = 10.255.255.254 ]
	clients 52:54:00:00:02:00 50
	expect [ "$(given) $(distinct)" = "50 50" ]
	stop_vmnet
	start_ours --vmnet-gateway=10.1.1.1 --vmnet-mask=255.255.255.252
	clients 52:54:00:00:02:00 3
	expect [ "$(given)" = 1 ]
	expect grep -q ' 10.1.1.2 3600' /tmp/leases
	stop_vmnet
	start_ours --vmnet-gateway=192.168.105.253
	guest g1
	lease g1
	expect [ "$(leased g1 ip)" = 192.168.105.254 ]
	expect reaches g1 192.168.105.253
}

test_times_servers_and_domains_are_told() {
	start_ours --dhcp-lease-time=45m --dns=192.168.105.53,9.9.9.9 --dns=fd00::53 --domain=lab.example \
		--dns-search=lab.example --dns-search=corp.example,eu.corp.example
	guest g1
	lease g1 -O search
	expect [ "$(leased g1 lease)" = 2700 ]
	expect [ "$(leased g1 dns)" = "192.168.105.53 9.9.9.9" ]
	expect [ "$(leased g1 domain)" = lab.example ]
	expect [ "$(leased g1 search)" = "lab.example corp.example eu.corp.example" ]
	expect [ "$(in_ns g1 dig +short +time=10 @$GATEWAY g1.lab.example)" = "$(leased g1 ip)" ]
}

test_a_lease_may_be_for_ever() {
	start_ours --dhcp-lease-time=infinite
	clients $STRANGER
	expect [ "$(awk '{print $3}' /tmp/leases)" = 4294967295 ]
}

test_the_plan_tells_them() {
	in_ns host "$PROGRAM" --check $NET $HOSTS --dhcp-lease-time=2m --dns=9.9.9.9 --domain=lab.example \
		--dns-search=corp.example >/tmp/plan
	cat /tmp/plan
	expect grep -q 'DHCP       192.168.105.2 to 192.168.105.254, leases of 120 seconds' /tmp/plan
	expect grep -q "reserved   192.168.105.200 for $DB db" /tmp/plan
	expect grep -q "reserved   192.168.105.7 for $WEB\$" /tmp/plan
	expect grep -q 'DNS server 9.9.9.9' /tmp/plan
	expect grep -q 'DNS search corp.example' /tmp/plan
	expect grep -q 'domain     lab.example' /tmp/plan
}
