# SPDX-License-Identifier: GPL-2.0-or-later
# How many connections a forward has led (query-forwards).

. "$TOP/tests/net/users.sh"
. "$TOP/tests/net/ports.sh"

setup() { topology_of_both; }
forwards() { as root ask query-forwards; }

# Each once, whoever begins it, however much it carries.
test_connections_are_counted() {
	start_ours
	guest_at g1 9
	guest_at g2 10
	serve g1 22 23 24
	as root ask forward-apply "{\"add\":[\"tcp::2222-192.168.105.9:22\",\"udp:$HOST:2222-192.168.105.9:22\",
		\"tcp::2230-2232-[${PREFIX6}9]:22\",\"udp:[$HOST6]:2222-[${PREFIX6}9]:22\",\"tcp::2240-$MAC1:22\"]}"
	begun() { [ "$(forwards | jq -c 'map(.["connections-begun"])')" = "$1" ]; }
	wait_for 5 begun '[0,0,0,0,0]'
	local i
	for i in 1 2 3; do expect sees "$OUTSIDE 22" inet tcp $HOST 2222 2000000; done
	expect sees "$GATEWAY 22" g2 tcp $HOST 2222
	expect sees "$GATEWAY 22" host tcp 127.0.0.1 2222
	expect sees "$GATEWAY 22" host tcp $HOST 2222
	wait_for 5 begun '[6,0,0,0,0]'
	expect sees "$OUTSIDE 22" inet udp $HOST 2222
	expect sees "$GATEWAY 22" g2 udp $HOST 2222
	expect sees "$GATEWAY 22" host udp $HOST 2222
	for i in 2230 2231 2232 2232; do ask inet tcp $HOST6 $i >/dev/null || fail "port $i"; done
	expect sees "${PREFIX6}1 22" host tcp ::1 2230
	expect sees "$OUTSIDE6 22" inet udp $HOST6 2222
	wait_for 5 begun '[6,3,5,1,0]'
	ctl root forward list
	expect grep -qE '^ *3 +tcp::2230-2232-.* 5 +active$' /tmp/out
	# What is a forward's is not the next one's.
	ctl root forward remove 1
	ctl root forward add tcp::2222-192.168.105.9:22
	wait_for 5 begun '[3,5,1,0,0]'
	expect sees "$OUTSIDE 22" inet tcp $HOST 2222
	wait_for 5 begun '[3,5,1,0,1]'
}

# Whoever asks on and on has the counters read once a second.
processor_time() { awk '{print $14 + $15}' /proc/$VMNET/stat; } # 10 ms
asks_for_5_s() {                                                # how often it got an answer
	/usr/bin/python3 - $CONTROL <<'END'
import json, socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
lines = s.makefile("rb")
lines.readline()
n, end = 0, time.monotonic() + 5
for command in ["qmp_capabilities"] + 10000 * ["query-forwards"]:
    s.sendall(json.dumps({"execute": command}).encode() + b"\n")
    while not b'"return"' in lines.readline():
        pass
    n += 1
    if time.monotonic() > end:
        break
print(n)
END
}
test_asking_often_costs_little() {
	start_ours
	as root ask forward-apply "$(jq -nc '{"add": ([range(5000; 8900; 100) | "tcp::\(.)-\(. + 99)-192.168.105.9"])}')" >/dev/null
	expect [ "$(forwards | jq length)" = 39 ]
	local before n
	before=$(processor_time)
	n=$(asks_for_5_s)
	echo "$n answers within 5 s: $(($(processor_time) - before)) * 10 ms"
	expect [ "$n" -ge 50 ]
	expect [ $(($(processor_time) - before)) -le 100 ] # a fifth
}
