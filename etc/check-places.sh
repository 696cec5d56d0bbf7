#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# check-places.sh DIRECTORY...: checks, before anything is made, that a user other than root can
# create and fill each of them. Exits with 0, or with 1 and a line that says which one is not.
set -eu

fail() {
	echo "check-places.sh: $*" >&2
	exit 1
}

for place in "$@"; do
	case $place in /*) ;; *) fail "'$place' is not an absolute path" ;; esac
	at=$place
	until [ -e "$at" ]; do
		at=${at%/*}
		at=${at:-/}
	done
	[ -d "$at" ] || fail "$at is not a directory"
	[ -w "$at" ] || fail "$at is not yours to write; sudo make install, or name a place of yours" \
		"for $place, as for all else that it makes"
done
