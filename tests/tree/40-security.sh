# SPDX-License-Identifier: GPL-2.0-or-later
# What the documents say about the tree.

# Every test that SECURITY.md names, as "net/22-ports" or "net/22-ports test_services_of_the_host".
names_of_tests() { # tests are run at the top of the tree
	grep -oE '`(tests/)?(unit|fuzz|net|hostile|firewall|systemd|install|qemu)/[^`]+`' SECURITY.md |
		tr -d '\`' | sed 's,^tests/,,; s,\.sh$,,' | sort -u
}
there_is() { # file [test]
	local file=tests/$1.sh test="${2:-}() {"
	case $1 in
	unit/*) file=tests/$1.c test="START_TEST(${2:-})" ;;
	fuzz/*) file=tests/$1.c ;;
	esac
	[ -f "$file" ] && { [ $# = 1 ] || grep -qF "$test" "$file"; }
}
test_security_names_tests_that_are_there() {
	local file function
	refute there_is net/22-ports test_of_nothing
	refute there_is net/99-nothing
	expect [ "$(names_of_tests | wc -l)" -ge 40 ]
	while read -r file function; do
		there_is "$file" ${function:+"$function"} || fail "SECURITY.md names $file $function, which is not there"
	done < <(names_of_tests)
	# Each row of the table of attackers has one.
	sed -n '/^| attacker /,/^$/p' SECURITY.md | tail -n +3 | grep . >/tmp/rows
	expect [ "$(wc -l </tmp/rows)" -ge 20 ]
	refute grep -vE '\| `[^|]*` \|$' /tmp/rows
}
