# SPDX-License-Identifier: GPL-2.0-or-later
# Names outside, as the host sees them: by the name servers of its /etc/resolv.conf, in their
# order, and what becomes of that when the file changes.

setup() {
	topology
	start_switch
}
begin() {
	start_vmnet "$@" $SWITCH
	guest g1
	static_address g1 9
	wait_for 5 reaches g1 $GATEWAY
}
# A server at that address that knows these names, and no others: NXDOMAIN.
server() { # address name=address...
	local address=$1 name arguments=()
	shift
	ip -n inet addr add "$address"/32 dev lo
	for name; do arguments+=("--host-record=${name/=/,}"); done
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address="$address" --bind-interfaces \
		--local-ttl=3600 --neg-ttl=3600 --pid-file=/tmp/server."$address" --user=root "${arguments[@]}" '--address=/#/'
	wait_for 5 knows inet "$address" version.bind
}
knows() { in_ns "$1" dig +time=1 +tries=1 @"$2" CH TXT "$3"; }
# (dig itself reads resolv.conf, and gives up at what others leave out.)
asks() {
	in_ns g1 sh -c 'mount --bind /dev/null /etc/resolv.conf 2>/dev/null; exec dig +short +time=5 +tries=2 "$@"' \
		dig @$GATEWAY "$@" || true
}
answers() { [ "$(asks "${@:2}")" = "$1" ]; }
soon() { wait_for 3 answers "$@"; }
# /etc is a copy, and no mount is in the way.
own_resolv() {
	umount /etc/resolv.conf
	own_system
	rm -f /etc/resolv.conf
}
FIRST=203.0.113.53 SECOND=203.0.113.54 THIRD=203.0.113.55 FOURTH=203.0.113.56
three_servers() {
	server $FIRST a.corp.test=198.18.0.1
	server $SECOND a.corp.test=198.18.0.2
	server $THIRD a.corp.test=198.18.0.3
}
use() { for server; do echo "nameserver $server"; done; }

test_private_plain_and_reverse_names() {
	server $FIRST git.corp.test=10.20.0.1 intranet=172.16.5.5 six.corp.test=fd99::5
	use $FIRST >/etc/resolv.conf
	begin
	expect answers git.corp.test. -x 10.20.0.1
	expect answers intranet. -x 172.16.5.5
	expect answers six.corp.test. -x fd99::5
	expect answers 10.20.0.1 git.corp.test
	expect answers 172.16.5.5 intranet
	expect answers fd99::5 six.corp.test AAAA
	# Ours stay ours.
	guest g2
	lease g2
	expect answers "$(leased g2 ip)" g2
	expect answers g2.vmnet.internal. -x "$(leased g2 ip)"
}

# A name of our domain, an address of our subnet, and localhost are asked nowhere else.
test_what_is_ours_is_not_asked_elsewhere() {
	server $FIRST nobody.vmnet.internal=198.18.0.66 foreign.corp.test=192.168.105.200 localhost=198.18.0.67 \
		foreign6.corp.test=${PREFIX6}77 neighbour.corp.test=192.168.106.7
	use $FIRST >/etc/resolv.conf
	begin --vmnet-nat66-prefix=$PREFIX6
	expect answers '' nobody.vmnet.internal
	expect answers '' localhost
	expect answers '' -x 192.168.105.200
	expect answers '' -x ${PREFIX6}77
	expect answers neighbour.corp.test. -x 192.168.106.7
	stop_vmnet
	# Of a subnet that ends within a byte.
	start_vmnet --vmnet-gateway=192.168.105.129 --vmnet-mask=255.255.255.128 $SWITCH
	ip -n g1 addr add 192.168.105.130/25 dev eth0
	ip -n g1 neigh flush dev eth0
	GATEWAY=192.168.105.129
	expect answers '' -x 192.168.105.200
}

