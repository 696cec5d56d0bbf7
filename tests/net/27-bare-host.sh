# SPDX-License-Identifier: GPL-2.0-or-later
# A host whose interfaces have no MAC address: lo alone, or lo and a tunnel. And who the
# server is in DHCPv6 (its DUID), which dnsmasq would make from such an address.

SWITCH=/tmp/our.ctl
LEASES=/var/lib/vde_vmnet/shared.leases
setup() {
	make_ns host
	chmod 1777 /tmp
}
start() { start_vmnet --user=$MACHINE_USER "$@" switch://$SWITCH; }
server_duid() { sed -n 's/^duid //p' $LEASES; }
device_mac() { ip -n host -o link show "$1" | sed 's/.*ether \([0-9a-f:]*\).*/\1/'; }

serves() {
	start
	guest g1 $SWITCH
	lease g1
	expect reaches g1 "$(leased g1 router)"
	lease6 g1
	expect [ "$(server_duid)" = "00:03:00:01:$(device_mac vmnet-shared)" ]
}

test_nothing_but_lo() { serves; }

test_nothing_but_a_tunnel() {
	ip -n host tuntap add dev tun0 mode tun
	ip -n host addr add 10.8.0.2/24 dev tun0
	ip -n host link set tun0 up
	ip -n host route add default dev tun0
	serves
}

test_mode_host() {
	start --vmnet-mode=host
	guest g1 $SWITCH
	lease g1
	lease6 g1
	expect [ "$(sed -n 's/^duid //p' /var/lib/vde_vmnet/host.leases)" = "00:03:00:01:$(device_mac vmnet-host)" ]
}

# Also where the leases were lost, and on another host's interfaces.
test_the_server_stays_who_it_is() {
	local duid
	start
	duid=$(server_duid)
	stop_vmnet
	rm $LEASES
	ip -n host link add a0 type veth peer name a1
	start
	expect [ "$(server_duid)" = "$duid" ]
}

# A file that dnsmasq wrote before keeps what its guests know.
test_a_name_that_guests_know_is_kept() {
	mkdir /var/lib/vde_vmnet
	echo 'duid 00:01:00:01:32:9e:0c:05:0e:97:c3:31:97:90' >$LEASES
	start
	guest g1 $SWITCH
	lease6 g1
	stop_vmnet
	expect [ "$(server_duid)" = 00:01:00:01:32:9e:0c:05:0e:97:c3:31:97:90 ]
}
