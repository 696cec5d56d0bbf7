# SPDX-License-Identifier: GPL-2.0-or-later
# DHCP goes on where DNS cannot, and where it, or the advertisements, are not wanted.

setup() {
	topology
	serve_dns
	start_switch
}
OTHER='not serving DNS: another program serves it .port 53. at 192.168.105.1, '
asks() { in_ns g1 dig +short +time=2 +tries=1 @$GATEWAY "$@" 2>&1 || true; }
answers() { [ "$(asks "${@:2}")" = "$1" ]; }
leases_with_dns() { # servers
	guest g1
	lease g1
	expect [ "$(leased g1 dns)" = "$1" ]
	expect reaches g1 $GATEWAY
}
takes() { # address of socat...: in the background, again until it has it
	ip netns exec host sh -c "until socat -u '$1' /dev/null 2>/dev/null; do sleep 0.01; done" &
}

# As BIND does, which serves at each address of the host as soon as that appears: here even before.
test_another_server_takes_each_address() {
	in_ns host sysctl -qw net.ipv4.ip_nonlocal_bind=1
	in_ns host dnsmasq -C /dev/null --no-resolv --no-hosts --bind-interfaces --listen-address=$GATEWAY \
		--host-record=theirs.test,198.18.0.5 --pid-file=/tmp/theirs.pid --user=root
	expect in_ns host "$PROGRAM" --check $SWITCH
	start_vmnet $SWITCH
	expect log_has "warning: $OTHER"
	leases_with_dns $GATEWAY
	expect answers 198.18.0.5 theirs.test
	kill "$(cat /tmp/theirs.pid)"
	wait_for 10 log_has 'port 53 at 192.168.105.1 is free now'
	wait_for 5 answers $SERVER www.example.test
	expect [ "$(log_count 'not serving DNS')" = 1 ]
}

test_the_port_is_taken_on_every_address() {
	local taken
	for taken in UDP-RECV:53,reuseaddr=0 TCP-LISTEN:53,fork UDP6-RECV:53,ipv6only=1,reuseaddr=0 TCP6-LISTEN:53,ipv6only=1; do
		: >$LOG
		ip netns exec host socat -u $taken /dev/null & # not by in_ns: $! is socat itself
		local holder=$!
		wait_for 3 taken_by $holder
		in_ns host "$PROGRAM" --check $SWITCH 2>/tmp/err
		expect grep -q "warning: $OTHER" /tmp/err
		start_vmnet $SWITCH
		expect log_has "warning: $OTHER"
		guest g1
		lease g1
		stop_vmnet
		ip netns del g1
		kill $holder
		wait_for 3 ended $holder
	done
}
taken_by() { in_ns host ss -Hlntup 'sport = :53' | grep "pid=$1," >/dev/null; }

# It is taken while dnsmasq is away for a moment.
test_the_port_is_lost_later() {
	start_vmnet $SWITCH
	leases_with_dns $GATEWAY
	expect answers $SERVER www.example.test
	takes TCP-LISTEN:53,bind=$GATEWAY,fork
	local i
	for ((i = 0; i < 50; i++)); do
		! log_has "warning: $OTHER" || break
		kill -KILL "$(dnsmasq_pid)" || true
		sleep 0.3
	done
	expect log_has "warning: $OTHER"
	guest g2
	lease g2
}

test_dns_off() {
	start_vmnet --vmnet-disable-dns --vmnet-nat66-prefix=$PREFIX6 $SWITCH
	expect log_has 'ready: .*, no DNS, '
	refute listens host u 53
	refute listens host t 53
	leases_with_dns ''
	lease6 g1
	expect [ -z "$(leased6 g1 name_servers)" ]
	expect [ ! -e /run/vde_vmnet/shared.dns ]
	expect [ "$(in_ns host ss -Hlnu 'sport = :67' | wc -l)" = 1 ]
	stop_vmnet
	start_vmnet --vmnet-disable-dns --dns=9.9.9.9 $SWITCH
	guest g2
	lease g2
	expect [ "$(leased g2 dns)" = 9.9.9.9 ]
}

# It is not in the way, then, of another one.
test_dns_off_beside_another() {
	in_ns host socat -u UDP-RECV:53,reuseaddr=0 /dev/null &
	wait_for 3 listens host u 53
	start_vmnet --vmnet-disable-dns $SWITCH
	refute log_has 'not serving DNS'
	leases_with_dns ''
}

test_neither_dns_nor_dhcp() {
	in_ns host "$PROGRAM" --check --vmnet-disable-dns --vmnet-disable-dhcp $SWITCH >/tmp/plan
	expect grep -q 'DNS        off' /tmp/plan
	refute grep -q '^dnsmasq' /tmp/plan
	start_vmnet --vmnet-disable-dns --vmnet-disable-dhcp $SWITCH
	refute dnsmasq_pid
	guest g1
	static_address g1 9
	expect reaches g1 $SERVER
	ip -n host route replace default via 198.51.100.1 metric 5 # something to follow
	stop_vmnet
}

test_advertisements_off() {
	start_vmnet --vmnet-disable-ra --vmnet-nat66-prefix=$PREFIX6 $SWITCH
	leases_with_dns $GATEWAY
	dump /tmp/ra g1 -i eth0 'icmp6 and ip6[40] == 134'
	lease6 g1 # DHCPv6 goes on, for those that ask
	[[ $(leased6 g1 address) =~ ^$PREFIX6 ]] || fail "address $(leased6 g1 address)"
	kill -KILL "$(dnsmasq_pid)" # a new one would advertise at once
	wait_for 5 dnsmasq_pid
	in_ns g1 ping -6 -c2 -W1 ff02::2%eth0 >/dev/null || true
	expect [ ! -s /tmp/ra ]
	refute has_address6 g1 eth0 'fd12.*mngtmpaddr'
}