# The first knows, and is slower than the second, which says that there is no such name.
test_servers_are_asked_in_their_order() {
	server $SECOND other.test=10.20.0.9
	ip -n inet addr add $FIRST/32 dev lo
	server 127.0.0.1 git.corp.test=10.20.0.1
	cat >/tmp/slow.py <<-'PYTHON'
		import socket, time
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(('203.0.113.53', 53))
		while True:
		    data, address = s.recvfrom(4096)
		    time.sleep(0.1)
		    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    u.sendto(data, ('127.0.0.1', 53))
		    s.sendto(u.recv(4096), address)
	PYTHON
	in_ns inet /usr/bin/python3 /tmp/slow.py &
	wait_for 5 listens inet u 53
	use $FIRST $SECOND >/etc/resolv.conf
	begin
	expect answers 10.20.0.1 git.corp.test
	expect answers '' other.test
}

# One that refuses, and one that is away, and then one that knows. (dnsmasq 2.90 passes a refusal
# on to clients that speak EDNS, as dig; libc's resolver does not.)
test_the_next_is_asked_when_one_does_not_answer() {
	ip -n inet addr add $FIRST/32 dev lo # nobody there: an ICMP error
	server $THIRD a.corp.test=198.18.0.3
	ip -n inet addr add $SECOND/32 dev lo
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address=$SECOND --bind-interfaces \
		--pid-file=/tmp/refuses --user=root
	use $SECOND $THIRD >/etc/resolv.conf
	begin
	expect answers 198.18.0.3 +noedns a.corp.test
	use $FIRST $THIRD >/etc/resolv.conf
	wait_for 3 grep -q $FIRST /run/vde_vmnet/shared.dns/resolv.conf
	wait_for 10 answers 198.18.0.3 a.corp.test
}

test_the_file_is_written_in_place() {
	three_servers
	use $FIRST >/etc/resolv.conf
	begin
	expect answers 198.18.0.1 a.corp.test
	use $SECOND >/etc/resolv.conf # a mount: its own directory says nothing
	soon 198.18.0.2 a.corp.test
	use $FIRST >/tmp/resolv.conf
	soon 198.18.0.1 a.corp.test
	: >/etc/resolv.conf
	sleep 0.1
	use $THIRD >>/etc/resolv.conf
	soon 198.18.0.3 a.corp.test
	use $SECOND >/tmp/other # a mount upon it, where the daemon sees it
	nsenter -t $VMNET -m mount --bind /tmp/other /etc/resolv.conf
	soon 198.18.0.2 a.corp.test
	nsenter -t $VMNET -m umount /etc/resolv.conf
	soon 198.18.0.3 a.corp.test
}

test_a_link_and_all_on_its_way_are_followed() {
	own_resolv
	three_servers
	mkdir -p /run/r/one /run/r/two
	use $FIRST >/run/r/one/stub
	use $SECOND >/run/r/two/stub
	ln -s one /run/r/now
	ln -s ../run/r/now/stub /etc/resolv.conf
	begin
	expect answers 198.18.0.1 a.corp.test
	ln -sfn two /run/r/now # a directory of the way
	soon 198.18.0.2 a.corp.test
	use $THIRD >/run/r/two/new # the file at its end
	mv /run/r/two/new /run/r/two/stub
	soon 198.18.0.3 a.corp.test
	use $FIRST >/etc/new # a file in the link's place
	mv /etc/new /etc/resolv.conf
	soon 198.18.0.1 a.corp.test
	ln -sfn /run/r/two/stub /etc/resolv.conf # and a link in the file's
	soon 198.18.0.3 a.corp.test
	mv /run/r /run/gone # all of it goes, and another comes
	mkdir -p /run/r/two
	use $SECOND >/run/r/two/stub
	soon 198.18.0.2 a.corp.test
	rm -r /run/r
	wait_for 3 grep -qx 'nameserver 127.0.0.1' /run/vde_vmnet/shared.dns/resolv.conf
	mkdir /run/r
	sleep 0.2
	mkdir /run/r/two
	sleep 0.2
	use $FIRST >/run/r/two/stub
	soon 198.18.0.1 a.corp.test
	# dnsmasq itself was never started again.
	refute log_has 'dnsmasq exited'
}

