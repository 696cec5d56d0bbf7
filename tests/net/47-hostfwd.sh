# SPDX-License-Identifier: GPL-2.0-or-later
# Ports of the host that lead to guests' (--hostfwd), from outside and from other guests: the
# transfers are real, and the guest says whom it sees. Outside, in0 is the link of the clients.

. "$TOP/tests/net/ports.sh"

setup() {
	topology_of_both
}

# proto × family × from outside, from another guest (by each address of the host) × one port, a range.
test_the_matrix() {
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=udp::2222-192.168.105.9:22 \
		--hostfwd="tcp::2222-[${PREFIX6}9]:22" --hostfwd="udp::2222-[${PREFIX6}9]:22" \
		--hostfwd=tcp::8000-8009-192.168.105.9:9000 --hostfwd=udp::8000-8009-192.168.105.9 \
		--hostfwd="tcp:[$HOST6]:8000-8009-[${PREFIX6}9]:9000" --hostfwd="udp:[$HOST6]:8000-8009-[${PREFIX6}9]" \
		--hostfwd=tcp:$HOST:80-192.168.105.9:8080
	guest_at g1 9
	guest_at g2 10
	serve g1 22 8000 8003 8009 8080 9000 9003 9009
	local proto port
	for proto in tcp udp; do
		expect sees "$OUTSIDE 22" inet $proto $HOST 2222 1400
		expect sees "$OUTSIDE6 22" inet $proto $HOST6 2222 1400
		expect sees "$GATEWAY 22" g2 $proto $HOST 2222 1400
		expect sees "$GATEWAY 22" g2 $proto $GATEWAY 2222 1400
		expect sees "${PREFIX6}1 22" g2 $proto $HOST6 2222 1400
		expect sees "${PREFIX6}1 22" g2 $proto ${PREFIX6}1 2222 1400
		expect sees "$GATEWAY 22" g1 $proto $HOST 2222 1400 # its own
		for port in 0 3 9; do
			local to=800$port
			[ $proto = udp ] || to=900$port
			expect sees "$OUTSIDE $to" inet $proto $HOST 800$port
			expect sees "$GATEWAY $to" g2 $proto $HOST 800$port
			expect sees "$OUTSIDE6 $to" inet $proto $HOST6 800$port
			expect sees "${PREFIX6}1 $to" g2 $proto $HOST6 800$port
		done
	done
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222 20000000 60
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222 20000000 60
	expect sees "$OUTSIDE 8080" inet tcp $HOST 80
	# Of a certain address it is that one's alone, and what is beside a range leads nowhere.
	expect closed g2 tcp $GATEWAY 80
	expect closed g2 tcp ${PREFIX6}1 8000
	expect closed inet tcp $HOST 8010
	expect closed inet tcp $HOST 7999
	expect closed inet udp $HOST 80
	# Nothing else comes in.
	ip -n inet route add 192.168.105.0/24 via $HOST
	expect closed inet tcp 192.168.105.9 22
	expect closed inet tcp 192.168.105.9 8080
	wait_for 5 reaches g1 $SERVER
}

# A network of the host that guests do not leave by: it comes in from there, and nothing else does,
# to guests or to other networks, nor do guests get there.
test_from_where_guests_do_not_go() {
	make_ns lan
	ip link add lan0 netns host type veth peer name eth0 netns lan
	ip -n host addr add 10.9.0.1/24 dev lan0
	ip -n host addr add 2001:db8:9::1/64 dev lan0
	ip -n host link set lan0 up
	ip -n lan addr add 10.9.0.2/24 dev eth0
	ip -n lan addr add 2001:db8:9::2/64 dev eth0
	ip -n lan link set eth0 up
	ip -n lan route add default via 10.9.0.1
	ip -n inet route add 10.9.0.0/24 via $HOST
	before
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=udp:10.9.0.1:2222-192.168.105.9:22 \
		--hostfwd="tcp::2222-[${PREFIX6}9]:22"
	guest_at g1 9
	serve g1 22
	expect sees "10.9.0.2 22" lan tcp 10.9.0.1 2222
	expect sees "10.9.0.2 22" lan tcp $HOST 2222
	expect sees "10.9.0.2 22" lan udp 10.9.0.1 2222
	expect sees "2001:db8:9::2 22" lan tcp 2001:db8:9::1 2222
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	refute reaches lan $SERVER
	refute reaches inet 10.9.0.2
	refute reaches lan 192.168.105.9
	refute reaches g1 10.9.0.2
	stop_vmnet
	same_as_before
}

# ---- guests that come, go and move ----------------------------------------------

guest_with() { # guest mac
	guest "$1"
	ip -n "$1" link set eth0 address "$2"
}
address_of() { leased "$1" ip; }
release() { # guest
	kill -USR2 "$(cat /tmp/"$1".udhcpc)"
	end "$(cat /tmp/"$1".udhcpc)"
	ip -n "$1" addr flush dev eth0
}
# Datagrams without an end, from one port, as of a client that knows nothing of all this.
send_on() { # ns address port
	in_ns "$1" python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 5555))
