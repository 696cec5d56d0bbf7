# SPDX-License-Identifier: GPL-2.0-or-later
# Ports of guests that are isolated while the network runs (port-set), and ports of the host that
# lead to guests: from the one to the other there is no way, in either direction. With --isolated:
# 47-hostfwd.
#
#   g1   192.168.105.9    behind 2222    g3   192.168.105.11   behind 2224
#   g2   192.168.105.10   behind 2223

. "$TOP/tests/net/users.sh"
. "$TOP/tests/net/ports.sh"

setup() { topology_of_both; }
control() { as root ask "$@"; }
mac_of() { in_ns "$1" cat /sys/class/net/eth0/address; }
isolate() { # guest true|false
	local id
	id=$(control query-ports | jq ".[] | select(.macs | index(\"$(mac_of "$1")\")) | .id")
	control port-set "{\"id\":$id,\"isolated\":$2}" >/dev/null || fail "port $id of $1"
}
three_guests() {
	local options=() n proto
	for n in 9 10 11; do
		for proto in tcp udp; do
			options+=("--hostfwd=$proto::$((2213 + n))-192.168.105.$n:22" "--hostfwd=$proto::$((2213 + n))-[$PREFIX6$n]:22")
		done
	done
	start_ours "${options[@]}"
	for n in 1 2 3; do
		guest_at g$n $((8 + n))
		serve g$n 22
	done
}
reach() { # yes|no guest port
	local proto
	for proto in tcp udp; do
		if [ "$1" = yes ]; then
			expect sees "$GATEWAY 22" "$2" $proto $HOST "$3" 4000 # in fragments, of UDP
			expect sees "$GATEWAY 22" "$2" $proto $GATEWAY "$3"
			expect sees "${PREFIX6}1 22" "$2" $proto $HOST6 "$3" 4000
		else
			expect closed "$2" $proto $HOST "$3"
			expect closed "$2" $proto $GATEWAY "$3"
			expect closed "$2" $proto $HOST6 "$3"
		fi
	done
}
# What an isolated one has still.
others_reach() { # port
	local proto
	for proto in tcp udp; do
		expect sees "$OUTSIDE 22" inet $proto $HOST "$1" 1400
		expect sees "$OUTSIDE6 22" inet $proto $HOST6 "$1" 1400
		expect sees "$GATEWAY 22" host $proto 127.0.0.1 "$1" 1400
	done
	expect sees "$OUTSIDE 22" inet tcp $HOST "$1" 20000000 60
}

test_no_way_between_isolated_ports_and_others() {
	serve_dns
	three_guests
	reach yes g2 2222
	reach yes g1 2223
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222 20000000 60
	isolate g2 true
	reach no g2 2222
	reach no g2 2224
	reach no g1 2223 # nor to it
	reach yes g1 2224
	others_reach 2223
	others_reach 2222
	expect reaches g2 $SERVER
	expect [ "$(in_ns g2 busybox nslookup www.example.test $GATEWAY 2>/dev/null | grep -c $SERVER)" -ge 1 ]
	kill -USR1 $VMNET
	wait_for 5 log_has 'guests trying to reach each other despite isolation: [1-9][0-9]* packets refused'
	isolate g2 false
	reach yes g2 2222
	reach yes g1 2223
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222 20000000 60
	expect eval '! in_ns host nft list table inet vde_vmnet-shared | grep -A4 "set apart" | grep elements'
}

# Said at once: a program need not wait.
test_tcp_is_refused() {
	three_guests
	local way
	isolate g2 true
	for way in "g2 2222" "g1 2223"; do
		in_ns ${way% *} /usr/bin/python3 - $HOST ${way#* } <<'END'
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)
except ConnectionRefusedError:
    sys.exit(0)
sys.exit("it is not refused")
END
	done
}

# A guest that sends for ever, from the address that it was asked at. And who hears it.
sends_for_ever() { # guest port
	in_ns "$1" /usr/bin/python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", int(sys.argv[1])))
to = s.recvfrom(100)[1]
while True:
    s.sendto(b"on and on", to)
    time.sleep(0.02)' "$2" 2>/dev/null &
	wait_for 5 listens "$1" u "$2"
}
hears_on() { # guest address port
	in_ns "$1" /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], int(sys.argv[2])))
s.send(b"begin")
while True:
    s.recv(100)
    open("/tmp/heard", "a").write("x\n")' "$2" "$3" 2>/dev/null &
}
lines() { wc -l </tmp/heard; }
goes_on() { [ "$(lines)" -gt "$1" ]; }

# Of connections that were there before: nothing comes in either direction, whoever is isolated.
test_connections_before() {
	start_ours --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=udp::2230-192.168.105.9:30
	local isolated
	guest_at g1 9
	guest_at g2 10
	serve g1 22
	for isolated in g2 g1; do
		coproc HELD { in_ns g2 socat - TCP:$HOST:2222; } 2>/dev/null
		local held=$HELD_PID in=${HELD[1]} out=${HELD[0]}
		echo hold >&"$in"
		expect read -r -t 5 _ <&"$out"
		: >/tmp/heard
		sends_for_ever g1 30
		local sender=$!
		hears_on g2 $HOST 2230
		local listener=$!
		wait_for 5 goes_on 10
		isolate $isolated true
		echo hold still >&"$in" || true
		refute read -r -t 1 _ <&"$out"
		local before
		before=$(lines)
		sleep 1
		expect [ "$(lines)" -le "$before" ]
		isolate $isolated false
		wait_for 5 goes_on "$before"
		kill $sender $listener
		kill $held 2>/dev/null || true
		wait $held 2>/dev/null || true
		expect sees "$GATEWAY 22" g2 tcp $HOST 2222
	done
}

