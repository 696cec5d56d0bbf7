# SPDX-License-Identifier: GPL-2.0-or-later
# What is measured of an instance. measure_* print "NAME NUMBER" pairs; "-" where
# there is none. down: host to guest, up: guest to host. All connections are made
# by the guest, since not every contender lets the host make them.

# CPU time of an instance's helpers, with all threads, in ns.
helpers_ns() {
	local pid sum=0 ns
	for pid in ${HELPERS_OF[$1]}; do
		for task in /proc/"$pid"/task/[0-9]*; do
			read -r ns _ <"$task/schedstat" && sum=$((sum + ns))
		done
	done
	echo $sum
}
guest_run() {
	local ns=g-${NS_OF[$1]}
	shift
	ip netns exec "$ns" "$@"
}

measure_tcp() { # INSTANCE STREAMS [-R]
	local before after out
	before=$(helpers_ns "$1")
	out=$(guest_run "$1" timeout $((SECONDS_EACH + 10)) iperf3 -J -C $CONTROL -c "${ADDRESS_OF[$1]}" -t "$SECONDS_EACH" -P "$2" ${3:-} || true)
	after=$(helpers_ns "$1")
	jq -r --argjson ns $((after - before)) '
		if (.end.sum_received.bytes // 0) > 0 then .end as $e | $e.sum_received
		| "gbit/s \(.bits_per_second / 1e9) cpu-s/GB \(if $ns > 0 then $ns / .bytes else "-" end) " +
		  "resent \($e.sum_sent.retransmits // 0)"
		else "gbit/s -" end' <<<"${out:-null}"
}
measure_rr() { # INSTANCE
	local -a out
	read -ra out < <(guest_run "$1" "$TOOLS/rr" ask "${ADDRESS_OF[$1]}" 7007 "$SECONDS_EACH" || echo - - - -)
	echo "trips/s ${out[0]} p50-us ${out[1]} p99-us ${out[2]} lost ${out[3]}"
}
measure_rr_load() { # INSTANCE
	guest_run "$1" iperf3 -C $CONTROL -c "${ADDRESS_OF[$1]}" -t $((SECONDS_EACH + 1)) -R >/dev/null 2>&1 &
	local load=$!
	sleep 0.5
	measure_rr "$1"
	wait $load || true
}

measure_udp() { # INSTANCE SIZE up|down
	echo "datagrams/s $(guest_run "$1" timeout 60 "$TOOLS/flood" find "${ADDRESS_OF[$1]}" 7008 "$2" "$3" || echo -)"
}
# Of a guest under QEMU, which has nothing but "stream".
measure_stream() { # INSTANCE up|down
	local before after bits
	before=$(helpers_ns "$1")
	bits=$(ip netns exec "h-${NS_OF[$1]}" timeout 60 "$TOOLS/stream" host 7009 "$2" "$SECONDS_EACH" $CONTROL || echo -)
	after=$(helpers_ns "$1")
	[ "$bits" != - ] || {
		echo "gbit/s -"
		return
	}
	jq -nr --argjson ns $((after - before)) --argjson bits "$bits" --argjson s "$SECONDS_EACH" '
		"gbit/s \($bits / 1e9) cpu-s/GB \(if $ns > 0 then $ns * 8 / ($bits * $s) else "-" end)"'
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
	read -ra out < <(measure_tcp "$1" 1 "$([ "$2" = up ] || echo -R)")
	jq -nr --argjson cost "${out[3]:-null}" '"cpu-ns/frame \(if $cost then $cost * 1448 else "-" end)"'
}
# Memory of all helpers: as each sees it, and with what they share counted once.
measure_memory() { # INSTANCE
	local pid
	for pid in ${HELPERS_OF[$1]}; do cat "/proc/$pid/smaps_rollup"; done |
		awk '/^Rss/ { rss += $2 } /^Pss:/ { pss += $2 } END { print "rss-MiB", rss / 1024, "pss-MiB", pss / 1024 }'
}

measure() { # MEASURE INSTANCE
	case $1 in
	tcp1-down) measure_tcp "$2" 1 -R ;;
	tcp1-up) measure_tcp "$2" 1 ;;
	tcp4-down) measure_tcp "$2" 4 -R ;;
	tcp4-up) measure_tcp "$2" 4 ;;
	rr) measure_rr "$2" ;;
	rr-load) measure_rr_load "$2" ;;
	udp*) measure_udp "$2" "${1//[!0-9]/}" "${1##*-}" ;;
	qemu-*) measure_stream "$2" "${1##*-}" ;;
	frame-*) measure_frame "$2" "${1##*-}" ;;
	memory) measure_memory "$2" ;;
	esac
}