# As others cannot read it, and as something else is in its place: the servers of before are asked.
test_the_file_cannot_be_read() {
	own_resolv
	three_servers
	use $FIRST >/etc/resolv.conf
	begin
	# At once: where there is no file for a moment, the servers of before are the host's own.
	mkdir /etc/directory
	ln -s /etc/directory /etc/new
	mv -T /etc/new /etc/resolv.conf
	wait_for 2 log_has 'warning: /etc/resolv.conf: Is a directory; .* the previous name servers'
	expect answers 198.18.0.1 a.corp.test
	rm /etc/resolv.conf
	use $SECOND >/etc/resolv.conf
	soon 198.18.0.2 a.corp.test
	# Behind more than anybody writes.
	seq 6000 | sed 's/^/# a comment, of which there are many: /' >/etc/new
	use $THIRD >>/etc/new
	mv /etc/new /etc/resolv.conf
	soon 198.18.0.3 a.corp.test
}

# A server on a link knows its device by the index: one that is made anew, or gets its name later.
test_the_device_of_a_server_is_another() {
	topology6
	link_server
	use fe80::5%up1 >/etc/resolv.conf
	begin
	expect answers 198.18.0.7 b.corp.test
	ip -n host link del up1
	link_server
	soon 198.18.0.7 b.corp.test
	ip -n host link set up1 down
	ip -n host link set up1 name up7
	ip -n host link set up7 up
	use fe80::5%up1 >/etc/resolv.conf
	use fe80::5%up9 >/etc/resolv.conf
	wait_for 3 grep -q up9 /run/vde_vmnet/shared.dns/resolv.conf
	ip -n host link set up7 down
	ip -n host link set up7 name up9
	ip -n host link set up9 up
	soon 198.18.0.7 b.corp.test
}
link_server() {
	[ ! -e /tmp/link ] || kill "$(cat /tmp/link)"
	second_uplink
	ip -n host route replace default via 198.51.100.1
	ip -n inet addr add fe80::5/64 dev in1
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --interface=in1 --bind-interfaces --except-interface=lo \
		--host-record=b.corp.test,198.18.0.7 --pid-file=/tmp/link --user=root
}

# A resolver in a VPN, which a rule leads to and main does not.
test_a_resolver_by_a_table_of_its_own() {
	server 10.99.0.54 a.corp.test=198.18.0.1
	ip -n host route add unreachable 10.99.0.0/16
	ip -n host route add default via 198.51.100.1 table 77
	ip -n host rule add pref 100 to 10.99.0.0/16 lookup 77
	use 10.99.0.54 >/etc/resolv.conf
	begin
	expect answers 198.18.0.1 a.corp.test
}

# Of a host that resolves its guests' names, too; and of one that has its own server at 0.0.0.0.
test_we_are_not_asked_by_ourselves() {
	server $FIRST a.corp.test=198.18.0.1
	use $GATEWAY $FIRST >/etc/resolv.conf
	begin
	expect answers 198.18.0.1 a.corp.test
	in_ns host dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address=127.0.0.1 --bind-interfaces \
		--host-record=own.test,198.18.0.9 --pid-file=/tmp/own.pid --user=root
	use 0.0.0.0 >/etc/resolv.conf
	soon 198.18.0.9 own.test
	use $GATEWAY >/etc/resolv.conf
	wait_for 3 answers '' own.test
}

# The way is not there yet, as before the VPN or systemd-resolved; then the host asks itself.
test_the_file_is_not_there_yet() {
	own_resolv
	ln -s /run/later/stub /etc/resolv.conf
	server $FIRST a.corp.test=198.18.0.1
	in_ns host dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address=127.0.0.1 --bind-interfaces \
		--host-record=own.test,198.18.0.9 --pid-file=/tmp/own.pid --user=root
	begin
	expect answers 198.18.0.9 own.test
	mkdir /run/later
	use $FIRST >/run/later/stub
	soon 198.18.0.1 a.corp.test
}

