# SPDX-License-Identifier: GPL-2.0-or-later
# Forwarded ports (--hostfwd) as the host itself sees them, by the forwarder: the transfers are
# real, and the guest says whom it sees, which is its gateway.

. "$TOP/tests/net/ports.sh"
. "$TOP/tests/net/processes.sh"

WORKER_AS=$(user nobody)

setup() {
	topology_of_both
}
forwarder_pid() { pgrep -f '^vde_vmnet-forwarder'; }
forwarder_after() {
	local pid
	pid=$(forwarder_pid) && [ "$pid" != "$1" ]
}

# proto × family × each address of the host × one port, a range.
test_the_matrix() {
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=udp::2222-192.168.105.9:22 \
		--hostfwd="tcp::2222-[${PREFIX6}9]:22" --hostfwd="udp::2222-[${PREFIX6}9]:22" \
		--hostfwd=tcp::8000-8009-192.168.105.9:9000 --hostfwd=udp::8000-8009-192.168.105.9 \
		--hostfwd="tcp:[$HOST6]:8000-8009-[${PREFIX6}9]:9000" --hostfwd="udp:[$HOST6]:8000-8009-[${PREFIX6}9]" \
		--hostfwd=tcp:127.0.0.1:80-192.168.105.9:8080
	guest_at g1 9
	serve g1 22 8000 8003 8009 8080 9000 9003 9009
	local proto address port to
	for proto in tcp udp; do
		for address in 127.0.0.1 127.0.0.5 $HOST $GATEWAY; do
			expect sees "$GATEWAY 22" host $proto "$address" 2222 1400
		done
		for address in ::1 $HOST6 ${PREFIX6}1; do
			expect sees "${PREFIX6}1 22" host $proto "$address" 2222 1400
		done
		for port in 0 3 9; do
			to=800$port
			[ $proto = udp ] || to=900$port
			expect sees "$GATEWAY $to" host $proto 127.0.0.1 800$port
			expect sees "$GATEWAY $to" host $proto $HOST 800$port
			expect sees "${PREFIX6}1 $to" host $proto $HOST6 800$port
		done
	done
	for address in 127.0.0.1 $HOST; do expect sees "$GATEWAY 22" host tcp $address 2222 20000000 60; done
	for address in ::1 $HOST6; do expect sees "${PREFIX6}1 22" host tcp $address 2222 20000000 60; done
	expect sees "$GATEWAY 22" host udp 127.0.0.1 2222 60000
	expect sees "${PREFIX6}1 22" host udp $HOST6 2222 60000
	# Of a certain address it is that one's alone.
	expect sees "$GATEWAY 8080" host tcp 127.0.0.1 80
	expect closed host tcp $HOST 80
	expect closed host tcp ::1 8000
	expect closed host tcp 127.0.0.1 8010
	# Others are not carried by the forwarder, but translated.
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect sees "$OUTSIDE6 22" inet udp $HOST6 2222
}

# Many clients of a UDP port, each with its own answers, more of them than there are flows.
test_datagrams_find_their_way_back() {
	start --hostfwd=udp::2222-192.168.105.9:22
	guest_at g1 9
	serve g1 22
	expect in_ns host python3 -c '
import socket
for turn in range(2):
    clients = []
    for i in range(1300):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(5)
        s.connect(("127.0.0.1" if i % 2 else "'$HOST'", 2222))
        s.send(b"x" * i)
        assert int(s.recv(1000).split()[2]) == i, i
        clients.append(s) if i < 900 else s.close()
    for i, s in enumerate(clients):
        s.send(b"y" * i)
        assert int(s.recv(1000).split()[2]) == i, i
    # Several at once, before the first has its way: none is lost.
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(5)
    for n in range(1, 9):
        s.sendto(b"z" * n, ("127.0.0.1", 2222))
    assert [int(s.recv(1000).split()[2]) for n in range(1, 9)] == list(range(1, 9))'
}

