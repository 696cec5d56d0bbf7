# SPDX-License-Identifier: GPL-2.0-or-later
# firewalld: our device joins our zone, which "make install" installs.
. "$TOP/tests/firewall/firewalls.sh"

setup() {
	setup_network
	bus_start
	cp -a $FIREWALLS/etc/firewalld /tmp/firewalld
	cp -a $FIREWALLS/usr/lib/firewalld /tmp/firewalld.lib
	make -s -C "$TOP" install DESTDIR=/tmp/root PREFIX=/usr >/dev/null
	cp /tmp/root/usr/lib/firewalld/zones/vde_vmnet.xml /tmp/firewalld.lib/zones/
}

test_firewalld_comes_reloads_restarts_and_goes() {
	start_guest
	firewalld_start
	wait_for 15 network_works g1
	expect in_zone
	firewall_cmd --reload
	wait_for 15 network_works g1
	firewalld_stop
	wait_for 15 network_works g1
	firewalld_start
	wait_for 15 network_works g1
	expect in_zone
	stop_vmnet
	refute in_zone
	expect log_has 'firewalld: vmnet-shared is in the zone vde_vmnet'
}

test_firewalld_is_there_first() {
	firewalld_start
	start_guest
	expect grep -q '"vmnet-shared"' <(rules)
	# The rest stays shut: the zone has DHCP, DNS and ssh.
	in_host socat TCP-LISTEN:99,fork EXEC:cat &
	refute in_ns g1 timeout 2 socat -u /dev/null TCP:$GATEWAY:99,connect-timeout=1
	stop_vmnet
	refute grep -q '"vmnet-shared"' <(rules)
	start_vmnet $SWITCH
	wait_for 5 in_zone
	kill -KILL $VMNET
	wait_for 2 ended $VMNET
	expect in_host "$PROGRAM" --cleanup
	refute in_zone
	refute grep -q '"vmnet-shared"' <(rules)
}

test_without_the_zone_it_says_so() {
	rm /tmp/firewalld.lib/zones/vde_vmnet.xml
	firewalld_start
	start_vmnet $SWITCH
	wait_for 8 log_has 'cannot join the zone vde_vmnet: .*INVALID_ZONE.* --change-interface=vmnet-shared'
	guest g1
	static_address g1 9
	refute reaches g1 $SERVER
	firewall_cmd --zone=trusted --change-interface=vmnet-shared
	wait_for 5 reaches g1 $SERVER
	stop_vmnet
}

# A bus where nobody answers must not hold up the end.
test_firewalld_hangs() {
	firewalld_start
	start_guest
	kill -STOP $FIREWALLD
	local start
	start=$(milliseconds)
	stop_vmnet
	expect [ $(($(milliseconds) - start)) -le 4000 ]
	kill -KILL $FIREWALLD
}