while True:
    s.sendto(b"on and on", (sys.argv[1], int(sys.argv[2])))
    time.sleep(0.02)' "$2" "$3" &
	SENDER=$!
}
listen_to() { # guest
	rm -f /tmp/heard*
	dump /tmp/heard "$1" -i eth0 'udp and dst port 22'
	EAR=$!
}
stop_listening() {
	kill $EAR
	wait $EAR || true
}
hears() { # guest
	listen_to "$1"
	wait_for 3 grep -q ' UDP, ' /tmp/heard
	stop_listening
}
hears_nothing() { # guest, in a second, in which the sender sends fifty
	listen_to "$1"
	sleep 1
	stop_listening
	refute grep ' UDP, ' /tmp/heard
}

test_a_guest_is_waited_for_and_followed() {
	start --hostfwd=tcp::2222-$MAC1:22 --hostfwd=udp::2222-$MAC1:22
	expect log_has 'forward tcp::2222-52:54:00:00:00:01:22 is waiting for its guest'
	expect closed inet tcp $HOST 2222
	guest_with g1 $MAC1
	guest_with g2 52:54:00:00:00:02
	serve g1 22
	send_on inet $HOST 2222
	lease g1
	local first
	first=$(address_of g1)
	wait_for 1 log_has "forward tcp::2222-$MAC1:22 leads to $first"
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	hears g1 # though the host had heard it before
	# A connection that is open, and one that never ends: neither is another's who has the address.
	coproc HELD { in_ns inet socat - TCP:$HOST:2222; }
	echo hold >&"${HELD[1]}"
	expect read -r -t 5 _ <&"${HELD[0]}"
	release g1
	wait_for 1 eval '[ "$(log_count "is waiting for its guest")" = 4 ]'
	ip -n g2 addr add "$first"/24 dev eth0
	serve g2 22
	wait_for 5 reaches g2 $GATEWAY
	hears_nothing g2
	expect closed inet tcp $HOST 2222
	lease g1 -r 192.168.105.77
	expect [ "$(address_of g1)" = 192.168.105.77 ]
	wait_for 1 log_has "forward tcp::2222-$MAC1:22 leads to 192.168.105.77"
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	hears g1
	hears_nothing g2
	kill $SENDER
}

# ---- a reload -------------------------------------------------------------------

test_a_reload_changes_what_changed() {
	write_conf hostfwd=tcp::2222-192.168.105.9:22 hostfwd=tcp::2223-192.168.105.9:22
	start_service
	guest_at g1 9
	serve g1 22
	coproc KEPT { in_ns inet socat - TCP:$HOST:2222; }
	echo hold kept >&"${KEPT[1]}"
	expect read -r -t 5 _ <&"${KEPT[0]}"
	coproc GONE { in_ns inet socat - TCP:$HOST:2223; } 2>/dev/null
	echo hold gone >&"${GONE[1]}"
	expect read -r -t 5 _ <&"${GONE[0]}"
	write_conf hostfwd=tcp::2222-192.168.105.9:22 hostfwd=tcp::2224-192.168.105.9:22
	reload
	expect log_has 'removed forward tcp::2223-192.168.105.9:22'
	expect log_has 'forward tcp::2224-192.168.105.9:22 leads to 192.168.105.9'
	expect closed inet tcp $HOST 2223
	expect sees "$OUTSIDE 22" inet tcp $HOST 2224
	echo hold still >&"${KEPT[1]}"
	expect read -r -t 5 _ <&"${KEPT[0]}"
	echo hold still >&"${GONE[1]}"
	refute read -r -t 1 _ <&"${GONE[0]}"
	# A reservation moves, and a forward to its name with it.
	write_conf hostfwd=tcp::2222-192.168.105.9:22 hostfwd=tcp::2224-web:22 dhcp-host=$MAC1,192.168.105.9,web
	reload
	expect sees "$OUTSIDE 22" inet tcp $HOST 2224
	write_conf hostfwd=tcp::2222-192.168.105.9:22 hostfwd=tcp::2224-web:22 dhcp-host=$MAC1,192.168.105.10,web
	reload
	expect log_has 'forward tcp::2224-web:22 leads to 192.168.105.10'
	echo hold still >&"${KEPT[1]}"
	expect read -r -t 5 _ <&"${KEPT[0]}"
}

