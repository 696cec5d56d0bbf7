# SPDX-License-Identifier: GPL-2.0-or-later
# Help, manual page and completions of vde_vmnetctl name the same commands and options.

MANUAL=man/vde_vmnetctl.1

same() { # WHAT A B: files
	diff "$2" "$3" >/tmp/difference || fail "$1: < the help, > what is written: $(cat /tmp/difference)"
}
# The first words of each line under a heading: what stands before two blanks.
of_help() { # HEADING
	"${PROGRAM}ctl" --help | awk -v heading="$1" '/:$/ {inside = index($0, heading)} /^$/ {inside = 0}
		inside && /^  / {sub(/^  /, ""); sub(/  .*/, ""); print}' | sort
}
plain() { sed -E 's/\\-/-/g; s/\\f[A-Z]//g' $MANUAL; }
headings() { plain | awk -v name="$1" '/^\.SH /{inside = $0 == ".SH " name} inside && heading {sub(/^\.B /, ""); print} {heading = /^\.TP/}' | sort; }
# Commands, a word of theirs a line.
commands() { of_help Commands | sed -E 's/ [^a-z ].*//; s/ \[.*//'; }

test_the_manual_is_that_of_the_help() {
	of_help Commands >/tmp/help
	expect [ "$(wc -l </tmp/help)" -ge 13 ]
	headings COMMANDS >/tmp/manual
	same commands /tmp/help /tmp/manual
	of_help Options >/tmp/help
	expect [ "$(wc -l </tmp/help)" -ge 5 ]
	headings OPTIONS >/tmp/manual
	same options /tmp/help /tmp/manual
}

test_exit_statuses_are_those_of_the_source() {
	sed -nE 's/^\tCTL_[A-Z_]+ = ([0-9]+),.*/\1/p' include/ctl/ctl.h | sort >/tmp/source
	expect [ "$(wc -l </tmp/source)" -ge 7 ]
	"${PROGRAM}ctl" --help | sed -n '/^Exit status/,/^The manual/p' | sed '$d' | grep -oE '\b[0-9]+\b' | sort >/tmp/help
	headings 'EXIT STATUS' >/tmp/manual
	same statuses /tmp/help /tmp/source
	same statuses /tmp/help /tmp/manual
}

# What bash is offered for a line.
offered() {
	bash --norc --noprofile -c '. etc/completion/vde_vmnetctl.bash
		COMP_LINE=$1 COMP_POINT=${#1}
		_vde_vmnetctl vde_vmnetctl
		printf "%s\n" "${COMPREPLY[@]}"' - "$1" | sort
}
test_completions_are_those_of_the_help() {
	local first
	commands | cut -d' ' -f1 | sort -u >/tmp/help
	offered 'vde_vmnetctl ' >/tmp/bash
	same 'the commands of bash' /tmp/help /tmp/bash
	sed -nE "s/^\t\t['\"]([a-z-]+):.*/\1/p" etc/completion/vde_vmnetctl.zsh | sort >/tmp/zsh
	same 'the commands of zsh' /tmp/help /tmp/zsh
	for first in forward port; do
		commands | sed -n "s/^$first //p" | sort >/tmp/help
		expect [ -s /tmp/help ]
		offered "vde_vmnetctl $first " >/tmp/bash
		same "$first in bash" /tmp/help /tmp/bash
		sed -n "/^\t\t$first)/,/;;/p" etc/completion/vde_vmnetctl.zsh | grep -oE "'[a-z]+:" | tr -d "':" | sort >/tmp/zsh
		same "$first in zsh" /tmp/help /tmp/zsh
	done
	of_help Options | sed -E 's/^-., //; s/=.*/=/' | sort >/tmp/help
	offered 'vde_vmnetctl --' >/tmp/bash
	same 'the options of bash' /tmp/help /tmp/bash
	sed -n '/_arguments -C/,/&& return/p' etc/completion/vde_vmnetctl.zsh | grep -oE -- '--[a-z]+=?' | sort >/tmp/zsh
	same 'the options of zsh' /tmp/help /tmp/zsh
}
