# SPDX-License-Identifier: GPL-2.0-or-later
# Those who come to a network's control socket, in tests of who may do what:
#
#   owner     the worker's user         daemon: changes
#   changer   in --control-group        bin, with the group tape: changes
#   reader    in the network's group    sys, with the group games: asks; guests are his
#   outsider  in neither                nobody: cannot connect

CONTROL=/run/vde_vmnet/shared.control
GAMES=$(getent group games | cut -d: -f3)
# As a prefix, so that $! of a background command is the command itself.
ROOT=(env)
OWNER=(setpriv --reuid=daemon --regid=daemon --clear-groups)
CHANGER=(setpriv --reuid=bin --regid=bin --groups="$(getent group tape | cut -d: -f3)")
READER=(setpriv --reuid=sys --regid=sys --groups="$GAMES")
OUTSIDER=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
MACHINE_USER=sys
AS_USER=("${READER[@]}")

start_ours() {
	start_vmnet --user=daemon --vde-group=games --control-group=tape --vmnet-nat66-prefix=$PREFIX6 "$@" switch://$SWITCH
}
as() { # who control.py's-arguments...
	local options="${1^^}[@]"
	"${!options}" /usr/bin/python3 tests/net/control.py $CONTROL "${@:2}"
}
ctl() { # who vde_vmnetctl's-arguments...
	local options="${1^^}[@]"
	in_ns host "${!options}" "${PROGRAM}ctl" "${@:2}" >/tmp/out 2>/tmp/err
}
