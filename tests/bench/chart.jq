# The results as a picture (SVG): for each contender, how many times its base it is; a bar
# from 1, a line from the least to the most of the pairs. It paints its own ground, so that
# it can be read on a light page and on a dark one.
#
#	jq -r -L tests/bench -f tests/bench/chart.jq build/bench/results.json >doc/bench.svg
include "names";

# Of each panel a column for each way.
def panels: [
	{row: "tcp1", base: "vde-switch", value: "gbit/s", title: "TCP between host and guest, MTU 1500"},
	{row: "nat", base: "vde-switch", value: "gbit/s", title: "TCP through NAT, MTU 1500"},
	{row: "nat", base: "ours-switch", value: "gbit/s", title: "TCP through NAT, against ours at MTU 1500"},
	{row: "tcp1", base: "ours-switch/65520", value: "gbit/s", title: "TCP between host and guest, MTU 65520"},
	{row: "nat", base: "ours-switch/65520", value: "gbit/s", title: "TCP through NAT, MTU 65520"},
	{row: "rr1", base: "vde-switch", value: "p99-us", title: "99th percentile of round trips beside a TCP stream (less is better)"}];
def columns: [{way: "down", at: 200, title: "to the guest"}, {way: "up", at: 555, title: "from the guest"}];
def width: 900;
def plot: 260; # of a column; the number stands behind it
def line_height: 20;
def above: 40; # its title, and those of the columns
def below: 32; # the scale
def reason: 40; # letters, so that it stays in its column
def foot: 140; # letters of a line

def in_order(key): reduce (.[] | key) as $key ([]; if index([$key]) then . else . + [$key] end);
def tenth: . * 10 | round / 10;
def text($x; $y; $class): "<text x=\"\($x | tenth)\" y=\"\($y | tenth)\" class=\"\($class)\">\(@html)</text>";
def line($x1; $y1; $x2; $y2; $class):
	"<line x1=\"\($x1 | tenth)\" y1=\"\($y1)\" x2=\"\($x2 | tenth)\" y2=\"\($y2)\" class=\"\($class)\"/>";
def units: {"gbit/s": "Gbit/s", "p99-us": "µs"};

# What there is of a panel, by way: cells, and the contenders in their order.
def fill($all): . as $panel | .base as $base
	| .cells = [$all[] | select(.base == $base and (.value == $panel.value or .value == null))
		| . + (columns[] as $c | select(.measure == "\($panel.row)-\($c.way)") | {way: $c.way})
		| select(.way)]
	| .contenders = [$base] + (.cells | in_order(.contender) | . - [$base])
	| ([.cells[] | select(.ratio and .ratio > 0) | .least, .most | select(. > 0)] + [1]) as $seen
	| .from = ([$seen | min, 0.7] | min) * 0.9 | .to = ([$seen | max, 1.4] | max) * 1.1
	| .height = (.contenders | length) * line_height + above + below;

# Where a ratio is, on a scale of ratios.
def place($panel): ([., $panel.from] | max | log) as $at
	| ($at - ($panel.from | log)) / (($panel.to | log) - ($panel.from | log)) * plot;

def number($panel): if .contender == $panel.base then "\(.median | short) \(units[$panel.value])" else "\(.ratio | short)×" end;
def class: if startswith("ours") then "ours" else "other" end;
def draw($panel; $x; $y): . as $cell
	| if .ratio == null or .ratio <= 0 then (if .why then "missing: \(.why[:reason])" else "not measured" end) | text($x + 4; $y; "missing")
	  else (1 | place($panel)) as $one | (.ratio | place($panel)) as $at
		| (if .contender == $panel.base then empty else
			"<rect x=\"\($x + ([$one, $at] | min) | tenth)\" y=\"\($y - 10)\" width=\"\(($at - $one) | fabs | tenth)\" height=\"11\" class=\"\(.contender | class)\"/>",
			line($x + (.least | place($panel)); $y - 4.5; $x + (.most | place($panel)); $y - 4.5; "range") end),
		  (number($panel) | text($x + plot + 6; $y; "number")) end;
def ticks: . as $panel | if .to / .from > 60 then [0.001, 0.01, 0.1, 1, 10, 100] else [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50] end
	| map(select(. >= $panel.from and . <= $panel.to));
def draw_axis($panel; $x; $top; $bottom): $panel | ticks[]
	| (place($panel) + $x) as $at
	| line($at; $top; $at; $bottom; if . == 1 then "one" else "grid" end),
	  ("\(.)×" | text($at; $bottom + 12; "tick"));
# What the title says already is not said of each.
def name($panel): if $panel.base | contains("/") then rtrimstr("/" + ($panel.base | split("/")[1])) else . end | contender;
def draw_row($panel; $y): . as $contender
	| (name($panel) | text(12; $y; "name \($contender | class)")),
	  (columns[] as $column
		| [$panel.cells[] | select(.contender == $contender and .way == $column.way)]
		| (first(.[] | select(.ratio)) // .[0] // {})
		| draw($panel; $column.at; $y));
def draw_panel($top): . as $panel | ($top + above) as $first
	| (.title | text(12; $top + 14; "title")),
	  (columns[] | . as $column
		| (.title | text($column.at; $top + 32; "way")),
		  draw_axis($panel; $column.at; $first; $first + ($panel.contenders | length) * line_height)),
	  (range($panel.contenders | length) as $i | $panel.contenders[$i] | draw_row($panel; $first + $i * line_height + 14));

def style: "
	text { font: 12px system-ui, sans-serif; fill: #1f2328 }
	.ground { fill: #ffffff }
	.title { font-weight: 600 } .way, .tick, .foot { fill: #59636e } .tick, .foot { font-size: 11px }
	.tick { text-anchor: middle } .missing { font-style: italic; fill: #9a3412 }
	rect.ours { fill: #0969da } rect.other { fill: #8c959f } text.ours { fill: #0969da }
	line { stroke: #d1d9e0 } line.one { stroke: #59636e } line.range { stroke: #1f2328; stroke-width: 1.5 }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3 } .ground { fill: #0d1117 } .way, .tick, .foot { fill: #9198a1 } .missing { fill: #f0a36b }
		rect.ours, text.ours { fill: #4493f8 } rect.other { fill: #6e7681 }
		line { stroke: #3d444d } line.one { stroke: #9198a1 } line.range { stroke: #e6edf3 }
	}";

. as $bench
| [panels[] | fill([$bench.results[], $bench.missing[]]) | select(.cells != [])]
| . as $drawn | (map(.height) | add // 0) as $sum | ($sum + 60) as $height
| "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"\(width)\" height=\"\($height)\" viewBox=\"0 0 \(width) \($height)\">",
  "<title>How fast vde_vmnet is beside its peers</title>",
  "<style>\(style)\n</style>",
  "<rect class=\"ground\" width=\"\(width)\" height=\"\($height)\"/>",
  (range($drawn | length) as $i | $drawn[$i] | draw_panel(8 + ($drawn[:$i] | map(.height) | add // 0))),
  ("Times the first line of each part: the median of pairs of runs, and from the least to the most of them. Scales are logarithmic."
	| text(12; $sum + 20; "foot")),
  ($bench | command[:foot] | text(12; $sum + 36; "foot")),
  ($bench | run[:foot] | text(12; $sum + 52; "foot")),
  "</svg>"