test_what_cannot_be_forwarded_changes_nothing() {
	in_ns host socat TCP-LISTEN:2223,fork,reuseaddr EXEC:true &
	wait_for 5 listens host t 2223
	write_conf hostfwd=tcp::2222-192.168.105.9:22
	start_service
	guest_at g1 9
	serve g1 22
	in_ns host nft list table inet vde_vmnet-shared >/tmp/rules.before
	local line
	for line in hostfwd=tcp::2220-2230-192.168.105.9:22 hostfwd=tcp:$HOST:2223-192.168.105.9:22; do
		write_conf hostfwd=tcp::2240-192.168.105.9:22 $line
		reload 'the host itself uses port 2223 \(tcp\)'
	done
	write_conf hostfwd=tcp::2240-192.168.106.9:22
	reload '192.168.106.9 is outside'
	write_conf hostfwd=tcp::2240-192.168.105.9:22 hostfwd=tcp:$HOST:2240-192.168.105.10:22
	reload 'overlaps with tcp::2240-192.168.105.9:22'
	in_ns host nft list table inet vde_vmnet-shared >/tmp/rules.after
	expect diff <(sed 's/counter packets.*//; s/expires.*//' /tmp/rules.before) <(sed 's/counter packets.*//; s/expires.*//' /tmp/rules.after)
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect closed inet tcp $HOST 2240
	# The port that one forward has can be another's in the same change.
	write_conf hostfwd=tcp::2222-192.168.105.9:23
	reload
	expect closed inet tcp $HOST 2222
}

refused() { # status text options...
	local status=0
	in_ns host "$PROGRAM" --user=$MACHINE_USER "${@:3}" switch://$SWITCH >/tmp/refused 2>&1 || status=$?
	[ $status = "$1" ] || fail "status $status, not $1: $(cat /tmp/refused)"
	expect grep -qE -- "$2" /tmp/refused
}
test_refused_before_anything_is_changed() {
	in_ns host socat UDP-LISTEN:2223,fork EXEC:true &
	wait_for 5 listens host u 2223
	before
	refused 3 'udp::2223-192.168.105.9:2223: the host itself uses port 2223 \(udp\)' --hostfwd=udp::2223-192.168.105.9
	refused 3 'the host itself uses port 2223' --check --hostfwd=udp::2223-192.168.105.9
	# Our own DNS is there, at the gateway's address; what is of another address can be forwarded.
	refused 3 "port 53 .udp. is in use on the host, by vde_vmnet's own DNS or DHCP or by another program; forward it for one address of the host: udp:ADDRESS:53-" --hostfwd=udp::53-192.168.105.9
	refused 2 '192.168.99.9 is outside' --hostfwd=tcp::22-192.168.99.9
	refused 2 'overlaps with' --hostfwd=tcp::22-192.168.105.9 --hostfwd=tcp:$HOST:22-192.168.105.10
	refused 2 'no --dhcp-host reserves the name web' --hostfwd=tcp::22-web
	refused 2 'is outside the guests. prefix' --hostfwd='tcp::22-[fd00::9]' --vmnet-nat66-prefix=$PREFIX6
	refused 2 '--hostfwd is only for --vmnet-mode=shared' --vmnet-mode=host --hostfwd=tcp::22-192.168.106.9
	in_ns host "$PROGRAM" --user=$MACHINE_USER --check --hostfwd=tcp::22-192.168.105.9 switch://$SWITCH >/tmp/plan
	expect grep -qx 'forward    tcp::22-192.168.105.9:22' /tmp/plan
	in_ns host "$PROGRAM" --user=$MACHINE_USER --check --hostfwd=udp::61500-192.168.105.9:22 switch://$SWITCH >/tmp/plan
	expect grep -q '^ports      61501-65535, ' /tmp/plan
	same_as_before
}

# ---- many, and the end ----------------------------------------------------------

memory() { awk '/^VmData/ {print $2}' /proc/$VMNET/status; }
come_and_go() { # lines of a thousand
	write_conf hostfwd=tcp::2222-192.168.105.9:22 "$@"
	reload 'added 999 forwards, removed 0'
	write_conf hostfwd=tcp::2222-192.168.105.9:22
	reload 'added 0 forwards, removed 999'
}
# What is lost grows each time. (Once it may grow: what is read of other firewalls meanwhile can lie
# above what is given back.)
takes_no_more() {
	local before i
	before=$(memory)
	for i in 1 2 3 4; do come_and_go "${FORWARDS[@]}"; done
	echo "memory: $before KiB, then $(memory)" >>/tmp/memory
	[ "$(memory)" -le $((before + 64)) ]
}
test_a_thousand() {
	write_conf
	start_service
	guest_at g1 9
	serve g1 22
	write_conf hostfwd=tcp::2222-192.168.105.9:22
	reload
	mapfile -t FORWARDS < <(seq -f 'hostfwd=tcp::%g-192.168.105.9:22' 3000 3998)
	write_conf hostfwd=tcp::2222-192.168.105.9:22 "${FORWARDS[@]}"
	within 4000 reload
	write_conf hostfwd=tcp::2222-192.168.105.9:22
	reload
	local i stream # beside which nothing is lost
	ask inet tcp $HOST 2222 300000000 100 >/tmp/streamed &
	stream=$!
	for i in 1 2 3; do
		write_conf hostfwd=tcp::2222-192.168.105.9:22 "${FORWARDS[@]}"
		reload 'added 999 forwards, removed 0'
		expect sees "$OUTSIDE 22" inet tcp $HOST 3000
		expect sees "$OUTSIDE 22" inet tcp $HOST 3998
		write_conf hostfwd=tcp::2222-192.168.105.9:22
		reload 'added 0 forwards, removed 999'
	done
	expect wait $stream
	expect [ "$(cat /tmp/streamed)" = "$OUTSIDE 22" ]
	expect closed inet tcp $HOST 3500
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect [ "$(in_ns host nft list map inet vde_vmnet-shared hostfwd | grep -c 'tcp . ')" = 1 ]
	wait_for 10 takes_no_more
	cat /tmp/memory
}

