# SPDX-License-Identifier: GPL-2.0-or-later
# How the program is compiled: hardened, whatever flags its packager has.

# Compiles a source with warnings as errors and these variables of make.
compile() {
	env -u MAKEFLAGS make --no-print-directory -C "$TOP" BUILD=/tmp/flags WERROR=1 V=1 "$@" /tmp/flags/src/base/hash.o >/tmp/compiled 2>&1 ||
		fail "$*: $(cat /tmp/compiled)"
	refute grep -i 'warning\|redefined' /tmp/compiled
	COMMAND=$(grep -- ' -MMD ' /tmp/compiled)
	rm -r /tmp/flags
}
# What the C library makes of it all.
level() {
	compile "$@"
	(cd "$TOP" && eval "${COMMAND/-MMD -MP -c -o *.o / -E -dM }") | sed -n 's/^#define __USE_FORTIFY_LEVEL //p'
}

# gcc 12 and newer, and any clang that there is today.
best() { if [[ $(echo | ${CC:-cc} -E -dM -) =~ __clang__|__GNUC__\ 1[2-9] ]]; then echo 3; else echo 2; fi; }

test_flags_of_packagers() {
	expect [ "$(level)" = "$(best)" ]
	# Debian 12 and 13, Ubuntu 24.04, and those who undefine first.
	expect [ "$(level CPPFLAGS='-Wdate-time -D_FORTIFY_SOURCE=2' CFLAGS='-g -O2 -Werror=format-security')" = 2 ]
	expect [ "$(level CPPFLAGS='-Wdate-time -D_FORTIFY_SOURCE=3' CFLAGS='-g -O2')" = 3 ]
	expect [ "$(level CFLAGS='-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=1')" = 1 ]
	expect [ "$(level CFLAGS='-O2 -Wp,-U_FORTIFY_SOURCE,-D_FORTIFY_SOURCE=3')" = 3 ]
	# Without -O there is none, and no warning.
	expect [ "$(level CFLAGS='-O0 -g')" = 0 ]
	expect [ "$(level CFLAGS=-g)" = 0 ]
	expect [ "$(level CFLAGS='-O2 -ftrivial-auto-var-init=pattern')" = "$(best)" ]
}

test_variables_start_as_zero() {
	echo 'int main(void) { return 0; }' >/tmp/x.c
	cc -ftrivial-auto-var-init=zero -o /tmp/x /tmp/x.c 2>/dev/null || skip "this compiler cannot"
	compile
	[[ $COMMAND == *' -ftrivial-auto-var-init=zero '* ]] || fail "$COMMAND"
	# The user's is the last word.
	compile CFLAGS='-O2 -ftrivial-auto-var-init=uninitialized'
	[[ $COMMAND == *=zero\ *=uninitialized\ * ]] || fail "$COMMAND"
}

test_another_compiler() {
	command -v clang >/dev/null || skip "no clang here"
	export CC=clang
	expect [ "$(level CC=clang)" = "$(best)" ]
	expect [ "$(level CC=clang CPPFLAGS=-D_FORTIFY_SOURCE=2)" = 2 ]
	expect [ "$(level CC=clang CFLAGS=-O0)" = 0 ]
}

test_the_programs_are_hardened() {
	local program
	for program in "$PROGRAM" "${PROGRAM}ctl" "$PROGRAM-bridge-helper"; do is_hardened "$program"; done
}
is_hardened() {
	readelf -hldW "$1" >/tmp/elf
	expect grep -q 'Type: *DYN' /tmp/elf
	expect grep -q GNU_RELRO /tmp/elf
	expect grep -q 'FLAGS_1.*NOW.*PIE' /tmp/elf
	expect grep -qE 'GNU_STACK .* RW +0x' /tmp/elf
	readelf -W --dyn-syms "$1" >/tmp/symbols
	expect grep -q __stack_chk_fail /tmp/symbols
	expect grep -q __vsnprintf_chk /tmp/symbols
}
