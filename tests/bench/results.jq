# Runs, as lines (MEASURE VALUE CONTENDER BASE NUMBER OF-BASE), to results, in their order.
def median: sort | if length == 0 then null
	elif length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def in_order(key): . as $all | map(key) | reduce .[] as $key ([]; if index([$key]) then . else . + [$key] end)
	| map(. as $key | $all | map(select(key == $key)));
{date: $date, version: $version, kernel: $kernel, processors: ($cpus | tonumber), seconds: $seconds,
 results: [inputs / "\t" | {measure: .[0], value: .[1], contender: .[2], base: .[3],
		number: (.[4] | tonumber? // null), of_base: (.[5] | tonumber? // null)}]
	| in_order("\(.measure) \(.base) \(.contender) \(.value)")
	| map((.[0] | {measure, base, contender, value}) + {
		median: (map(.number | numbers) | median), runs: map(.number),
		ratios: map(select(.number and .of_base and .of_base > 0) | .number / .of_base)})
	| map(. + {ratio: (.ratios | median), least: (.ratios | min), most: (.ratios | max)})}