# The guest ends its way first, and hears the client to its end.
test_a_way_that_has_ended_leaves_the_other() {
	start --hostfwd=tcp::2222-192.168.105.9:22
	guest_at g1 9
	in_ns g1 python3 -c '
import socket
s = socket.create_server(("", 22))
open("/tmp/g1.serves", "w").write("ready\n")
c = s.accept()[0]
c.sendall(b"first")
c.shutdown(socket.SHUT_WR)
n = 0
while data := c.recv(65536):
    n += len(data)
open("/tmp/heard", "w").write(f"{n}\n")' &
	wait_for 5 test -s /tmp/g1.serves
	in_ns host python3 -c '
import socket
s = socket.create_connection(("127.0.0.1", 2222), 10)
assert s.recv(100) == b"first" and s.recv(100) == b""
for i in range(100):
    s.sendall(b"x" * 50000)
s.close()'
	wait_for 5 grep -qx 5000000 /tmp/heard
}

# How a connection ends: "refused", "reset", or what came.
ending() { # address port [seconds]
	in_ns host python3 -c '
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))
    print(s.recv(100))
except ConnectionRefusedError:
    print("refused")
except ConnectionResetError:
    print("reset")' "$1" "$2" "${3:-30}"
}
test_guests_that_are_not_there() {
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=tcp::2223-192.168.105.9:23 --hostfwd=tcp::2224-192.168.105.10:24 \
		--hostfwd=tcp::2225-$MAC1:25 --hostfwd=tcp::2226-192.168.105.9:26 --hostfwd=udp::2225-$MAC1:25
	guest_at g1 9
	serve g1 22
	in_ns g1 nft -f - <<-END
		table ip silent { chain in { type filter hook input priority filter; tcp dport 26 drop; }; }
	END
	expect [ "$(ending 127.0.0.1 2223)" = reset ]
	expect [ "$(ending 127.0.0.1 2225)" = refused ]
	expect closed host udp 127.0.0.1 2225
	ending 127.0.0.1 2224 >/tmp/nobody &
	ending 127.0.0.1 2226 >/tmp/silent &
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	wait_for 15 grep -q . /tmp/nobody
	wait_for 15 grep -q . /tmp/silent
	expect [ "$(cat /tmp/nobody) $(cat /tmp/silent)" = 'reset reset' ]
}

test_five_hundred_at_once() {
	start --hostfwd=tcp::2222-2224-192.168.105.9:22 --hostfwd="tcp::2222-2224-[${PREFIX6}9]:22"
	guest_at g1 9
	serve g1 22 23 24
	expect in_ns host python3 -c '
import hashlib, os, socket, threading
good = []
def ask(i):
    data = os.urandom(1000 + 100 * i)
    s = socket.create_connection((("127.0.0.1", "::1", "'$HOST'")[i % 3], 2222 + i % 3), 60)
    gate.wait()
    s.sendall(data)
    s.shutdown(socket.SHUT_WR)
    line = b"".join(iter(lambda: s.recv(4096), b"")).split()
    assert line[3].decode() == hashlib.sha256(data).hexdigest()
    good.append(i)
gate = threading.Barrier(500)
threads = [threading.Thread(target=ask, args=(i,)) for i in range(500)]
for t in threads: t.start()
for t in threads: t.join()
assert len(good) == 500, len(good)'
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
}

# Guest and client that read nothing, each in its turn: the forwarder holds what it has, waits
# without work, and all others go on.
test_who_does_not_read_stops_no_other() {
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=tcp::2223-192.168.105.9:23
	guest_at g1 9
	serve g1 22
	in_ns g1 python3 -c '
import socket, time
s = socket.create_server(("", 23), backlog=50)
open("/tmp/deaf", "w").write("ready\n")
kept = []
while True:
    c = s.accept()[0]
    c.setblocking(False)
    try:
        while True: c.send(b"x" * 65536)
    except BlockingIOError:
        kept.append(c)' &
	wait_for 5 test -s /tmp/deaf
	in_ns host python3 -c '
import socket, time
kept = []
for i in range(20):
    s = socket.create_connection(("127.0.0.1", 2223), 10)
    s.setblocking(False)
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        try:
            s.send(b"x" * 65536)
        except BlockingIOError:
            time.sleep(0.02)
    if i % 2:
        s.shutdown(socket.SHUT_WR)
    kept.append(s)
open("/tmp/stuck", "w").write("ready\n")
time.sleep(1000)' &
	local before pid
	wait_for 30 test -s /tmp/stuck
	pid=$(forwarder_pid)
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222 20000000 60
	before=$(ticks "$pid")
	sleep 1
	expect [ $(($(ticks "$pid") - before)) -le 5 ]
}
ticks() { sed 's/.*) //' /proc/"$1"/stat | awk '{ print $12 + $13 }'; }

