#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# up.sh PROGRAM [OPTION]...: a shared network on a vde_switch of its own, until
# Ctrl-C. The switch runs as the user who called sudo, so that this user's
# emulators reach it. What `make up` runs, as root.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
directory=/run/vde_vmnet-up # in a place where nobody but root can put a link
program=$1
shift
user=${SUDO_USER:-nobody}
[ "$user" != root ] || user=nobody

[ "$(id -u)" = 0 ] || { echo "up.sh: only root can make a network; use: sudo make up" >&2; exit 3; }
mkdir -p "$directory"
exec {lock}<"$directory" # the switch inherits it, so one that is left over counts too
flock -n $lock || { echo "up.sh: 'make up' is running already" >&2; exit 3; }
rm -rf "$directory"/switch
chown "$user:" "$directory"

stop() {
	trap '' INT TERM HUP
	[ -z "${daemon:-}" ] || { kill "$daemon"; wait "$daemon"; } 2>/dev/null || true
	[ -z "${switch:-}" ] || { kill "$switch"; wait "$switch"; } 2>/dev/null || true
	rm -rf "$directory"
}
trap stop EXIT
trap 'exit 0' INT TERM HUP

# It ends at the end of its input, so give it one that never ends. Both in sessions
# of their own: Ctrl-C reaches this script alone, which stops them in order.
exec {input}<> <(:)
setsid setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups \
	vde_switch -s "$directory/switch" <&$input >/dev/null &
switch=$!
setsid "$program" --user="$user" "$@" "$directory/switch" {input}>&- {lock}>&- &
daemon=$!
wait "$daemon"
