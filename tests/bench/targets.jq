# What is to be reached, in the order of doc/design.md, "Performance targets".
# MEASURE CONTENDER BASE VALUE: what of it (ratio, difference: median of the pairs; median) ORDER BOUND
def targets: [
	["tcp1-down", "ours-switch", "vde-switch", "gbit/s", "ratio", ">=", 4],
	["tcp1-up", "ours-switch", "vde-switch", "gbit/s", "ratio", ">=", 3.5],
	["tcp1-down", "ours-switch", "vde-switch", "cpu-s/GB", "ratio", "<=", 0.333],
	["tcp1-up", "ours-switch", "vde-switch", "cpu-s/GB", "ratio", "<=", 0.333],
	["tcp1-down", "ours-switch/65520", "ours-switch", "gbit/s", "ratio", ">=", 2.5],
	["tcp1-up", "ours-switch/65520", "ours-switch", "gbit/s", "ratio", ">=", 2.5],
	["nat-down", "ours-switch/65520", "ours-switch", "gbit/s", "ratio", ">=", 2.5],
	["tcp1-down", "ours-switch+4", "ours-switch", "gbit/s", "ratio", ">=", 0.97],
	["tcp1-up", "ours-switch+4", "ours-switch", "gbit/s", "ratio", ">=", 0.97],
	["pour-down", "ours-switch+stalled", "ours-switch+reading", "gbit/s", "ratio", ">=", 0.97],
	["pour-up", "ours-switch+stalled", "ours-switch+reading", "gbit/s", "ratio", ">=", 0.97],
	["pour-rr", "ours-switch+stalled", "ours-switch+reading", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+slow", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+connects", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+endless", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+deep", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+binary", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+long", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+questions", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+unread", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["askers-rr", "ours-switch+forwards", "ours-switch+busy", "p99-us", "difference", "<=", 1000],
	["frame-down", "ours-switch", "floor", "cpu-ns/frame", "ratio", "<=", 1.5],
	["frame-up", "ours-switch", "floor", "cpu-ns/frame", "ratio", "<=", 1.5],
	["rr", "ours-switch", "vde-switch", "trips/s", "ratio", ">=", 1],
	["rr1-down", "ours-switch", "vde-switch", "p99-us", "ratio", "<=", 1],
	["rr1-up", "ours-switch", "vde-switch", "p99-us", "ratio", "<=", 1],
	["rr1-down", "ours-switch", "vde-switch", "p99-us", "median", "<=", 5000],
	["rr1-up", "ours-switch", "vde-switch", "p99-us", "median", "<=", 5000],
	["tcp1-down", "passt", "ours-switch", "gbit/s", "ratio", "<=", 1],
	["tcp1-up", "passt", "ours-switch", "gbit/s", "ratio", "<=", 1],
	["tcp1-down", "passt/65520", "ours-switch/65520", "gbit/s", "ratio", "<=", 1],
	["tcp1-up", "passt/65520", "ours-switch/65520", "gbit/s", "ratio", "<=", 1],
	["nat-down", "passt", "ours-switch", "gbit/s", "ratio", "<=", 1],
	["nat-up", "passt", "ours-switch", "gbit/s", "ratio", "<=", 1],
	["nat-down", "passt/65520", "ours-switch/65520", "gbit/s", "ratio", "<=", 1],
	["nat-up", "passt/65520", "ours-switch/65520", "gbit/s", "ratio", "<=", 1],
	["rr", "passt", "ours-switch", "trips/s", "ratio", "<=", 1],
	["qemu-down", "qemu:ours-switch", "qemu:vde-switch", "gbit/s", "ratio", ">=", 2],
	["qemu-up", "qemu:ours-switch", "qemu:vde-switch", "gbit/s", "ratio", ">=", 2],
	["memory", "ours-switch+64", "vde-switch+64", "pss-MiB", "median", "<=", 16]];

# Of the results: each target with what is, and whether it is met (null: not measured).
def judged: . as $results | targets[] | . as [$measure, $contender, $base, $value, $what, $order, $bound]
	| (first($results[] | select(.measure == $measure and .contender == $contender and .base == $base and .value == $value)) // {})
	| .[$what] as $is | {measure: $measure, contender: $contender, base: $base, value: $value, what: $what, order: $order, bound: $bound,
		is: $is, met: (if $is == null then null elif $order == ">=" then $is >= $bound else $is <= $bound end)};
