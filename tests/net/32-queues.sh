# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that reads more slowly than it is sent to: each flow waits for itself (FQ-CoDel), so
# that little ones are through beside large ones, and no other guest notices.

SWITCH=/tmp/our.ctl
STREAMS=8
setup() {
	# What is promised is about queues, not about guests that get no processor.
	renice -n -15 -p $BASHPID >/dev/null || true
	topology
	# What a busy machine lets wait in the device's ring is not lost there.
	start_vmnet --user=$MACHINE_USER switch://$SWITCH
	ip -n host link set vmnet-shared txqueuelen 5000
	guest g1
	static_address g1 9
	guest g2
	static_address g2 10
	wait_for 3 reaches g1 $SERVER
}

# Downloads by g1, until ended.
download() { # seconds
	in_ns inet iperf3 -s -1 -B $SERVER -p 5202 >/tmp/load.server 2>&1 &
	wait_for 5 listens inet t 5202
	ip netns exec g1 iperf3 -c $SERVER -p 5202 -R -P $STREAMS -t "$1" >/tmp/load 2>&1 &
	LOAD_PID=$!
	wait_for 10 receives $(($(received) + 1000000))
}
received() { in_ns g1 cat /sys/class/net/eth0/statistics/rx_bytes; }
receives() { [ "$(received)" -gt "$1" ]; }
# Datagrams, "LOST SENT".
lost() { sed -n 's/.* \([0-9]*\)\/\([0-9]*\) (.*receiver.*/\1 \2/p' /tmp/iperf; }
# As DNS, WireGuard and QUIC are.
test_datagrams_beside_downloads_are_through() {
	local lost sent
	# None or a few. A guest that is late at every read is no reason to keep them: at a load of 20 it
	# may be one in ten, even with the guest's priority. Where all wait in one queue, it is 17 in a
	# hundred without any load, so no turn passes.
	for _ in 1 2 3; do
		download 8
		stream g1 inet $SERVER -u -b 10M -l 1200 -t 4 -R
		grep receiver /tmp/iperf
		kill -0 $LOAD_PID || fail 'the download was over before'
		wait $LOAD_PID
		grep 'SUM.*receiver' /tmp/load
		read -r lost sent < <(lost)
		[ $((lost * 10)) -ge "$sent" ] || break
	done
	expect [ $((lost * 10)) -lt "$sent" ]
	counters 3 >/tmp/counters
	expect grep -qE 'waited too long|peer full' /tmp/counters # there was a queue
}

# As typing over ssh is.
test_echoes_beside_downloads_are_not_lost() {
	download 8
	echo_requests /tmp/ping 100 20 g2 192.168.105.9
	tail -n 2 /tmp/ping
	expect all_answered /tmp/ping 100
	kill -0 $LOAD_PID || fail 'the download was over before'
}
