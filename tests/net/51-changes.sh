# SPDX-License-Identifier: GPL-2.0-or-later
# The host changes while guests use it: other software turns off what we turned on, devices go and
# come back under the same name, routes change without an end.
# Where a test makes it, the host has a second uplink, up1 192.0.2.2.
. "$TOP/tests/net/changing.sh"

forwards() { [ "$(in_ns host sysctl -n net/ipv4/conf/"$1"/forwarding)" = "$2" ]; }
has_force() { [ -e /proc/sys/net/ipv6/conf/all/force_forwarding ]; }
said() { [ "$(log_count "$2")" = "$1" ]; }

test_an_uplink_made_anew_at_once() {
	second_uplink
	begin
	ip -n host link del up1
	second_uplink
	wait_for 3 reaches g1 $SERVER
	stop_vmnet
	expect forwards up1 0
}

# The records of one that was killed are about a device that is no longer there.
test_a_killed_one_does_not_touch_a_new_device() {
	second_uplink
	begin
	kill_with_watcher
	ip -n host link del up1
	second_uplink
	in_ns host sysctl -qw net.ipv4.conf.up1.forwarding=1
	expect in_ns host "$PROGRAM" --cleanup
	expect forwards up1 1
}

test_an_uplink_with_another_name() {
	second_uplink
	begin
	ip -n host link set up1 down
	ip -n host link set up1 name wan.1 up
	ip -n host route replace default via 192.0.2.1
	wait_for 3 reaches g1 $SERVER
	refute log_has 'made this host an IPv[46] router'
	expect [ "$(in_ns host cat /proc/sys/net/ipv4/conf/wan.1/forwarding)" = 1 ]
	stop_vmnet
	expect [ "$(in_ns host cat /proc/sys/net/ipv4/conf/wan.1/forwarding)" = 0 ]
}

# Whatever is looked at while it has one name and then another.
test_an_uplink_that_is_renamed_again_and_again() {
	local n
	second_uplink
	begin
	strace -qq -o /dev/null -e trace=ioctl -e inject=ioctl:delay_exit=3000 -p $VMNET & # more often between two
	for n in {1..30}; do
		ips host 'link set up1 down' 'link set up1 name wan.1 up' 'route replace default via 192.0.2.1'
		nap $((n % 7))
		ips host 'link set wan.1 down' 'link set wan.1 name up1 up' 'route replace default via 192.0.2.1'
		nap $((n % 5))
	done
	kill $!
	wait_for 3 reaches g1 $SERVER
	refute log_has 'made this host an IPv[46] router'
	stop_vmnet
	expect forwards up1 0
}

# As by sysctl --system, and what is done at the end of Docker or libvirt.
test_forwarding_is_turned_off_everywhere() {
	begin
	in_ns host sysctl -qw net.ipv4.ip_forward=1
	in_ns host sysctl -qw net.ipv4.ip_forward=0
	wait_for 2 forwards up0 1
	wait_for 2 forwards vmnet-shared 1
	wait_for 3 reaches g1 $SERVER
	expect log_has 'warning: other software changed something that guests need: net/ipv4/conf/up0/forwarding was 0; it was restored'
	expect log_has 'net/ipv4/conf/vmnet-shared/forwarding was 0; it was restored'
}

# Once more within a minute: somebody means it.
test_forwarding_is_turned_off_again() {
	begin
	in_ns host sysctl -qw net.ipv4.conf.up0.forwarding=0
	wait_for 2 forwards up0 1
	in_ns host sysctl -qw net.ipv4.conf.up0.forwarding=0
	wait_for 2 log_has 'within a minute after it was restored: net/ipv4/conf/up0/forwarding was 0; .*: sysctl net/ipv4/conf/up0/forwarding=1$'
	ip -n host addr add 192.0.2.77/32 dev up0 # something to look up for
	refute reaches g1 $SERVER
	expect forwards up0 0
	expect said 1 'within a minute'
	in_ns host "$(sed -n 's/.*to fix it, run: \(sysctl\) .*/\1/p' $LOG)" "$(sed -n 's/.*to fix it, run: sysctl //p' $LOG)"
	wait_for 3 reaches g1 $SERVER
	stop_vmnet
	expect forwards up0 0
}

# The host forwarded by its own doing, and then no longer.
test_a_host_that_was_a_router() {
	in_ns host sysctl -qw net.ipv4.ip_forward=1
	begin
	in_ns host sysctl -qw net.ipv4.ip_forward=0
	wait_for 3 reaches g1 $SERVER
	stop_vmnet
	expect forwards up0 0
}

