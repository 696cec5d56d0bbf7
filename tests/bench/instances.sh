# SPDX-License-Identifier: GPL-2.0-or-later
# What is measured: an instance is CONTENDER[/MTU][+MORE], MORE as attach_more() has it,
# or qemu:CONTENDER with a real guest. It is started when it is first needed, and runs
# until the end.
declare -A HELPERS_OF=() ADDRESS_OF=() NS_OF=() WHY=()
NS_OF[floor]=none # is none: a loop on a socket

start_parts() { # INSTANCE
	local contender=${1#qemu:}
	"start_${contender%%[/+]*}" || return
	[[ $1 != *+* ]] || attach_more "${1#*+}" || return
	serve
	[ -n "$QEMU" ] || wait_for 5 in_ns "$G" "$TOOLS/rr" ask "$ADDRESS" 7007 0.01
}

# One that fails to start is not measured, and it is said why.
start_instance() {
	NAME=b${#WHY[@]} MTU=1500 ADDRESS=$HOST_IP HELPERS='' LOCATOR='' QEMU=''
	[[ $1 != qemu:* ]] || QEMU=1
	[[ $1 != */* ]] || { MTU=${1#*/} && MTU=${MTU%+*}; }
	H=h-$NAME G=g-$NAME O=o-$NAME D=/tmp/$NAME
	WHY[$1]=
	make_place
	if start_parts "$1" >"$D/start" 2>&1; then
		HELPERS_OF[$1]=$HELPERS ADDRESS_OF[$1]=$ADDRESS NS_OF[$1]=$NAME
	else
		WHY[$1]=$(tail -n 1 "$D/start" | tr '\t' ' ')
		WHY[$1]=${WHY[$1]:-does not start}
		echo "bench: $1 cannot be had: ${WHY[$1]}" >&2
	fi
}

can() { # INSTANCE
	[ -n "${NS_OF[$1]+yes}${WHY[$1]+yes}" ] || start_instance "$1"
	[ -n "${NS_OF[$1]:-}" ]
}
