# Runs, as lines (MEASURE VALUE CONTENDER BASE NUMBER OF-BASE), to results, in their order.
# A line without a VALUE says why there is no number: of those, "missing" has one a cell.
def median: sort | if length == 0 then null
	elif length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def in_order(key): . as $all | map(key) | reduce .[] as $key ([]; if index([$key]) then . else . + [$key] end)
	| map(. as $key | $all | map(select(key == $key)));
def cell: "\(.measure) \(.base) \(.contender)";
[inputs / "\t" | {measure: .[0], value: .[1], contender: .[2], base: .[3], text: .[4],
	number: (.[4] | tonumber? // null), of_base: (.[5] | tonumber? // null)}] as $lines
| {date: $date, version: $version, kernel: $kernel, machine: $machine, load: $load, seconds: $seconds,
 part: (if $bench != "" then "BENCH=\"\($bench)\"" elif $quick != "" then "BENCH_QUICK=1" else null end),
 results: [$lines | map(select(.value != "-")) | in_order("\(cell) \(.value)")[]
	| (.[0] | {measure, base, contender, value}) + {
		median: (map(.number | numbers) | median), runs: map(.number),
		ratios: map(select(.number and .of_base and .of_base > 0) | .number / .of_base),
		difference: (map(select(.number and .of_base) | .number - .of_base) | median)}
	| . + {ratio: (.ratios | median), least: (.ratios | min), most: (.ratios | max)}],
 missing: [$lines | in_order(cell)[] | map(select(.value == "-")) as $without
	| select($without != [])
	| ($without[0] | {measure, base, contender, why: .text}) + {all: (length == ($without | length))}]}