# A connection that is open, of the process $HOLDER.
hold() { # address port
	coproc HELD { exec ip netns exec host socat - TCP:"$1":"$2"; } 2>/dev/null
	HOLDER=$HELD_PID
	still_there
}
still_there() {
	echo hold >&"${HELD[1]}"
	expect read -r -t 5 _ <&"${HELD[0]}"
}

test_it_follows_its_guest() {
	write_conf hostfwd=tcp::2222-web:22 hostfwd=udp::2222-web:22 hostfwd=tcp::2223-192.168.105.9:22 \
		dhcp-host=$MAC1,192.168.105.9,web
	start_service
	guest_at g1 9
	serve g1 22
	guest_at g2 10
	hold 127.0.0.1 2222
	write_conf hostfwd=tcp::2222-web:22 hostfwd=udp::2222-web:22 hostfwd=tcp::2223-192.168.105.9:22 \
		dhcp-host=$MAC1,192.168.105.10,web
	reload
	within 1000 wait_for 5 ended "$HOLDER"
	expect [ "$(ending 127.0.0.1 2222)" = reset ] # nobody listens there yet
	serve g2 22
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	expect sees "$GATEWAY 22" host udp 127.0.0.1 2222
	# What a change leaves alone goes on, and ports change hands in one.
	hold 127.0.0.1 2223
	write_conf hostfwd=tcp:127.0.0.1:2222-192.168.105.9:22 hostfwd=udp::2222-192.168.105.9:22 \
		hostfwd=tcp::2223-192.168.105.9:22
	reload
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	expect sees "$GATEWAY 22" host udp 127.0.0.1 2222
	expect closed host tcp $HOST 2222
	still_there
	# The last one takes the forwarder with it.
	write_conf
	reload
	expect closed host tcp 127.0.0.1 2223
	refute forwarder_pid
	expect [ -z "$(in_ns host ss -Hlntu 'sport >= :2222 and sport <= :2223')" ]
	write_conf hostfwd=udp::2222-192.168.105.9:22
	reload
	expect sees "$GATEWAY 22" host udp 127.0.0.1 2222
}

# Who takes all that there are at two ports, and needs no privilege for that, leaves some for others.
test_connections_of_some_ports_leave_room_for_others() {
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=tcp::2223-192.168.105.9:22 --hostfwd=tcp::2224-192.168.105.9:22
	guest_at g1 9
	serve g1 22
	ulimit -n 4096
	mkfifo /tmp/end
	in_ns host setpriv --reuid=nobody --regid=nogroup --clear-groups /usr/bin/python3 -c '
import socket, sys
clients = []
for i in range(2600):
    try:
        clients.append(socket.create_connection(("127.0.0.1", 2222 + i % 2)))
    except ConnectionResetError:
        pass
print("all", flush=True)
sys.stdin.read()' </tmp/end >/tmp/clients &
	exec 7>/tmp/end
	wait_for 30 grep -q all /tmp/clients
	wait_for 10 log_has 'refused [0-9]+ connections from this host to forwarded ports'
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2224
	exec 7>&-
	wait_for 10 sees "$GATEWAY 22" host tcp 127.0.0.1 2222
}

