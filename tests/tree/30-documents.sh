# SPDX-License-Identifier: GPL-2.0-or-later
# What sources, scripts and documents say of documents and of each other is so.

# A citation is a document's path, or that and a heading: PATH, "Heading". None that is wrong
# may stand here in full.
MD=.md

# All text that is ours, but for what others wrote and machines read.
texts() {
	find Makefile .ci doc etc include man src tests ./*$MD -type f \
		! -path 'tests/fuzz/corpus/*' ! -path 'tests/old/*' ! -path 'tests/unit/rulesets/*' | sed 's,^\./,,'
}
documents() { texts | grep "\\$MD\$"; }

# A file as one line, without the marks of comments, so that a citation may be wrapped.
unwrapped() { sed -E 's,^[[:blank:]]*(/?\*+/?|//|#+|\.\\")[[:blank:]],,' "$1" | tr '\n\t' '  ' | tr -s ' '; }

headings() { sed -nE 's/^#+ +(.*)$/\1/p' "$1"; }

# As links to headings are written: small letters, hyphens for blanks, no punctuation.
anchors() { headings "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^[:alnum:] _-]//g; s/ /-/g'; }

citations() { # FILE: "PATH" or "PATH<tab>HEADING" a line
	unwrapped "$1" | grep -oE "[[:alnum:]_./-]*[[:alnum:]_-]\\$MD\\b(, \"[^\"]+\")?" | sed -E 's/, "(.*)"$/\t\1/' || true
}

# Beside the file that cites it, or from the top.
find_document() { # FILE PATH
	local place
	for place in "$2" "$(dirname "$1")/$2"; do
		[ ! -f "$place" ] || {
			echo "$place"
			return
		}
	done
}

wrong_citations() { # FILE...
	local file path heading document
	for file in $(grep -l "\\$MD" "$@"); do
		while IFS=$'\t' read -r path heading; do
			document=$(find_document "$file" "$path")
			if [ -z "$document" ]; then
				echo "$file cites $path, which is not there"
			elif [ -n "$heading" ] && ! headings "$document" | grep -qxF -- "$heading"; then
				echo "$file cites \"$heading\" of $path, which has no such heading"
			fi
		done < <(citations "$file")
	done
}

wrong_links() { # DOCUMENT...
	local file target path anchor
	for file; do
		while read -r target; do
			path=${target%%#*}
			anchor=${target#"$path"}
			path=${path:+$(dirname "$file")/$path}
			if [ ! -e "${path:-$file}" ]; then
				echo "$file links to $target, which is not there"
			elif [ -n "$anchor" ] && ! anchors "${path:-$file}" | grep -qxF -- "${anchor#\#}"; then
				echo "$file links to $target, which has no such heading"
			fi
		done < <(grep -oE '\]\([^)[:blank:]]+\)' "$file" | sed -E 's/^\]\((.*)\)$/\1/' | grep -vE '^[a-z]+:' || true)
	done
}

# What stands between backquotes and begins like a path of the tree. NAME and * are any.
wrong_paths() { # DOCUMENT...
	local file path
	for file; do
		while read -r path; do
			compgen -G "$path" >/dev/null || echo "$file names $path, which is not there"
		done < <(grep -oE '`(src|include|tests|etc|man|doc)/[^` ]*`' "$file" | tr -d '`' | sed 's/ROOM\|TIER\|NAME/*/g')
	done
}

