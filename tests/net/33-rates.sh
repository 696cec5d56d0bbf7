# SPDX-License-Identifier: GPL-2.0-or-later
# A port with a rate (port-set): no more passes, each way and whatever is sent. Its guest is read on
# all the same, and no other notices.
. "$TOP/tests/net/users.sh"

setup() {
	topology
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	guest g1
	static_address g1 9
	wait_for 3 reaches g1 $SERVER
}
ask() { as root ask "$@"; }
mac_of() { in_ns "$1" cat /sys/class/net/eth0/address; }
port() { ask query-ports | jq -c ".[] | select(.macs | index(\"$(mac_of "$1")\")) | $2"; } # guest jq-filter
has_port() { [ -n "$(port "$1" .id)" ]; }
rate() { ask port-set "{\"id\":$(port "$1" .id),\"rate\":$2}" >/dev/null; } # guest bits-per-second|null
dropped() { [ "$(port g1 '.drops["beyond the rate"] // 0')" -gt "$1" ]; }

# Traffic between a guest and a server, until ended.
LOADS=()
load() { # guest port [options of iperf3]
	in_ns inet iperf3 -s -1 -B $SERVER -p "$2" >/dev/null 2>&1 &
	wait_for 5 listens inet t "$2"
	ip netns exec "$1" iperf3 -c $SERVER -p "$2" -t 500 "${@:3}" >/tmp/load."$2" 2>&1 &
	LOADS+=($!)
}
flood() { load "$1" "$2" -u -b 100M -l 1400 "${@:3}"; } # guest port [options]
unload() {
	kill "${LOADS[@]}"
	wait "${LOADS[@]}" || true
	LOADS=()
}
bytes() { in_ns "$1" cat /sys/class/net/"$2"/statistics/rx_bytes; } # ns device
has_more() { [ "$(bytes "$1" "$2")" -gt "$3" ]; }                   # ns device bytes
# Bits per second that come to a device until there are so many bytes more.
measure() { # ns device bytes
	local start before after
	before=$(bytes "$1" "$2")
	start=$(milliseconds)
	wait_for 100 has_more "$1" "$2" $((before + $3))
	after=$(bytes "$1" "$2")
	echo $(((after - before) * 8000 / ($(milliseconds) - start)))
}
# No more than the rate: a tenth more is what lay in sockets before. Less is a busy machine's.
is_about() { # rate measured
	echo "$2 of $1 bits per second"
	expect [ "$2" -le $(($1 + $1 / 10)) ]
}

test_nothing_passes_faster() {
	local rate
	for rate in 5000000 50000000; do
		rate g1 $rate
		expect [ "$(port g1 .rate)" = $rate ]
		load g1 5202 -R
		measure g1 eth0 $((rate / 20)) >/dev/null # the burst
		is_about $rate "$(measure g1 eth0 $((rate / 3)))"
		unload
		load g1 5203
		measure inet in0 $((rate / 20)) >/dev/null
		is_about $rate "$(measure inet in0 $((rate / 3)))"
		unload
	done
}

test_nothing_passes_faster_whatever_is_sent() {
	rate g1 5000000
	flood g1 5202 -R
	wait_for 10 dropped 100
	is_about 5000000 "$(measure g1 eth0 1500000)"
	unload
	flood g1 5203
	wait_for 10 dropped $(($(port g1 '.drops["beyond the rate"]') + 100))
	is_about 5000000 "$(measure inet in0 1500000)"
	# Both ways have it at once.
	flood g1 5204 -R
	is_about 5000000 "$(measure g1 eth0 1500000)"
	is_about 5000000 "$(measure inet in0 1500000)"
	# Round trips beside all of that do not wait with it. (Some are lost in the guest's own device:
	# that it is not read in time says nothing of ours.)
	renice -n -15 -p "$PLUG_g1" "$(worker_pid)" >/dev/null || true
	in_ns g1 ping -q -c 100 -i 0.02 -W 10 $GATEWAY >/tmp/ping
	tail -n 2 /tmp/ping
	refute grep -qE ' ([5-9][0-9]|100)(\.[0-9]+)?% packet loss' /tmp/ping
	counters 2 >/tmp/counters
	expect grep -qE 'dropped in: .*beyond the rate; dropped out: .*beyond the rate' /tmp/counters
}

# The ping of a guest, in ms: that which so many of a hundred are within.
percentile() { # guest percent
	in_ns "$1" ping -c 200 -i 0.01 -W 10 $GATEWAY | sed -n 's/.*time=\([0-9]*\).*/\1/p' | sort -n | awk -v p="$2" '{ at[NR] = $1 } END { print at[int(NR * p / 100)] + 0 }'
}
test_others_do_not_notice() {
	local quiet busy
	guest g2
	static_address g2 10
	wait_for 3 reaches g2 $SERVER
	quiet=$(percentile g2 50)
	rate g1 500000
	flood g1 5202 -R
	flood g1 5203
	wait_for 10 dropped 100
	busy=$(percentile g2 50)
	echo "half of the round trips: within $quiet ms, and $busy ms beside the rate"
	expect [ "$busy" -le $((quiet + 500)) ] # in its queues it would be 1.5 s each way
	load g2 5204 -R
	expect [ "$(measure g2 eth0 5000000)" -gt 1500000 ]
	unload
	# Nor by what it sends to one of them.
	in_ns g2 iperf3 -s -1 -B 192.168.105.10 >/dev/null 2>&1 &
	wait_for 5 listens g2 t 5201
	ip netns exec g1 iperf3 -c 192.168.105.10 -u -b 100M -l 1400 -t 500 >/dev/null 2>&1 &
	LOADS=($!)
	measure g2 eth0 60000 >/dev/null # the burst, and what was on its way before
	is_about 500000 "$(measure g2 eth0 150000)"
	unload
	expect reaches g2 $SERVER
}