# Anybody can ask for more sockets than the host process gives; it is stopped here, so that it gives
# none. What has its socket goes on, and what is new has it later, whoever else asks.
test_who_asks_for_sockets_stops_no_flow() {
	start --hostfwd=tcp::2222-2223-192.168.105.9:22 --hostfwd=udp::2222-192.168.105.9:22
	guest_at g1 9
	serve g1 22 23
	in_ns host /usr/bin/python3 -c '
import os, signal, socket, sys
host = int(sys.argv[1])
def flow():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(30)
    s.connect(("127.0.0.1", 2222))
    return s
def answered(s, size):
    s.send(b"x" * size)
    return int(s.recv(1000).split()[2]) == size
known = flow()
assert answered(known, 1)
os.kill(host, signal.SIGSTOP)
clients = [socket.create_connection(("127.0.0.1", 2222 + i % 2)) for i in range(200)]
new = [flow() for i in range(20)]
for n in range(1, 4):
    for s in new: s.send(b"y" * n)
try:
    for n in range(1, 50): assert answered(known, n), n
finally:
    os.kill(host, signal.SIGCONT)
got = [[int(s.recv(1000).split()[2]) for n in range(3)] for s in new]
assert got == [[1, 2, 3]] * 20, got
for s in clients: s.shutdown(socket.SHUT_WR)
for s in clients: assert s.recv(1000)' $VMNET
	expect sees "$GATEWAY 23" host tcp 127.0.0.1 2223
	expect sees "$GATEWAY 22" host udp 127.0.0.1 2222
}

# Who connects and is gone before the forwarder sees it has no socket opened to the guest, or anybody
# could use up what the host process opens in a second.
connections_begun() { in_ns host nstat -asz TcpActiveOpens | awk '/^Tcp/ { print $2 }'; }
test_clients_that_have_gone_are_not_asked_for() {
	local pid before
	start --hostfwd=tcp::2222-192.168.105.9:22
	guest_at g1 9
	serve g1 22
	pid=$(forwarder_pid)
	before=$(connections_begun)
	kill -STOP "$pid"
	in_ns host /usr/bin/python3 -c '
import socket, struct
for i in range(500):
    s = socket.create_connection(("127.0.0.1", 2222))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()'
	kill -CONT "$pid"
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	expect [ $(($(connections_begun) - before)) -le 510 ] # of them 500 to the forwarder
}

# Many come and go, and leave nothing behind: neither descriptors nor memory.
holds() { echo "$(find /proc/$VMNET/fd /proc/"$(forwarder_pid)"/fd -type l | wc -l)"; }
test_a_thousand() {
	local forwards before memory turn
	mapfile -t forwards < <(seq -f 'hostfwd=udp::%g-192.168.105.9:22' 3000 3499 && seq -f 'hostfwd=tcp::%g-192.168.105.9:22' 3000 3498)
	write_conf hostfwd=tcp::2222-192.168.105.9:22
	start_service
	guest_at g1 9
	serve g1 22
	before=$(holds)
	for turn in 1 2 3; do
		write_conf hostfwd=tcp::2222-192.168.105.9:22 "${forwards[@]}"
		within 4000 reload
		expect sees "$GATEWAY 22" host udp 127.0.0.1 3000
		expect sees "$GATEWAY 22" host udp 127.0.0.1 3499
		expect sees "$GATEWAY 22" host tcp 127.0.0.1 3498
		write_conf hostfwd=tcp::2222-192.168.105.9:22
		within 4000 reload
		expect [ -z "$(in_ns host ss -Hlntu 'sport >= :3000 and sport <= :3499')" ]
		wait_for 2 eval '[ "$(holds)" -le $((before + 4)) ]' # and two spare pipes
		[ $turn != 1 ] || memory=$(forwarder_memory)
	done
	echo "memory: $memory KiB, then $(forwarder_memory)"
	expect [ "$(forwarder_memory)" -le "$memory" ]
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
}
forwarder_memory() { awk '/^VmData/ {print $2}' /proc/"$(forwarder_pid)"/status; }

# Not even where rules of others lead it there.
test_nothing_from_outside_comes_to_the_listeners() {
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=udp::2222-192.168.105.9:22 \
		--hostfwd="tcp::2222-[${PREFIX6}9]:22" --hostfwd="udp::2222-[${PREFIX6}9]:22"
	guest_at g1 9
	guest_at g2 10
	serve g1 22
	in_ns host nft -f - <<-END
		table inet others {
			chain first { type nat hook prerouting priority -150; iif != lo meta l4proto { tcp, udp } th dport 2222 redirect to :2222; }
		}
	END
	local proto ns
	for proto in tcp udp; do
		for ns in inet g2; do
			expect closed $ns $proto $HOST 2222
			expect closed $ns $proto $HOST6 2222
		done
		expect sees "$GATEWAY 22" host $proto $HOST 2222
		expect sees "${PREFIX6}1 22" host $proto $HOST6 2222
	done
}