test_ipv6_forwarding_is_turned_off() {
	has_force || skip "Linux before 6.17"
	begin
	wait_for 5 reaches g1 $SERVER6
	in_ns host sysctl -qw net.ipv6.conf.up0.force_forwarding=0
	wait_for 3 reaches g1 $SERVER6
	in_ns host sysctl -qw net.ipv6.conf.vmnet-shared.force_forwarding=0
	wait_for 3 reaches g1 $SERVER6
	expect said 2 'force_forwarding was 0; it was restored'
}

# A 0 over a 0 turns it off for each device.
test_ipv6_forwarding_is_turned_off_everywhere() {
	has_force || skip "Linux before 6.17"
	begin
	wait_for 5 reaches g1 $SERVER6
	in_ns host sysctl -qw net.ipv6.conf.all.forwarding=0
	wait_for 3 reaches g1 $SERVER6
	wait_for 2 said 2 'force_forwarding was 0; it was restored'
	in_ns host sysctl -qw net.ipv6.conf.all.force_forwarding=1
	in_ns host sysctl -qw net.ipv6.conf.all.force_forwarding=0
	wait_for 2 said 2 'within a minute .*force_forwarding'
}

test_ipv6_is_turned_off_and_on() {
	has_force || skip "Linux before 6.17"
	begin
	wait_for 5 reaches g1 $SERVER6
	in_ns host sysctl -qw net.ipv6.conf.vmnet-shared.disable_ipv6=1
	wait_for 3 reaches g1 fe80::1%eth0
	wait_for 3 reaches g1 $SERVER6
	expect log_has "the address ${PREFIX6}1/64 was missing from vmnet-shared; it was restored"
}

test_our_addresses_are_flushed() {
	begin
	ip -n host addr flush dev vmnet-shared
	wait_for 3 reaches g1 $GATEWAY
	wait_for 3 reaches g1 ${PREFIX6}1
	wait_for 3 reaches g1 fe80::1%eth0
	wait_for 3 reaches g1 $SERVER
	serve_dns
	expect [ "$(in_ns g1 dig +short +time=10 +tries=5 @$GATEWAY www.example.test)" = $SERVER ]
	guest g2 $SWITCH
	lease g2
	expect log_has "the address $GATEWAY/24 was missing from vmnet-shared; it was restored"
	ip -n host addr del $GATEWAY/24 dev vmnet-shared
	wait_for 2 log_has "within a minute .*: the address $GATEWAY/24 was missing from vmnet-shared; .*: ip address add $GATEWAY/24 dev vmnet-shared$"
}

test_our_device_is_set_down() {
	begin
	ip -n host link set vmnet-shared down
	wait_for 3 reaches g1 $SERVER
	wait_for 3 reaches g1 ${PREFIX6}1
	expect log_has 'vmnet-shared was down; it was restored'
}

test_what_the_host_believes_of_guests() {
	local key
	begin
	for key in ipv4/conf/vmnet-shared/rp_filter=0 ipv6/conf/vmnet-shared/accept_ra=2 ipv6/conf/vmnet-shared/autoconf=1 \
		ipv4/conf/vmnet-shared/accept_redirects=1; do
		in_ns host sysctl -qw net/$key
		wait_for 2 log_has "net/${key%=*} was ${key#*=}; it was restored"
	done
}

# 10 ms between two changes, for longer than all the rest takes.
test_routes_that_change_without_an_end() {
	begin
	ip -n host tuntap add dev d0 mode tun
	ip -n host link set d0 up
	(
		i=0
		while :; do
			echo "route replace 10.200.0.0/24 dev d0 metric $((++i))"
			sleep 0.005
		done | ip -n host -batch -
	) &
	local churn=$!
	wait_for 5 churns
	second_uplink
	wait_for 2 reaches g1 $SERVER
	expect churns
	kill $churn
}
churns() { [ "$(ip -n host route show 10.200.0.0/24 | tail -1)" != "$(
	sleep 0.1
	ip -n host route show 10.200.0.0/24 | tail -1
)" ]; }

# In either family, once.
test_the_way_out_goes_and_comes() {
	begin
	ip -n host route del default
	wait_for 2 log_has 'guests have no way out over IPv4: the host has no default route'
	refute reaches g1 $SERVER
	ip -n host route add default via 198.51.100.1
	wait_for 2 log_has 'guests have a way out over IPv4'
	wait_for 3 reaches g1 $SERVER
	ip -n host route replace default via 198.51.100.1 metric 7
	ip -n host route del default metric 0
	ip -n host addr add 192.0.2.77/32 dev up0
	wait_for 3 reaches g1 $SERVER
	expect said 1 'a way out over IPv4'
}
