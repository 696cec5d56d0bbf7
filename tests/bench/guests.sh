# SPDX-License-Identifier: GPL-2.0-or-later
# Guests of an instance: the measured one, another that is busy, and bystanders.

# The guest end of the bench at a socket, as the guest of a namespace. NS KIND LOCATOR ADDRESS [GATEWAY]
plug_in() {
	in_ns "$1" "$TOOLS/guestend" $MACHINE_USER "$2" "$3" eth0 "$MTU" >"$D/$1" 2>&1 &
	wait_for 5 grep -q ready "$D/$1" || {
		cat "$D/$1" >&2
		return 1
	}
	ip -n "$1" link set eth0 mtu "$MTU" up
	ip -n "$1" addr add "$4/24" dev eth0
	[ -z "${5:-}" ] || ip -n "$1" route add default via "$5"
}

# The same at a TAP. NS ask|name PATH|TAP ADDRESS [GATEWAY]
plug_in_tap() {
	local mac
	in_ns "$H" "$TOOLS/tapend" $MACHINE_USER "/run/netns/$1" eth0 "$2" "$3" >"$D/$1" 2>&1 &
	wait_for 5 grep -q ready "$D/$1" || {
		cat "$D/$1" >&2
		return 1
	}
	mac=$(cut -d' ' -f2 "$D/$1")
	[ "$mac" = - ] || ip -n "$1" link set eth0 address "$mac"
	ip -n "$1" link set eth0 mtu "$MTU" up
	ip -n "$1" addr add "$4/24" dev eth0
	[ -z "${5:-}" ] || ip -n "$1" route add default via "$5"
}

# The measured guest: the guest end, or QEMU. KIND LOCATOR [ADDRESS [GATEWAY]]
attach() {
	local address=${3:-$GUEST_IP} gateway=${4:-}
	if [ -z "$QEMU" ]; then
		case $1 in
		ask | name) plug_in_tap "$G" "$1" "$2" "$address" "$gateway" ;;
		*) plug_in "$G" "$1" "$2" "$address" "$gateway" ;;
		esac
		return
	fi
	case $1 in
	ask) boot 'tap,id=net0,fd={fd}' "$address" "$gateway" tests/net/tapclient.py "$2" -- ;;
	name) boot "tap,id=net0,ifname=$2,script=no,downscript=no" "$address" "$gateway" ;;
	vde) boot "vde,id=net0,sock=$2" "$address" "$gateway" ;;
	stream) boot "stream,id=net0,server=off,addr.type=unix,addr.path=$2" "$address" "$gateway" ;;
	*) boot "$2" "$address" "$gateway" ;;
	esac
}

# A guest of tests/qemu with "stream" as its only program. NETDEV ADDRESS GATEWAY [COMMAND...]: which
# executes QEMU, and says what {mac} is.
# (Without fast string instructions: those are what TCG is slowest at, a third.)
boot() {
	local guest=build/guest mac=
	[ $# = 3 ] || mac=',mac={mac}'
	[ -s $guest/initrd ] || {
		echo "no $guest; make it with tests/qemu/make-guest"
		return 1
	}
	mkdir "$D/root"
	cp "$TOOLS/stream" "$D/root"
	cat >"$D/root/test.sh" <<-SCRIPT
		ip link set eth0 mtu $MTU
		ip addr add $2/24 dev eth0
		[ -z "$3" ] || ip route add default via $3
		say up
		/stream guest $ADDRESS 7009
	SCRIPT
	{
		cat $guest/initrd
		(cd "$D/root" && find . | cpio --quiet -o -H newc -R 0:0)
	} >"$D/initrd"
	install -m 644 $guest/vmlinuz "$D/vmlinuz" # the user may not see the tree
	ip netns exec "$H" "${@:4}" "${AS_USER[@]}" qemu-system-x86_64 -accel tcg -cpu max,-erms,-fsrm -m 256 \
		-nodefaults -nographic -no-reboot -serial "file:$D/serial" -kernel "$D/vmlinuz" -initrd "$D/initrd" \
		-append "console=ttyS0 loglevel=1 panic=-1 name=$NAME" -global virtio-net-pci.romfile= \
		-netdev "$1" -device "virtio-net-pci,netdev=net0$([ "$MTU" = 1500 ] || echo ",host_mtu=$MTU")$mac" \
		>"$D/qemu" 2>&1 </dev/null &
	wait_for 40 grep -q 'GUEST up' "$D/serial" || {
		tail -n 3 "$D/qemu" "$D/serial" >&2
		return 1
	}
}

# A second guest that can be as busy as the first, in a namespace of its own.
attach_other() {
	make_ns "$G-2"
	plug_in "$G-2" vde "$LOCATOR" $OTHER_IP
}

# Guests that send nothing. N reading|stalled [ADDRESS]
attach_bystanders() {
	"$TOOLS/bystanders" $MACHINE_USER "$LOCATOR" "$@" >"$D/bystanders" 2>&1 &
	wait_for 5 grep -q ready "$D/bystanders" || {
		cat "$D/bystanders" >&2
		return 1
	}
}

# One guest that reads or not, to which the host can send datagrams. reading|stalled
attach_beside() {
	attach_bystanders 1 "$1" $BYSTANDER_IP || return
	in_ns "$H" ip neigh replace $BYSTANDER_IP lladdr "$(cut -d' ' -f2 "$D/bystanders")" nud permanent \
		dev "$(ip -n "$H" -o route get $BYSTANDER_IP | sed 's/.* dev \([^ ]*\).*/\1/')"
}

# What an instance's name has behind its "+".
attach_more() { # N | guest | reading | stalled, or a kind of askers
	case $1 in
	guest) attach_other ;;
	reading | stalled) attach_beside "$1" ;;
	[0-9]*) attach_bystanders "$1" reading ;;
	*) attach_bystanders 64 reading ;; # ports to ask for; the askers come with the measure
	esac
}