# Addresses come and go, and so do guests: what was isolated with one is nobody's when it has gone.
test_addresses_follow() {
	start_ours --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd="tcp::2222-[${PREFIX6}9]:22"
	guest_at g1 77
	guest_at g2 10
	serve g1 22
	isolate g1 true
	ip -n g1 addr add 192.168.105.9/24 dev eth0
	ip -n g1 addr add ${PREFIX6}9/64 dev eth0
	has() { in_ns host nft list set inet vde_vmnet-shared "$1" | grep -wF "$2" >/dev/null; }
	in_ns g1 ping -c1 -W2 -I 192.168.105.9 $GATEWAY >/dev/null
	in_ns g1 ping -c1 -W2 -I ${PREFIX6}9 ${PREFIX6}1 >/dev/null
	wait_for 5 has apart 192.168.105.9
	wait_for 5 has apart6 ${PREFIX6}9
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect closed g2 tcp $HOST 2222
	expect closed g2 tcp $HOST6 2222
	kill $PLUG_g1
	wait_for 5 eval '! has apart 192.168.105.9'
	wait_for 5 eval '! has apart6 ${PREFIX6}9'
	guest_at g3 9
	serve g3 22
	# The host asks for the guest that went, for some eight seconds, before it asks who has the address.
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222 0 60
	expect sees "${PREFIX6}1 22" g2 tcp $HOST6 2222 0 60
}

# A guest that sends from so many addresses more, which are known once its ping is answered.
announce() { # guest first-number last-number
	local n
	for ((n = $2; n <= $3; n++)); do echo "addr add 192.168.105.$n/24 dev eth0"; done | ip -n "$1" -batch -
	in_ns "$1" /usr/bin/python3 - $GATEWAY "$2" "$3" <<'END'
import socket, sys
for n in range(int(sys.argv[2]), int(sys.argv[3]) + 1):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((f"192.168.105.{n}", 0))
    s.sendto(b"x", (sys.argv[1], 9))
END
	expect reaches "$1" $GATEWAY
}
addresses_apart() { in_ns host nft -j list set inet vde_vmnet-shared apart | jq '[.nftables[].set.elem // [] | length] | add'; }

# The rules have all of a guest's addresses when port-set returns, however many there are.
test_many_addresses_are_told_at_once() {
	start_ours
	guest_at g1 9
	announce g1 20 219
	isolate g1 true
	expect [ "$(addresses_apart)" = 201 ]
	isolate g1 false
	expect [ "$(addresses_apart)" = 0 ]
}

# A change that the kernel refuses is made later: by itself, or with the next one, whose success does
# not hide it.
traced() { [ "$(awk '/^TracerPid/ { print $2 }' /proc/$VMNET/status)" != 0 ]; }
announce_in_vain() { # guest first-number last-number
	local before
	before=$(log_count 'warning: guests may be able to reach isolated ones through forwarded ports')
	strace -qq -o /tmp/failed -e trace=sendmsg -e inject=sendmsg:error=ENOBUFS -p $VMNET &
	STRACE=$!
	wait_for 5 traced
	announce "$@"
	wait_for 10 eval '[ "$(log_count "warning: guests may be able to reach isolated ones through forwarded ports")" -gt '"$before ]"
	end $STRACE
}
test_a_change_that_fails_is_made_later() {
	start_ours
	guest_at g1 9
	guest_at g2 10
	isolate g1 true
	announce_in_vain g1 20 22
	wait_for 10 prints 4 addresses_apart
	wait_for 2 log_has 'guests can no longer reach isolated ones through forwarded ports of this host'
	announce_in_vain g1 30 32
	isolate g2 true
	expect [ "$(addresses_apart)" = 8 ]
}

# A guest of that very address, in whose like the host sees isolated ones, has all that others have.
test_a_guest_with_such_an_address() {
	start_ours --hostfwd=tcp::2222-192.168.105.9:22
	guest g2
	ip -n g2 link set eth0 address 76:6d:00:00:00:01
	guest_at g1 9
	serve g1 22
	static_address g2 10
	wait_for 5 reaches g2 $GATEWAY
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222
	isolate g2 true
	expect closed g2 tcp $HOST 2222
	isolate g2 false
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222
}

# On a vde_switch its guests are together at one port, each with addresses of its own.
test_guests_behind_one_port() {
	start_switch
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 --hostfwd=tcp::2222-192.168.105.9:22 \
		--hostfwd=tcp::2223-192.168.105.10:22 switch:///tmp/ours.ctl $SWITCH
	guest_at g1 9
	SWITCH=/tmp/ours.ctl guest_at g2 10
	serve g1 22
	serve g2 22
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222
	isolate g1 true
	expect closed g2 tcp $HOST 2222
	expect closed g1 tcp $HOST 2223
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	isolate g1 false
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222
	expect sees "$GATEWAY 22" g1 tcp $HOST 2223
}
