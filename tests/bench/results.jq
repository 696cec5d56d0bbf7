# Runs, as lines (MEASURE VALUE CONTENDER BASE ROUND NUMBER OF-BASE), to results.
def median: sort | if length == 0 then null
	elif length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2] + .[length / 2 - 1]) / 2 end;
{date: $date, version: $version, kernel: $kernel, cpus: ($cpus | tonumber),
 results: [inputs / "\t"
	| {measure: .[0], value: .[1], contender: .[2], base: .[3],
	   number: (.[5] | tonumber? // null), of_base: (.[6] | tonumber? // null)}]
	| group_by([.measure, .value, .base, .contender])
	| map({measure: .[0].measure, value: .[0].value, contender: .[0].contender, base: .[0].base,
	       median: (map(.number | numbers) | median), runs: map(.number),
	       ratios: [.[] | select(.number and .of_base and .of_base > 0) | .number / .of_base]})
	| map(. + {ratio: (.ratios | median), least: (.ratios | min), most: (.ratios | max)})}