test_one_that_is_killed_is_started_again() {
	local pid i
	write_conf hostfwd=tcp::2222-192.168.105.9:22 hostfwd=udp::2222-192.168.105.9:22
	start_service
	guest_at g1 9
	serve g1 22
	hold 127.0.0.1 2222
	pid=$(forwarder_pid)
	kill -KILL "$pid"
	wait_for 1 log_has 'warning: the forwarder was killed by signal 9 and restarted'
	wait_for 1 ended "$HOLDER"
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	expect sees "$GATEWAY 22" host udp 127.0.0.1 2222
	for i in 1 2 3 4; do
		pid=$(forwarder_pid)
		kill -KILL "$pid"
		wait_for 2 eval "forwarder_after $pid || log_has 'the forwarder is gone'"
	done
	wait_for 1 log_has 'error: the forwarder is gone'
	expect [ "$(ending 127.0.0.1 2222)" = refused ]
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect reaches g1 $SERVER
	write_conf hostfwd=tcp::2222-192.168.105.9:22 hostfwd=udp::2222-192.168.105.9:22 hostfwd=tcp::2223-192.168.105.9:22
	reload
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2223
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	expect sees "$GATEWAY 22" host udp 127.0.0.1 2222
}

# More is to be told than its channel takes; nobody waits for it, and when it goes on it hears all.
test_one_that_hangs_holds_up_nobody() {
	local forwards pid
	mapfile -t forwards < <(seq -f 'hostfwd=udp::%g-192.168.105.9:22' 3000 3998)
	write_conf "${forwards[@]}"
	start_service
	guest_at g1 9
	serve g1 22
	pid=$(forwarder_pid)
	kill -STOP "$pid"
	write_conf "${forwards[@]:0:9}" hostfwd=tcp::2222-192.168.105.9:22
	within 4000 reload
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	expect reaches g1 $SERVER
	kill -CONT "$pid"
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	expect sees "$GATEWAY 22" host udp 127.0.0.1 3008
	wait_for 2 eval '[ "$(in_ns host ss -Hlntu "sport >= :3000 and sport <= :3998" | wc -l)" = 9 ]'
	expect [ "$(forwarder_pid)" = "$pid" ]
}

# Of all that one user sends, the kernel keeps so many descriptors on their way; beyond that there is
# room in the channel, and nothing can be sent.
test_descriptors_that_the_kernel_does_not_take_cost_no_time() {
	local holder before answer
	as_service daemon
	start_vmnet --vmnet-gateway=$GATEWAY --vmnet-nat66-prefix=$PREFIX6 --hostfwd=tcp::2222-192.168.105.9:22 switch://$SWITCH
	MACHINE_USER=daemon AS_USER=(setpriv --reuid=daemon --regid=daemon --clear-groups)
	guest_at g1 9
	serve g1 22
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	"${AS_USER[@]}" python3 -c '
import os, signal, socket
one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
for i in range(2):
	socket.send_fds(one, [b"x"], [0] * 250)
open("/tmp/held", "w")
signal.pause()' &
	holder=$!
	wait_for 5 test -e /tmp/held
	"${AS_USER[@]}" prlimit --pid=$VMNET --nofile=400:
	sees "$GATEWAY 22" host tcp 127.0.0.1 2222 10 60 &
	answer=$!
	wait_for 5 has_opened_one
	before=$(ticks_of $VMNET)
	sleep 1
	expect [ $(($(ticks_of $VMNET) - before)) -le 10 ]
	expect reaches g1 $SERVER
	refute ended $answer
	end $holder
	expect wait $answer
}
# What the host process opened for it, and cannot give away.
has_opened_one() { in_ns host ss -Htn state established "dst 192.168.105.9:22" | grep . >/dev/null; }
ticks_of() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' /proc/"$1"/stat; }

