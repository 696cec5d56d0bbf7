# SPDX-License-Identifier: GPL-2.0-or-later
# What tests of vde_vmnetctl share. Each has a function ctl, which runs it: what it says is in
# /tmp/out and /tmp/err.

CTL=${PROGRAM}ctl
RUNDIR=/run/vde_vmnet

ends_with() { # status ctl's-arguments...
	local status=0
	ctl "${@:2}" || status=$?
	[ $status = "$1" ] || fail "${*:2}: status $status, not $1: $(head -qc 1000 /tmp/err /tmp/out)"
	# What went wrong is a line.
	[ "$(wc -l </tmp/err)" = $(($1 != 0)) ] || fail "${*:2} says: $(cat /tmp/err)"
}
says() { grep -qE -- "$1" /tmp/out || fail "$(cat /tmp/out) has no $1"; }
complains() { grep -qE -- "$1" /tmp/err || fail "$(cat /tmp/err) has no $1"; }

# A FAKE of a network (fakecontrol.py), with the group bin; its pid is $FAKE.
fake() { # name [behaviour]
	rm -f "$RUNDIR/$1.control" "$RUNDIR/$1.control.ready"
	python3 "$TOP/tests/net/fakecontrol.py" "$RUNDIR/$1.control" "${2:-normal}" &
	FAKE=$!
	wait_for 5 test -e "$RUNDIR/$1.control.ready"
	chgrp bin "$RUNDIR/$1.control"
}
