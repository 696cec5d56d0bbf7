# SPDX-License-Identifier: GPL-2.0-or-later
# The bench says what it has seen: rows, targets and chart fit each other, and what failed is
# named. Nothing is measured here.

# What is compared: "MEASURE BASE CONTENDER" a line.
rows() { # quick|all
	bash -euc '. tests/bench/rows.sh
		compare() { local contender; for contender in "${@:3}"; do echo "$1 $2 $contender"; done; }
		ROUNDS=5
		'"$1"'_rows'
}
# A definition of a file of tests/bench. FILE EXPRESSION
jq_of() { jq -nr -L tests/bench "include \"$1\"; $2"; }

test_targets_are_measured() {
	rows all | sort -u >/tmp/rows
	expect [ "$(wc -l </tmp/rows)" -gt 100 ]
	jq_of targets 'targets[] | "\(.[0]) \(.[2]) \(.[1])"' | sort -u >/tmp/targets
	expect [ "$(wc -l </tmp/targets)" -gt 20 ]
	none comm -13 /tmp/rows /tmp/targets
}
test_quick_rows_are_of_all_rows() {
	rows quick | sort -u >/tmp/quick
	rows all | sort -u >/tmp/rows
	none comm -13 /tmp/rows /tmp/quick
}
test_each_row_has_a_title_and_each_contender_a_start() {
	local measure contender
	while read -r measure; do
		jq -e -L tests/bench 'include "names"; rows[.] // rows[split("-")[0]]' <<<"\"$measure\"" >/dev/null || fail "$measure has no title"
	done < <(rows all | cut -d' ' -f1 | sort -u)
	while read -r contender; do
		grep -q "^start_$contender()" tests/bench/contenders.sh || fail "$contender has no start"
	done < <(rows all | cut -d' ' -f2- | tr ' ' '\n' | sed 's/^qemu://; s/[/+].*//; /^floor$/d' | sort -u)
}
# A bench of contenders that are not there: lines of results as the bench has them.
compared() { # SCRIPT: with measure() and can() of its own
	bash -euc '. tests/bench/pairs.sh
		declare -A WHY=([gone]="no <such> program")
		can() { [ "$1" != gone ]; }
		measure() { [ "$2" != broken ] || { echo "nothing & arrives" >&2 && return 1; }; echo "gbit/s 4 cpu-s/GB 1"; }
		ROUNDS=2
		'"$1" 3>/tmp/lines 2>/dev/null
}
to_results() {
	jq -n -R -f tests/bench/results.jq --arg date 2026-01-01 --arg kernel 6.1 --arg machine '2 × processor' \
		--arg quick "${1:-}" --arg bench '' --argjson load 0.1 --argjson seconds 1 --arg version 'vde_vmnet 9' </tmp/lines >/tmp/results.json
}

test_a_failed_contender_is_missing_and_the_rest_goes_on() {
	compared 'compare tcp1-down vde-switch gone passt broken pasta; compare tcp1-up gone passt'
	expect [ "$(grep -c $'^tcp1-down\tgbit/s\tpasta\tvde-switch\t4\t4$' /tmp/lines)" = 2 ]
	expect [ "$(grep -c $'^tcp1-down\t-\tbroken\tvde-switch\tnothing & arrives\t-$' /tmp/lines)" = 2 ]
	to_results
	expect jq -e '[.missing[] | "\(.measure) \(.base) \(.contender) \(.all)"] | sort == ["tcp1-down vde-switch broken true",
		"tcp1-down vde-switch gone true", "tcp1-up gone gone true", "tcp1-up gone passt true"]' /tmp/results.json
	jq -r -L tests/bench -f tests/bench/table.jq /tmp/results.json >/tmp/table
	expect grep -q '^  gone  .*: no <such> program$' /tmp/table
	expect grep -q '^  broken  .*: nothing & arrives$' /tmp/table
	expect grep -q '^passt  ' /tmp/table
}

test_only_what_is_selected_is_compared() {
	compared 'BENCH="nat :pasta"; compare tcp1-up vde-switch passt pasta; compare nat-up vde-switch passt'
	expect [ "$(awk '$3 != $4 { print $1, $3 }' /tmp/lines | sort -u | tr '\n' ' ')" = 'nat-up passt tcp1-up pasta ' ]
}

test_the_chart_draws_what_is_there_and_names_what_is_missing() {
	local name
	compared 'for way in up down; do
		compare tcp1-$way vde-switch ours-switch gone passt
		compare nat-$way ours-switch/65520 passt/65520 broken
		compare memory vde-switch ours-switch
	done'
	to_results 1
	jq -r -L tests/bench -f tests/bench/chart.jq /tmp/results.json >/tmp/chart.svg
	python3 - <<-'PYTHON'
		import xml.etree.ElementTree as tree
		root = tree.parse("/tmp/chart.svg").getroot()
		width, height = float(root.get("width")), float(root.get("height"))
		for element in root.iter():
		    for name, most in (("x", width), ("x1", width), ("x2", width), ("y", height), ("y1", height), ("y2", height)):
		        assert 0 <= float(element.get(name, 0)) <= most, tree.tostring(element)
		    assert float(element.get("width", 0)) >= 0
		texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
		open("/tmp/texts", "w").write("\n".join(texts) + "\n")
	PYTHON
	for name in 'vde_switch -tap' 'vde_vmnet switch://' gone passt broken 'missing: no <such> program' 'missing: nothing & arrives' \
		'4 Gbit/s' '1×' 'TCP through NAT, MTU 65520'; do
		grep -qxF "$name" /tmp/texts || fail "no '$name' in: $(tr '\n' '|' </tmp/texts)"
	done
	expect grep -qx 'sudo make bench BENCH_QUICK=1' /tmp/texts
	expect grep -q '^vde_vmnet 9, 2026-01-01, Linux 6.1, 2 × processor' /tmp/texts
	expect grep -q 'prefers-color-scheme: dark' /tmp/chart.svg
}

# What the chart of the README is drawn from is measured.
test_the_panels_of_the_chart_are_measured() {
	rows all | awk '{ print $1, $2 }' | sort -u >/tmp/rows
	sed -n 's/^\t{row: "\([^"]*\)", base: "\([^"]*\)".*/\1-down \2\n\1-up \2/p' tests/bench/chart.jq | sort -u >/tmp/panels
	expect [ -s /tmp/panels ]
	none comm -13 /tmp/rows /tmp/panels
}

# A peer that a distribution does not have keeps no other from being installed.
test_a_peer_without_a_package_is_named() {
	mkdir /tmp/bin
	printf '#!/bin/sh\n[ "$1" != install ] || echo "$*" >>/tmp/asked\n[ "$*" = "${*#*passt}" ]\n' >/tmp/bin/apt-get
	printf '#!/bin/sh\n[ "$2" != passt ]\n' >/tmp/bin/apt-cache
	printf '#!/bin/sh\nexit 1\n' >/tmp/bin/dpkg-query
	chmod +x /tmp/bin/*
	PATH=/tmp/bin:$PATH etc/install-packages.sh peers >/tmp/out 2>&1 && fail 'it does not say that one is missing'
	expect [ "$(tail -n 1 /tmp/out)" = 'This distribution has no package named passt' ]
	expect grep -q 'slirp4netns$' /tmp/asked
}