# As the worker, with fewer rights: what an attacker inside would try first is its end, and not the
# network's.
expect_forwarder() { # pid
	expect_child "$1" "$WORKER_AS" LC_ALL PATH
	expect [ "$(capabilities "$1")" = "$NONE $NONE $NONE $BOUND $NONE" ]
	expect [ "$(status_of "$1" Seccomp)" = 2 ]
	expect [ "$(status_of "$1" Seccomp_filters)" = 1 ]
	expect_kinds "$1" unix eventpoll timerfd 'tcp6?' 'udp6?' pipe
	expect_from_memory "$1"
	expect_apart "$1" "$VMNET" 'tcp6?' 'udp6?' # the listeners
	expect_apart "$1" "$(worker_pid)"
}
test_it_is_confined() {
	local pid call
	start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd="udp::2222-[${PREFIX6}9]:22"
	guest_at g1 9
	serve g1 22
	expect_forwarder "$(forwarder_pid)"
	hold 127.0.0.1 2222
	expect sees "${PREFIX6}1 22" host udp ::1 2222
	expect_forwarder "$(forwarder_pid)"
	for call in connect socket bind; do
		pid=$(forwarder_pid)
		expect [ "$("$CALLER" "$pid" $call)" = killed ]
		wait_for 2 log_has "error: the forwarder made the system call [0-9]+ \\($call\\), which its filter does not allow"
		wait_for 2 forwarder_after "$pid"
		expect_forwarder "$(forwarder_pid)"
		expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	done
}

# Whoever takes it over speaks from a port of UDP to nobody who has not asked: not to services of the
# host that trust it, not to others, not with another mark.
speaks_as_the_forwarder() { # address port
	in_ns host /usr/bin/python3 - 0x76000000 "$@" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, int(sys.argv[1], 16))
s.settimeout(0.5)
try:
    s.sendto(b"x", (sys.argv[2], int(sys.argv[3])))
    print(s.recvfrom(100)[0][:1])
except OSError:
    sys.exit(1)
END
}
test_it_answers_and_begins_nothing() {
	local address
	start --hostfwd=udp::2222-192.168.105.9:22 --hostfwd="udp::2222-[${PREFIX6}9]:22"
	guest_at g1 9
	serve g1 22
	serve host 7000
	serve inet 7000
	expect [ "$(in_ns host ss -Hlnue 'sport = :2222' | grep -c 'fwmark:0x76000000')" = 2 ]
	for address in 127.0.0.1 ::1 $HOST $GATEWAY $OUTSIDE $OUTSIDE6; do
		expect ask host udp $address 7000 >/dev/null
		refute speaks_as_the_forwarder $address 7000
	done
	for address in 127.0.0.1 $HOST $GATEWAY; do expect sees "$GATEWAY 22" host udp $address 2222; done
	expect sees "${PREFIX6}1 22" host udp ::1 2222
	expect sees "$OUTSIDE 22" inet udp $HOST 2222
}

test_nothing_is_left() {
	local signal
	for signal in TERM KILL; do
		before
		start --hostfwd=tcp::2222-192.168.105.9:22 --hostfwd=udp::2222-192.168.105.9:22
		guest_at g1 9
		serve g1 22
		expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
		expect sees "$GATEWAY 22" host udp 127.0.0.1 2222
		kill -$signal $VMNET
		wait_for 5 ended $VMNET
		wait $VMNET || true
		wait_for 3 eval '! forwarder_pid && ! watcher_pid'
		expect [ -z "$(in_ns host ss -Hlntu 'sport = :2222')" ]
		ip netns del g1
		in_ns host "$PROGRAM" --cleanup
		expect same_as_before
	done
}

# By a user with three capabilities: a low port, too.
test_by_a_service() {
	as_service daemon
	start_vmnet --vmnet-gateway=$GATEWAY --vmnet-nat66-prefix=$PREFIX6 --hostfwd=tcp::80-192.168.105.9:22 \
		--hostfwd="udp::80-[${PREFIX6}9]:22" switch://$SWITCH
	MACHINE_USER=daemon AS_USER=(setpriv --reuid=daemon --regid=daemon --clear-groups)
	guest_at g1 9
	serve g1 22
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 80 1000000
	expect sees "${PREFIX6}1 22" host udp $HOST6 80
	expect [ "$(status_of "$(forwarder_pid)" CapEff)" = $NONE ]
	expect [ "$(status_of "$(forwarder_pid)" Seccomp)" = 2 ]
	stop_vmnet
	refute forwarder_pid
}