test_it_is_lifted_under_traffic() {
	local way ns=g1 device=eth0
	for way in -R ''; do
		rate g1 300000
		load g1 5202 $way
		measure $ns $device 30000 >/dev/null
		expect [ "$(measure $ns $device 60000)" -le 400000 ]
		rate g1 1000000
		measure $ns $device 60000 >/dev/null
		is_about 1000000 "$(measure $ns $device 200000)"
		rate g1 null
		expect [ "$(port g1 .rate)" = null ]
		measure $ns $device 1000000 >/dev/null
		expect [ "$(measure $ns $device 10000000)" -gt 1200000 ]
		kill -0 "${LOADS[0]}" || fail 'the connection is gone'
		unload
		ns=inet device=in0
	done
}

# What it writes is read: at this rate it would take hours, and a socket has room for 512.
test_who_sends_does_not_wait() {
	as_user /usr/bin/python3 - $SWITCH <<'END' >/tmp/guest &
import os, sys, time
sys.path.insert(0, "tests/net")
import rawport
guest = rawport.attach(sys.argv[1], b"sender")
frame = b"\xff" * 6 + bytes.fromhex("020000000077") + b"\x99\x99" + bytes(1400)
guest.send(frame)
while not os.path.exists("/tmp/go"):
    time.sleep(0.01)
longest = 0
for _ in range(5000):
    before = time.monotonic()
    guest.send(frame)
    longest = max(longest, time.monotonic() - before)
print(int(longest * 1000), flush=True)
END
	local id
	in_name() { id=$(ask query-ports | jq '.[] | select(.macs | index("02:00:00:00:00:77")) | .id') && [ -n "$id" ]; }
	wait_for 10 in_name
	in_name
	ask port-set "{\"id\":$id,\"rate\":8000}" >/dev/null
	touch /tmp/go
	wait_for 20 test -s /tmp/guest
	echo "the longest call took $(cat /tmp/guest) ms"
	expect [ "$(cat /tmp/guest)" -lt 2000 ]
}

test_it_ends_with_its_guest() {
	rate g1 8000
	in_ns g1 ping -q -f -c 300 -s 1400 -W 1 $GATEWAY >/dev/null 2>&1 || true # some of it waits
	kill "$PLUG_g1"
	wait_for 5 refute has_port g1
	ip -n g1 link set eth0 down up
	ip netns exec g1 "${AS_USER[@]}" vde_plug2tap -s $SWITCH eth0 </dev/null &
	wait_for 5 reaches g1 $GATEWAY
	expect [ "$(port g1 .rate)" = null ]
	within 100000 in_ns g1 ping -q -c 300 -i 0.002 -s 1400 $GATEWAY
}

# Nothing is changed by what is wrong, and one line says what is.
test_what_is_refused() {
	local id rate
	id=$(port g1 .id)
	refuses() { # arguments text
		! ask port-set "$1" >/tmp/said || fail "port-set takes $1"
		expect grep -qF "$2" /tmp/said
	}
	for rate in 0 1 7999 1000000000001 9223372036854775807; do
		refuses "{\"id\":$id,\"isolated\":true,\"rate\":$rate}" 'a rate must be from 8000 to 1000000000000 bits per second'
	done
	for rate in -1 1.5 1e9 '"5M"' true '[]'; do
		refuses "{\"id\":$id,\"isolated\":true,\"rate\":$rate}" "the argument 'rate' must be a whole number of at least 0, or null"
	done
	refuses '{"id":1,"rate":8000}' 'this port leads to the host'
	refuses '{"id":99,"rate":8000}' 'there is no port 99'
	refuses '{"rate":8000}' "needs the argument 'id'"
	expect [ "$(port g1 '[.rate, .isolated]')" = '[null,false]' ]
	for rate in 8000 1000000000000; do
		rate g1 $rate
		expect [ "$(port g1 .rate)" = $rate ]
		expect reaches g1 $GATEWAY
	done
}

# Point to point, where nobody says that the peer has gone: another is served as before.
test_a_peer_by_its_path() {
	stop_vmnet
	start_vmnet --user=$MACHINE_USER '/tmp/p2p[]'
	guest p1 ptp:///tmp/p2p
	static_address p1 11
	wait_for 5 reaches p1 $GATEWAY
	rate p1 64000
	ip netns exec host ping -q -i 0.01 -s 1400 192.168.105.11 >/dev/null 2>&1 & # some waits all the time
	waits() { [ "$(port p1 .queue.frames)" -gt 20 ]; }
	wait_for 5 waits
	end "$PLUG_p1" -KILL
	ip netns exec p1 "${AS_USER[@]}" vde_plug2tap -s ptp:///tmp/p2p eth0 </dev/null &
	local again=$! before
	wait_for 5 carrier p1 eth0
	before=$(bytes p1 eth0)
	comes_or_is_over() {
		# It is served once it has said something; of a device that comes back soon, the kernel may not.
		in_ns p1 ping -q -c1 -W1 $GATEWAY || true
		has_more p1 eth0 $((before + 10000)) || ended $again
	}
	wait_for 10 comes_or_is_over
	expect kill -0 $again
}
