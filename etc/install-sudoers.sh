#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# install-sudoers.sh EXAMPLE TARGET PROGRAM GROUP INTERFACE: installs EXAMPLE as
# TARGET, with these names filled in. A sudoers file with an error can lock
# everybody out of sudo, so it is first checked next to TARGET, under a name that
# sudo ignores because of its dots, and then renamed.
set -eu
PATH=$PATH:/usr/sbin:/sbin
example=$1 target=$2 program=$3 group=$4 interface=$5

fail() {
	echo "install-sudoers.sh: $1" >&2
	exit 1
}

# Keeps out wildcards, blanks and whatever else has a meaning in sudoers(5).
plain() { case $2 in '' | *[!A-Za-z0-9/._-]* | -*) fail "$1='$2': use letters, digits, dots, underscores, hyphens" ;; esac }
plain PROGRAM "$program"
plain SUDOERS_GROUP "$group"
plain SUDOERS_INTERFACE "$interface"
command -v visudo >/dev/null || fail "visudo is not installed; install the package sudo"

umask 077
new=${target%/*}/.${target##*/}.new
trap 'rm -f "$new"' EXIT
sed -e "/^#/!s,/usr/local/sbin/vde_vmnet,$program,; /^#/!s,interface=br0,interface=$interface," \
	-e "s,^%vde-vmnet ,%$group ," "$example" >"$new"
chmod 440 "$new"
visudo -cqf "$new" || fail "visudo does not take it; $target is as it was"
mv -f "$new" "$target"