# Whatever whoever has taken over dnsmasq writes there.
test_leases_lead_to_guests_alone() {
	start --hostfwd=tcp::2222-$MAC1:22 --hostfwd=tcp::2223-52:54:00:00:00:02:22
	local address
	for address in $GATEWAY $HOST $OUTSIDE 127.0.0.1 192.168.105.255 192.168.105.0; do
		echo "9999999999 $MAC1 $address * *"
	done >/var/lib/vde_vmnet/shared.leases
	echo '9999999999 52:54:00:00:00:02 192.168.105.10 * *' >>/var/lib/vde_vmnet/shared.leases
	wait_for 5 log_has 'forward tcp::2223-52:54:00:00:00:02:22 leads to 192.168.105.10'
	refute log_has "forward tcp::2222-$MAC1:22 leads to"
	expect [ "$(in_ns host nft list map inet vde_vmnet-shared hostfwd | grep -c 'tcp . ')" = 1 ]
}

# Without Landlock, one with the user of the service could put anything in the place of its file.
test_a_pipe_in_the_place_of_the_leases_is_not_waited_for() {
	local leases=/var/lib/vde_vmnet/shared.leases writes
	start --hostfwd=tcp::2222-$MAC1:22
	exec {writes}>>$leases # the one that is watched
	rm $leases
	mkfifo $leases
	echo >&$writes
	wait_for 5 log_has "warning: cannot read $leases: Invalid argument; forwards to guests by MAC address have to wait"
	stop_vmnet
}

test_isolated_guests_do_not_reach_each_other_by_it() {
	start --isolated --hostfwd=tcp::2222-192.168.105.9:22
	guest_at g1 9
	guest_at g2 10
	serve g1 22
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect closed g2 tcp $HOST 2222
	expect closed g2 tcp $GATEWAY 2222
	kill -USR1 $VMNET
	wait_for 3 log_has 'guests trying to reach each other despite isolation: [1-9][0-9]* packets refused'
}

# What guests ask their gateway for is the gateway's, and among ports they leave with one may lead in.
test_services_and_ports_of_the_nat_stay() {
	serve_dns
	start --nat-ports=62000-62999 --hostfwd=udp:$HOST:53-192.168.105.9 --hostfwd=udp::62000-62063-192.168.105.9 \
		--hostfwd=tcp::62000-62063-192.168.105.9
	guest g1
	lease g1 -r 192.168.105.9
	serve g1 62000 62063
	expect [ "$(in_ns g1 busybox nslookup www.example.test $GATEWAY 2>/dev/null | grep -c $SERVER)" -ge 1 ]
	expect sees "$OUTSIDE 62000" inet tcp $HOST 62000
	expect sees "$OUTSIDE 62063" inet udp $HOST 62063
	in_ns inet python3 "$TOP"/tests/net/portserver.py /tmp/inet.serves 7000 &
	wait_for 5 test -s /tmp/inet.serves
	local i
	for i in 1 2 3 4 5 6 7 8; do expect sees "$HOST 7000" g1 tcp $OUTSIDE 7000; done
}

test_nothing_is_left() {
	before
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=udp::2222-192.168.105.9:22
	guest_at g1 9
	serve g1 22
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect sees "$OUTSIDE 22" inet udp $HOST 2222
	stop_vmnet
	expect closed inet udp $HOST 2222
	same_as_before
	# Killed, and without the forward next time: what its connections were led by is gone, too.
	start --hostfwd=udp::2222-192.168.105.9:22
	guest_at g3 9
	serve g3 22
	send_on inet $HOST 2222
	hears g3
	end $VMNET -KILL
	wait_for 10 eval '! ip -n host link show vmnet-shared'
	expect eval '! in_ns host nft list tables | grep vde_vmnet'
	start
	guest_at g4 9
	hears_nothing g4
	kill $SENDER
}
