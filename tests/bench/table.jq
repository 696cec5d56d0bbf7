# The results as a table: medians, and median, least and most of the ratios of pairs.
def pad($n): tostring | . + " " * ([$n - length, 0] | max);
def left($n): tostring | " " * ([$n - length, 0] | max) + .;
def short: if . == null then "-" elif . >= 100 then round | tostring
	elif . >= 10 then . * 10 | round / 10 | tostring else . * 100 | round / 100 | tostring end;
"\(.version), Linux \(.kernel), \(.cpus) processors, \(.date)",
(.results | group_by([.measure, .value])[] |
	"", (.[0] | "\(.measure), \(.value)"),
	(sort_by(-(.median // 0))[] |
		"  " + (.contender | pad(24)) + (.median | short | left(10)) +
		if .contender == .base then "" else
		(.ratio | short | left(9)) + " × \(.base | pad(18)) (\(.least | short) .. \(.most | short))" end))
