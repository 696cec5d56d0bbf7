# The results as a table: medians, with median (least..most) of the ratios of pairs.
include "names";
include "targets";
def left($n): tostring | . + " " * ([$n - length, 0] | max);
def right($n): tostring | " " * ([$n - length, 0] | max) + .;
def in_order(key): reduce (.[] | key) as $key ([]; if index([$key]) then . else . + [$key] end);
def plain: . == "resent" or . == "lost"; # without ratios
def cells($values; $base): . as $rows | $values | map(. as $value | first($rows[] | select(.value == $value)) // {}
	| (.median | short | right(9)) + if $value | plain then "" elif .contender == $base or .ratio == null
	then " " * 25 else (.ratio | short | right(7)) + "×" + ("(\(.least | short)..\(.most | short))" | right(16)) + " " end);
# All results and missing cells of one MEASURE and BASE.
def section($results; $missing): . as [$measure, $base]
	| [$results[], $missing[] | select(.measure == $measure and .base == $base)] as $rows
	| ($rows | in_order(.value | strings)) as $values
	| "", ($measure | title) + ", against \($base)",
	  ("" | left(25)) + ($values | map(right(9) + if plain then "" else " " * 25 end) | add // ""),
	  (([$base] + ($rows | in_order(.contender) | . - [$base]))[] as $contender
		| ($contender | left(25)) + ($rows | map(select(.contender == $contender and .value)) | cells($values; $base) | add // ""));
def verdict: if .met == null then "not seen" elif .met then "met     " else "missed  " end;
def against: if .what == "median" then "" elif .what == "ratio" then ", of \(.base)" else ", more than \(.base)" end;

.missing as $missing | .results as $results
| "\(command): \(run)",
"median, and against the base of the same pairs: median ratio (least..most)",
([$results[], $missing[]] | in_order([.measure, .base])[] | section($results; $missing)),
(if $missing == [] then empty else "", "Missing",
	($missing[] | "  \(.contender | left(24)) \(.measure | title), against \(.base)\(if .all then "" else ", some runs" end): \(.why)") end),
"", "Targets",
([$results | judged] | (.[] | select(.met != null)
	| "  \(verdict)  \(.contender | left(20)) \(.value | left(13))\(.is | short | right(6)) \(.order) \(.bound | tostring | left(5))  \(.measure | title)\(against)"),
	"  \(map(select(.met == true)) | length) met, \(map(select(.met == false)) | length) missed, \(map(select(.met == null)) | length) not measured")