# A hundred changes in a row end with the last one.
test_many_changes() {
	three_servers
	use $FIRST >/etc/resolv.conf
	begin
	local n
	for n in $(seq 200); do use 192.0.2.$n >/etc/resolv.conf; done
	use $SECOND >/etc/resolv.conf
	soon 198.18.0.2 a.corp.test
	kill -KILL "$(dnsmasq_pid)" # and a new dnsmasq has it too
	use $THIRD >/etc/resolv.conf
	soon 198.18.0.3 a.corp.test
}

# What another server said, that there is no such name too, is forgotten; only the first three
# count, as for the host; other lines do not.
test_the_cache_is_cold_and_the_file_is_read_as_the_host_does() {
	server $FIRST a.corp.test=198.18.0.1
	server $SECOND vpn.corp.test=10.20.0.1
	server $FOURTH fourth.test=198.18.0.4
	use $FIRST >/etc/resolv.conf
	begin
	expect answers '' vpn.corp.test
	expect answers 198.18.0.1 a.corp.test
	printf '%s\n' '# nameserver 192.0.2.1' ' nameserver 192.0.2.2' 'nameserver  nonsense' 'search corp.test' \
		$'nameserver\t'$SECOND' # the VPN' "nameserver $SECOND" "nameserver $SECOND" "nameserver $FOURTH" >/etc/resolv.conf
	soon 10.20.0.1 vpn.corp.test
	expect answers '' a.corp.test
	expect [ "$(grep -c . /run/vde_vmnet/shared.dns/resolv.conf)" = 3 ]
}

test_resolvers_of_ipv6() {
	topology6
	route6_static
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --listen-address=$SERVER6 --bind-interfaces \
		--host-record=a.corp.test,198.18.0.6 --pid-file=/tmp/six --user=root
	use $SERVER6 >/etc/resolv.conf
	begin
	expect answers 198.18.0.6 a.corp.test
	# A router's link-local address, as advertisements tell it.
	ip -n inet addr add fe80::5/64 dev in0
	in_ns inet dnsmasq -C /dev/null --no-resolv --no-hosts --interface=in0 --bind-interfaces --except-interface=lo \
		--host-record=b.corp.test,198.18.0.7 --pid-file=/tmp/link --user=root
	use fe80::5%up0 >/etc/resolv.conf
	soon 198.18.0.7 b.corp.test
}

# dnsmasq has a copy, and opens nothing in /etc that tells names.
test_the_copy() {
	use $FIRST >/etc/resolv.conf
	before
	begin
	expect [ "$(cat /run/vde_vmnet/shared.dns/resolv.conf)" = "nameserver $FIRST" ]
	expect [ "$(stat -c %a /run/vde_vmnet/shared.dns/resolv.conf)" = 644 ]
	refute grep -q /etc/ <(tr '\0' '\n' </proc/"$(dnsmasq_pid)"/cmdline)
	stop_vmnet
	expect [ ! -e /run/vde_vmnet ]
	ip netns del g1
	start_vmnet $SWITCH
	kill_with_watcher
	wait_for 5 gone
	expect [ -e /run/vde_vmnet/shared.dns/resolv.conf ]
	expect in_ns host "$PROGRAM" --cleanup
	expect [ ! -e /run/vde_vmnet ]
	expect same_as_before
	# A name that a start of it comes after.
	start_vmnet $SWITCH
	kill_with_watcher
	wait_for 5 gone
	start_vmnet $SWITCH
	stop_vmnet
	expect [ ! -e /run/vde_vmnet ]
	start_vmnet --vmnet-mode=host $SWITCH
	expect [ ! -e /run/vde_vmnet/host.dns ]
}
gone() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep" && ! ip -n host link show vmnet-shared; }
