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
guest_run() { local ns=g-${NS_OF[$1]}; shift; ip netns exec "$ns" "$@"; }

measure_tcp() { # INSTANCE STREAMS [-R]
	local before after out
	before=$(helpers_ns "$1")
	out=$(guest_run "$1" timeout $((SECONDS_EACH + 10)) iperf3 -J -c "${ADDRESS_OF[$1]}" -t "$SECONDS_EACH" -P "$2" ${3:-} || true)
	after=$(helpers_ns "$1")
	jq -r --argjson ns $((after - before)) '
		if .end.sum_received.bytes then .end as $e | $e.sum_received
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
	guest_run "$1" iperf3 -c "${ADDRESS_OF[$1]}" -t $((SECONDS_EACH + 1)) -R >/dev/null 2>&1 &
	local load=$!
	sleep 0.5
	measure_rr "$1"
	wait $load || true
}

measure() { # MEASURE INSTANCE
	case $1 in
	tcp1-down) measure_tcp "$2" 1 -R ;;
	tcp1-up) measure_tcp "$2" 1 ;;
	tcp4-down) measure_tcp "$2" 4 -R ;;
	tcp4-up) measure_tcp "$2" 4 ;;
	rr) measure_rr "$2" ;;
	rr-load) measure_rr_load "$2" ;;
	esac
}
