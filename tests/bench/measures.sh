# SPDX-License-Identifier: GPL-2.0-or-later
# What is measured of an instance. measure_* print "NAME NUMBER" pairs, or nothing where
# it failed. down: to the guest, up: from it. All connections are made by the guest,
# since not every contender lets the host make them.

# CPU time of an instance's helpers, with all threads, in ns.
helpers_ns() {
	local pid task sum=0 ns
	for pid in ${HELPERS_OF[$1]}; do
		for task in /proc/"$pid"/task/[0-9]*; do
			read -r ns _ <"$task/schedstat" && sum=$((sum + ns))
		done
	done
	echo $sum
}
SECOND= # "-2" where the other of two guests is meant

in_guest() { # INSTANCE COMMAND...
	timeout $((SECONDS_EACH + 12)) ip netns exec "g-${NS_OF[$1]}$SECOND" "${@:2}"
}
stream() { # INSTANCE ADDRESS STREAMS down|up SECONDS [OPTION...]
	in_guest "$1" iperf3 -J -C $CONTROL -c "$2" -P "$3" $([ "$4" = up ] || echo -R) -t "${@:5}"
}
# Of iperf3's JSON, from stdin: why there is no result; and what it is.
complain() { jq -r '.error // empty' >&2 || true; }
rates() { # NS-OF-CPU
	jq -r --argjson ns "$1" '
		.end | select((.sum_received.bytes // 0) > 0) | .sum_received.bytes as $bytes
		| "gbit/s \(.sum_received.bits_per_second / 1e9)" + (if $ns > 0 then " cpu-s/GB \($ns / $bytes)" else "" end)
		+ " resent \(.sum_sent.retransmits // 0)"' | grep . || { echo 'nothing arrives' >&2 && false; }
}

measure_tcp() { # INSTANCE ADDRESS STREAMS down|up
	local before out
	before=$(helpers_ns "$1")
	out=$(stream "$@" "$SECONDS_EACH") || { complain <<<"$out" && return 1; }
	rates $(($(helpers_ns "$1") - before)) <<<"$out"
}

measure_rr() { # INSTANCE [SECONDS]
	local -a out
	read -ra out < <(in_guest "$1" "$TOOLS/rr" ask "${ADDRESS_OF[$1]}" 7007 "${2:-$SECONDS_EACH}")
	[ "${out[0]:-0}" = 0 ] || echo "trips/s ${out[0]} p50-us ${out[1]} p99-us ${out[2]} lost ${out[3]}"
}
# Beside streams, for longer: there are fewer trips to take a percentile of. What the guest
# sends waits in its own device first, where 1000 super-frames are 10 ms: no contender's.
measure_rr_beside() { # INSTANCE STREAMS down|up
	local load=/tmp/load trips
	[ "$3" = down ] || ip -n "g-${NS_OF[$1]}" link set eth0 txqueuelen 20
	stream "$1" "${ADDRESS_OF[$1]}" "$2" "$3" $((SECONDS_EACH + 2)) >$load 2>/dev/null &
	sleep 0.5 # the streams have found their rate
	trips=$(measure_rr "$1" $((SECONDS_EACH + 1)))
	wait $! || { complain <$load && return 1; }
	[ "$3" = down ] || ip -n "g-${NS_OF[$1]}" link set eth0 txqueuelen 1000
	[ -z "$trips" ] || echo "$trips $(rates 0 <$load)"
}

# The host sends to the bystander (which reads, or not) while another measure runs:
# 24 Mbit/s, as a film for a guest that was stopped.
POUR_SIZE=1472 POUR_RATE=2000
beside_pour() { # INSTANCE COMMAND...
	ip netns exec "h-${NS_OF[$1]}" "$TOOLS/flood" pour $BYSTANDER_IP 9 $POUR_SIZE $POUR_RATE &
	local pour=$!
	sleep 0.2 # what can fill is full
	"${@:2}" || true
	kill $pour
	wait $pour 2>/dev/null || true
}

# Beside hostile clients of the control socket, of the user of the network's processes, who may
# change things. (Where the instance's name says "quiet", there are none.)
measure_beside_askers() { # INSTANCE
	local name=${NS_OF[$1]} kind=${1#*+} askers
	[ "$kind" != quiet ] || {
		measure_rr "$1"
		return
	}
	"$TOOLS/askers" $MACHINE_USER "/run/vde_vmnet/$name.control" "$kind" >"/tmp/$name/askers" 2>&1 &
	askers=$!
	sleep 0.3 # what a client has saved up is used
	measure_rr "$1" || true
	kill $askers || cat "/tmp/$name/askers" >&2
	wait $askers 2>/dev/null || true
}

# Two guests at once, the second with more streams: how much of the faster one's rate
# the slower one has, and both together.
measure_fair() { # INSTANCE STREAMS-OF-THE-SECOND down|up
	local other=/tmp/other one
	SECOND=-2 stream "$1" "${ADDRESS_OF[$1]}" "$2" "$3" "$SECONDS_EACH" -p 5202 >$other 2>/dev/null &
	one=$(stream "$1" "${ADDRESS_OF[$1]}" 1 "$3" "$SECONDS_EACH") || { complain <<<"$one" && return 1; }
	wait $! || { complain <$other && return 1; }
	jq -rn --argjson one "$one" --slurpfile other $other '
		[$one, $other[0] | .end.sum_received.bits_per_second] | select(all(. != null))
		| "slower/faster \(min / max) gbit/s \(add / 1e9)"'
}

measure_udp() { # INSTANCE SIZE up|down
	local rate
	rate=$(in_guest "$1" "$TOOLS/flood" find "${ADDRESS_OF[$1]}" 7008 "$2" "$3") && echo "datagrams/s $rate"
}

# Of a guest under QEMU, which has nothing but "stream".
measure_qemu() { # INSTANCE up|down
	local before bits
	before=$(helpers_ns "$1")
	bits=$(ip netns exec "h-${NS_OF[$1]}" timeout 60 "$TOOLS/stream" host 7009 "$2" "$SECONDS_EACH" $CONTROL) || return
	jq -nr --argjson ns $(($(helpers_ns "$1") - before)) --argjson bits "$bits" --argjson s "$SECONDS_EACH" '
		"gbit/s \($bits / 1e9)" + if $ns > 0 then " cpu-s/GB \($ns * 8 / ($bits * $s))" else "" end'
}

# CPU time of each full-size frame of a stream, 1448 bytes of payload; the floor is
# a bare loop on the same kind of socket.
measure_frame() { # INSTANCE up|down
	local -a out
	if [ "$1" = floor ]; then
		read -ra out < <("$TOOLS/floor" 1514 "$SECONDS_EACH")
		[ "$2" = down ] && echo "cpu-ns/frame ${out[0]}" || echo "cpu-ns/frame ${out[1]}"
		return
	fi
	measure_tcp "$1" "${ADDRESS_OF[$1]}" 1 "$2" | awk '{ print "cpu-ns/frame", $4 * 1448 }'
}

# Memory of all helpers: as each sees it, and with what they share counted once.
measure_memory() { # INSTANCE
	local pid
	for pid in ${HELPERS_OF[$1]}; do cat "/proc/$pid/smaps_rollup"; done |
		awk '/^Rss/ { rss += $2 } /^Pss:/ { pss += $2 } END { print "rss-MiB", rss / 1024, "pss-MiB", pss / 1024 }'
}

measure() { # MEASURE[-WAY] INSTANCE
	local way=${1##*-} address=${ADDRESS_OF[$2]:-}
	case $1 in
	tcp*) measure_tcp "$2" "$address" "${1//[!0-9]/}" "$way" ;;
	nat*) measure_tcp "$2" $OUTSIDE_IP 1 "$way" ;;
	rr) measure_rr "$2" ;;
	rr*) measure_rr_beside "$2" "${1//[!0-9]/}" "$way" ;;
	askers-rr) measure_beside_askers "$2" ;;
	pour-rr) beside_pour "$2" measure_rr "$2" ;;
	pour-*) beside_pour "$2" measure_tcp "$2" "$address" 1 "$way" ;;
	fair*) measure_fair "$2" "${1//[!0-9]/}" "$way" ;;
	udp*) measure_udp "$2" "${1//[!0-9]/}" "$way" ;;
	qemu-*) measure_qemu "$2" "$way" ;;
	frame-*) measure_frame "$2" "$way" ;;
	memory) measure_memory "$2" ;;
	esac
}
