#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# check-prefix.sh PATH: checks that only root can replace PATH, or a program in the
# directory PATH, which need not exist yet. Root runs what is installed there, by
# sudo or as a service, so anybody who can write to it, or to a directory above it,
# can become root. Exits with 0, or with 1 and a line that says who and where.
set -eu

refuse() {
	echo "check-prefix.sh: $1: whoever can write there could replace a program that root runs" >&2
	exit 1
}

# Whether the group has no member but root, as Debian's staff on most machines.
group_is_empty() { # gid
	for member in $(getent group "$1" | cut -d: -f4 | tr , ' '); do
		[ "$member" = root ] || return 1
	done
	[ -z "$(getent passwd | awk -F: -v gid="$1" '$4 == gid && $3 != 0')" ]
}

# next: the entry in it that is used. In a sticky directory, others cannot move it if it is root's.
check_one() { # directory-or-file next
	set -- "$1" "$2" $(stat -c '%u %U %g %G %a' "$1")
	[ "$3" = 0 ] || refuse "$1 belongs to $4"
	mode=$((0$7))
	[ $((mode & 0022)) != 0 ] || return 0
	if [ $((mode & 01000)) != 0 ] && [ -n "$2" ] && [ "$(stat -c %u "$2")" = 0 ]; then
		return 0
	fi
	[ $((mode & 0002)) = 0 ] || refuse "everybody can write to $1"
	group_is_empty "$5" || refuse "the group $6 can write to $1"
}

# Checks every directory on the path, and on the path of every symbolic link.
check() { # absolute path
	at=/ rest=$1 links=0
	while [ -n "$rest" ]; do
		name=${rest%%/*}
		case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
		next=${at%/}/$name
		case $name in
		'' | .) continue ;;
		..)
			at=${at%/*}
			at=${at:-/}
			continue
			;;
		esac
		if [ -L "$next" ]; then
			check_one "$at" "$next"
			links=$((links + 1))
			[ $links -le 40 ] || refuse "too many links on the way to $1"
			rest=$(readlink "$next")/$rest
			case $rest in /*) at=/ ;; esac
		elif [ -d "$next" ]; then
			check_one "$at" "$next"
			at=$next
		elif [ -f "$next" ] && [ -z "$rest" ]; then
			check_one "$at" "$next"
			at=$next
		else # root will create the rest
			[ ! -e "$next" ] || refuse "$next is not a directory"
			break
		fi
	done
	check_one "$at" ''
}

case ${1:-} in
/*) check "$1" ;;
*)
	echo "check-prefix.sh: '${1:-}' is not an absolute path" >&2
	exit 1
	;;
esac
