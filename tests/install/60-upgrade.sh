# SPDX-License-Identifier: GPL-2.0-or-later
# From 0.1.0, as tests/install/make-old built it, to this version.

OLD=$TOP/build/old ROOT=$TOP/machine SWITCH=/tmp/our.ctl
LEASES=/var/lib/vde_vmnet/shared.leases
setup() {
	[ -e "$OLD"/complete ] || skip "$(cat "$OLD"/why 2>/dev/null || echo "no 0.1.0 here; tests/install/make-old build/old makes it")"
	own_system
	groupadd -r vde-vmnet 2>/dev/null || true
	topology
	topology6
	route6_static
	serve_dns
	cp -a "$OLD"/root "$ROOT"
	PROGRAM=$ROOT/usr/local/sbin/vde_vmnet
	OPTIONS=(--config="$ROOT"/etc/vde_vmnet/shared.conf --pidfile=/tmp/pid --user=$MACHINE_USER switch://$SWITCH ptp:///tmp/p2p)
}
install_new() {
	make -s -C "$TOP" BUILD="$BUILD" install DESTDIR="$ROOT" >/tmp/make.log 2>&1 || {
		cat /tmp/make.log
		return 1
	}
	expect cmp "$TOP/$BUILD"/vde_vmnet "$PROGRAM"
}
gone() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep" && ! ip -n host link show vmnet-shared; }
kill_all() {
	kill -KILL $VMNET "$(worker_pid)" "$(dnsmasq_pid)"
	wait_for 3 gone
}
network() {
	ip -n host -o addr show dev vmnet-shared | sed 's/ *valid_lft.*//; s/^[0-9]*: *//'
	ip -n host -o link show dev vmnet-shared | sed 's/.*link\/ether//'
}
# The guest's own address stays; it is attached anew.
again() { # guest
	ip netns exec "$1" "${AS_USER[@]}" vde_plug2tap -s $SWITCH eth0 </dev/null &
	wait_for 5 carrier "$1" eth0
}

# All that 0.1.0 was is killed at once; this version finds what it left, and what it gave.
test_killed_and_replaced() {
	local duid lease
	in_ns host nft 'add table inet other; add chain inet other forward { type filter hook forward priority 0; policy drop; }'
	before
	echo 'vmnet-gateway=192.168.140.1' >>"$ROOT"/etc/vde_vmnet/shared.conf
	start_vmnet "${OPTIONS[@]}"
	guest g1
	# Not the one that its MAC address would choose.
	lease g1 -r 192.168.140.77
	expect [ "$(leased g1 ip)" = 192.168.140.77 ]
	lease6 g1
	lease=$(grep 192.168.140.77 $LEASES)
	duid=$(grep '^duid ' $LEASES)
	network >/tmp/network
	end "$(cat /tmp/g1.udhcpc)"
	kill_all
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 1 ]
	install_new
	expect grep -q 192.168.140.1 "$ROOT"/etc/vde_vmnet/shared.conf
	start_vmnet "${OPTIONS[@]}"
	expect log_has 'cleaned up [0-9]+ things that a killed instance left behind'
	refute log_has 'cannot undo|no longer fit'
	network | diff /tmp/network - || fail "another network"
	expect grep -qF "$lease" $LEASES
	expect grep -qxF "$duid" $LEASES
	again g1
	expect [ "$(in_ns g1 dig +short +time=10 @192.168.140.1 g1)" = 192.168.140.77 ]
	lease g1
	expect [ "$(leased g1 ip)" = 192.168.140.77 ]
	wait_for 5 reaches g1 $SERVER
	stop_vmnet
	expect same_as_before
	refute test -e /tmp/pid
}

# Without a start: all that it left is taken away.
test_cleanup_of_what_it_left() {
	before
	start_vmnet "${OPTIONS[@]}"
	kill_all
	install_new
	expect in_ns host "$PROGRAM" --cleanup
	refute log_has 'cannot undo'
	expect same_as_before
}

# A guest that was told the time of its lease by 0.1.0 renews it, and notices nothing else.
test_a_guest_renews_what_0_1_0_gave() {
	start_vmnet "${OPTIONS[@]}"
	guest g1
	lease g1
	stop_vmnet
	install_new
	start_vmnet "${OPTIONS[@]}"
	again g1
	kill -USR1 "$(cat /tmp/g1.udhcpc)" # renew now
	wait_for 5 grep -q renew /tmp/g1.events
}
