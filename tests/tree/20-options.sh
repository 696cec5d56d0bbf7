# SPDX-License-Identifier: GPL-2.0-or-later
# Help, manual pages and messages, compared with the rows of the options (config_option.c).

MANUAL=man/vde_vmnet.8 MANUAL_OF_FILES=man/vde_vmnet.conf.5

rows() { "$BUILD/tree/options"; } # see options.c
# The names of the rows that have VALUE in COLUMN.
names() { rows | awk -v column="$1" -v value="$2" '$column == value {print $1}' | sort; }

same() { # WHAT A B: files
	diff "$2" "$3" >/tmp/difference || fail "$1: < what the rows say, > what is written: $(cat /tmp/difference)"
}

# A manual page's source without its markup: a macro a line, and text.
plain() { sed -E 's/\\-/-/g; s/\\\|//g; s/\\f[A-Z]//g; s/"//g' "$1"; }
section() { plain "$1" | awk -v name="$2" '/^\.SH /{inside = $0 == ".SH " name; next} inside'; }

# "-p, --pidfile=FILE" becomes "pidfile p FILE", "--a=X , --b=X" two lines.
split_headings() {
	awk '{
		letter = "-"
		n = split($0, words, / *, +/)
		for (i = 1; i <= n; i++) {
			if (words[i] ~ /^-[a-z]$/) { letter = substr(words[i], 2); continue }
			sub(/^--/, "", words[i])
			at = index(words[i], "=")
			print at ? substr(words[i], 1, at - 1) : words[i], letter, at ? substr(words[i], at + 1) : "-"
		}
	}' | sort
}
# The headings of the options in the manual.
headings() { section $MANUAL OPTIONS | awk 'heading && sub(/^\.[A-Z]+ /, "") {print} {heading = /^\.TP/}'; }

# What is bold before the words, in the same sentence.
bold_before() { # words, page from stdin
	awk -v words="$1" '
		/^\.BR? /{sub(/^--/, "", $2); bold = $3 == "." ? "" : bold $2 "\n"; next}
		index($0, words) == 1 {printf "%s", bold}
		$0 != "and" {bold = ""}' | sort
}

# Each has a line of its own in the help, or is told to be the same as one that has.
test_help_is_that_of_the_rows() {
	"$PROGRAM" --help >/tmp/help
	sed -nE 's/^  ((-., )?--[^ ]+).*/\1/p' /tmp/help | split_headings >/tmp/written
	local name letter argument same
	while read -r name letter argument _ _ _ _ same; do
		if grep -q "^$name " /tmp/written; then
			echo "$name $letter $argument"
		else
			grep -q "^$same " /tmp/written || fail "--$name is not in the help"
			expect grep -q -- "--$name is the same" /tmp/help
		fi
	done < <(rows) | sort >/tmp/rows
	same "the help" /tmp/rows /tmp/written
}

test_the_manual_is_that_of_the_rows() {
	rows | awk '{print $1, $2, $3}' | sort >/tmp/rows
	headings | split_headings >/tmp/written
	same "the manual's options" /tmp/rows /tmp/written
}

# The lines that a file may have, and what it may not.
test_the_manual_of_files_is_that_of_the_rows() {
	rows | awk '$4 == "file" {print $3 == "-" ? $1 : $1 "=" $3}' | sort >/tmp/rows
	section $MANUAL_OF_FILES OPTIONS | awk '/^\.nf/{inside = 1; next} /^\.fi/{inside = 0} inside' | sort >/tmp/written
	same "the lines of a file" /tmp/rows /tmp/written
	names 4 line >/tmp/rows
	section $MANUAL_OF_FILES DESCRIPTION | bold_before 'are for the command line only' >/tmp/written
	same "what is not for files" /tmp/rows /tmp/written
}

test_manuals_and_rows_agree_on_reload() {
	names 5 taken >/tmp/rows
	section $MANUAL SIGNALS | bold_before 'take effect' >/tmp/written
	same "what SIGHUP takes over" /tmp/rows /tmp/written
	section $MANUAL_OF_FILES RELOADING | bold_before 'take effect' >/tmp/written
	same "what a reload takes over" /tmp/rows /tmp/written
}

test_the_manual_and_rows_agree_on_what_excludes_what() {
	names 6 dhcp >/tmp/rows
	section $MANUAL OPTIONS | bold_before 'are refused with' >/tmp/written
	same "what is refused without DHCP" /tmp/rows /tmp/written
	names 7 gateway >/tmp/rows
	section $MANUAL OPTIONS | awk '
		/^\.TP/{heading = 1; next}
		heading {option = $2; sub(/=.*/, "", option); sub(/^--/, "", option); heading = 0}
		needs && /^\.BR? --vmnet-gateway/ {print option}
		{needs = $0 == "Needs"}' | sort >/tmp/written
	same "what needs a gateway" /tmp/rows /tmp/written
}

# An id is its row's name, so that what the sources say by an id is about that option.
test_ids_are_the_names() {
	tr -d '\n\t ' <src/config/config_option.c | grep -oE '\[CONFIG_OPTION_[A-Z0-9_]+\]=\{\.name="[a-z0-9-]+"' |
		sed -E 's/.*OPTION_([A-Z0-9_]+).*"(.*)"/\1 \2/' >/tmp/ids
	expect [ "$(wc -l </tmp/ids)" = "$(rows | wc -l)" ]
	local id name
	while read -r id name; do expect [ "$(tr A-Z_ a-z- <<<"$id")" = "$name" ]; done </tmp/ids
}

# A second table would have the names a second time.
test_a_name_is_written_once() {
	local name
	for name in $(rows | cut -d' ' -f1); do
		expect [ "$(grep -rhoF "\"$name\"" src/config src/host src/main.c | wc -l)" = 1 ]
	done
}

# Texts that name an option name one that there is. Those of dnsmasq and groupadd are not ours.
test_messages_name_options_that_there_are() {
	local option
	for option in $(grep -rhE --exclude='dnsmasq*.c' '"' src/main.c src/config src/host | grep -oE '[^a-z-]--[a-z][a-z0-9-]+' | cut -c4- | sort -u); do
		[ "$option" = system ] || rows | grep -q "^$option " || fail "a text names --$option"
	done
}