test_cited_documents_are_there() {
	local files
	mapfile -t files < <(texts)
	expect [ ${#files[@]} -gt 200 ]
	none wrong_citations "${files[@]}"
}

test_links_lead_somewhere() {
	local files
	mapfile -t files < <(documents)
	expect [ ${#files[@]} -ge 5 ]
	none wrong_links "${files[@]}"
}

test_paths_in_documents_are_there() {
	local files
	mapfile -t files < <(documents)
	none wrong_paths "${files[@]}"
}

# The tests above find what is wrong, and take what is right.
test_what_is_wrong_is_found() {
	printf '/* As doc/design%s, "Wire\n * formats", says. */\n' $MD >/tmp/right.c
	expect [ "$(citations /tmp/right.c)" = "doc/design$MD"$'\tWire formats' ]
	none wrong_citations /tmp/right.c
	printf '/* See gone%s and\n * doc/design%s, "No such\n * heading". */\n' $MD $MD >/tmp/wrong.c
	expect [ "$(wrong_citations /tmp/wrong.c | wc -l)" = 2 ]
	printf '## A heading, with 1 `mark`\n[a](#a-heading-with-1-mark) [b](right.c) [c](https://x.test/y)\n' >/tmp/right$MD
	none wrong_links /tmp/right$MD
	printf '[a](#a) [b](gone.c) [c](right%s#b)\n`src/gone.c` `src/main.c`\n' $MD >/tmp/wrong$MD
	expect [ "$(wrong_links /tmp/wrong$MD | wc -l)" = 3 ]
	expect [ "$(wrong_paths /tmp/wrong$MD)" = "/tmp/wrong$MD names src/gone.c, which is not there" ]
}

# Room and what it may include, of the table below the heading "Rooms".
rooms_of_design() {
	sed -n '/^## Rooms$/,/^## [^R]/p' doc/design.md |
		awk -F ' *[|] *' '$2 ~ /^[a-z]+$/ && $2 != "room" {sub(/^-$/, "", $4); print $2 ": " $4}'
}

test_rooms_are_as_the_design_says() {
	make -s rooms >/tmp/rooms
	expect [ -s /tmp/rooms ]
	rooms_of_design | diff /tmp/rooms - || fail "< Makefile, > doc/design.md"
}

# Those of the bench, in its order: "at least 4" a line; "both ways" are two, "of 9 kinds" nine.
test_targets_are_as_the_design_says() {
	sed -n '/^## Performance targets$/,/^## [^P]/p' doc/design.md | grep -E '^\|.* (least|most) ' | while read -r line; do
		target=$(grep -oE '(least|most) [0-9.]+' <<<"$line")
		times=1
		[[ $line != *'both ways'* ]] || times=2
		[[ ! $line =~ of\ ([0-9]+)\ kinds ]] || times=${BASH_REMATCH[1]}
		for (( ; times > 0; times--)); do echo "$target"; done
	done >/tmp/design
	grep -oE '"[<>]=", [0-9.]+' tests/bench/targets.jq | sed 's/">=",/least/; s/"<=",/most/' >/tmp/bench
	expect [ -s /tmp/bench ]
	diff /tmp/bench /tmp/design || fail "< targets.jq, > doc/design.md"
}

# The newest version of NEWS.md, and "-dev" behind it until it is released.
test_the_version_is_that_of_the_news() {
	local version page
	version=$(sed -nE 's/^## ([0-9]+\.[0-9]+\.[0-9]+) \(unreleased\)$/\1-dev/p; s/^## ([0-9]+\.[0-9]+\.[0-9]+) \(20[0-9-]{8}\)$/\1/p' NEWS.md | head -1)
	expect [ "$("$PROGRAM" --version)" = "vde_vmnet $version" ]
	for page in man/*; do
		expect grep -qE "^\.TH .* \"vde_vmnet $version\" " "$page"
	done
}

# A page that is read to its end; the rest is in pages of doc/, each found from there.
test_the_readme_is_short_and_names_every_page() {
	local page
	expect [ "$(wc -l <README.md)" -le 200 ]
	for page in doc/*.md SECURITY.md CONTRIBUTING.md NEWS.md; do
		grep -F "]($page" README.md >/dev/null || fail "README.md does not link to $page"
	done
}

test_the_picture_is_what_its_script_draws() {
	doc/draw-network.sh | diff - doc/network.svg || fail "doc/network.svg is another: make picture"
	expect grep -q 'prefers-color-scheme: dark' doc/network.svg
	python3 - <<-'PYTHON'
		import xml.etree.ElementTree as tree
		root = tree.parse("doc/network.svg").getroot()
		width, height = float(root.get("width")), float(root.get("height"))
		for element in root.iter():
		    for name, most in (("x", width), ("x1", width), ("x2", width), ("y", height), ("y1", height), ("y2", height)):
		        assert 0 <= float(element.get(name, 0)) <= most, tree.tostring(element)
	PYTHON
	# For readers who do not see it, too.
	expect grep -qE '!\[.{80,}\]\(doc/network.svg\)' README.md
}
