# The results as a table: medians, with median (least..most) of the ratios of pairs.
def left($n): tostring | . + " " * ([$n - length, 0] | max);
def right($n): tostring | " " * ([$n - length, 0] | max) + .;
def short: if . == null then "-" elif . >= 100 then round elif . >= 10 then . * 10 | round / 10
	else . * 100 | round / 100 end | tostring;
def names: {tcp1: "TCP, one stream", tcp4: "TCP, four streams", rr: "UDP round trips, one at a time",
	"rr-load": "UDP round trips during a TCP stream to the guest", frame: "CPU of a full-size frame",
	memory: "Memory", qemu: "TCP, one stream, a guest under QEMU (TCG)"};
def ways: {down: ", host to guest", up: ", guest to host"};
def title: . as $measure | if startswith("udp") then "UDP without loss, \(.[3:] | split("-")[0]) bytes"
	else names[$measure] // names[$measure | split("-")[0]] end + (ways[$measure | split("-") | last] // "");
def sections: reduce .[] as $r ([]; if any(.[]; .measure == $r.measure and .base == $r.base)
	then map(if .measure == $r.measure and .base == $r.base then .rows += [$r] else . end)
	else . + [{measure: $r.measure, base: $r.base, rows: [$r]}] end);
def plain: . == "resent" or . == "lost"; # without ratios
def cells($values; $base): . as $rows | $values | map(. as $value | first($rows[] | select(.value == $value)) // {}
	| (.median | short | right(9)) + if $value | plain then "" elif .contender == $base or .ratio == null
	then " " * 25 else (.ratio | short | right(7)) + "×" + ("(\(.least | short)..\(.most | short))" | right(16)) + " " end);
# doc/design.md, "Performance targets": ratio, but for the memory.
def targets: [
	["tcp1-down", "ours-switch", "vde-switch", "gbit/s", ">=", 4],
	["tcp1-up", "ours-switch", "vde-switch", "gbit/s", ">=", 2.5],
	["tcp1-down", "ours-switch", "vde-switch", "cpu-s/GB", "<=", 0.333],
	["tcp1-up", "ours-switch", "vde-switch", "cpu-s/GB", "<=", 0.333],
	["tcp1-down", "ours-switch/65520", "ours-switch", "gbit/s", ">=", 2.5],
	["tcp1-up", "ours-switch/65520", "ours-switch", "gbit/s", ">=", 2.5],
	["tcp1-down", "ours-switch+4", "ours-switch", "gbit/s", ">=", 0.95],
	["tcp1-up", "ours-switch+4", "ours-switch", "gbit/s", ">=", 0.95],
	["frame-down", "ours-switch", "floor", "cpu-ns/frame", "<=", 1.6],
	["frame-up", "ours-switch", "floor", "cpu-ns/frame", "<=", 1.6],
	["rr", "ours-switch", "vde-switch", "trips/s", ">=", 1],
	["qemu-down", "qemu:ours-switch", "qemu:vde-switch", "gbit/s", ">=", 2],
	["qemu-up", "qemu:ours-switch", "qemu:vde-switch", "gbit/s", ">=", 2],
	["memory", "ours-switch+64", "vde-switch+64", "rss-MiB", "<=", 16]];

"\(.version), Linux \(.kernel), \(.processors) processors, \(.date), runs of \(.seconds) s",
"median, and against the base of the same pairs: median ratio (least..most)",
(.results | sections[] | .base as $base
	| (reduce (.rows[] | .value | select(. != "-")) as $v ([]; if index([$v]) then . else . + [$v] end)) as $values
	| "", (.measure | title) + ", against \($base)",
	  ("" | left(25)) + ($values | map(right(9) + if plain then "" else " " * 25 end) | add // ""),
	  (.rows as $rows | ([$base] + ($rows | map(.contender) | unique - [$base]))[] as $contender
		| ($contender | left(25)) + ($rows | map(select(.contender == $contender)) | cells($values; $base) | add // ""))),
"", "Targets", (.results as $results | targets[] | . as [$measure, $contender, $base, $value, $order, $bound]
	| first($results[] | select(.measure == $measure and .contender == $contender and .base == $base and .value == $value))
	| (if $measure == "memory" then .median else .ratio end) as $is | select($is)
	| (if (if $order == ">=" then $is >= $bound else $is <= $bound end) then "  met     " else "  missed  " end)
	+ "\($contender | left(18)) \($value | left(13))\($is | short | right(5)) \($order) \($bound)  \($measure | title)"
	+ if $measure == "memory" then "" else ", of \($base)" end)
