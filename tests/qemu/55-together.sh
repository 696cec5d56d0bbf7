# SPDX-License-Identifier: GPL-2.0-or-later
# One network with a guest at every cable, under QEMU and User Mode Linux, all started by a member of
# the group: each reaches each, and the outside.
. "$TOP/tests/qemu/guest.sh"
. "$TOP/tests/qemu/uml.sh"

setup() {
	prepare_uml
	prepare_guests
	topology
	install -m 755 "${PROGRAM}ctl" /tmp/vde_vmnetctl
	AS_USER=("${MEMBER[@]}")
}

# What there is of them here, so that each knows whom to reach.
NAMES=(vde stream fd tap)
has() { ! "$UML" --showconfig | grep "^CONFIG_UML_NET_$1=y" >/dev/null || NAMES+=("$2"); } # CONFIG name

mac_of() { echo "52:54:00:00:00:5$1"; }  # number
address_of() { echo "192.168.105.5$1"; } # number

# It has its MTU from DHCP, as far as its device can, and waits for the others to be up.
reaches_all() { # number
	local number
	cat <<-'SCRIPT'
		lease
		reach() { # what address [options of ping]
			until ping -c 1 -W 2 "$2" >/dev/null 2>&1; do :; done
			try "$1" ping -c 3 -i 0.2 -W 30 ${3:-} ${4:-} "$2"
		}
		mtu=$(cat /sys/class/net/eth0/mtu)
		reach gateway $(cat /tmp/gateway) -s $((mtu - 28))
	SCRIPT
	echo "reach outside $SERVER -s 1472"
	for number in "${!NAMES[@]}"; do
		[ "$number" = "$1" ] || echo "reach ${NAMES[number]} $(address_of "$number")"
	done
	echo 'say reached; sleep 1000'
}
boot_qemu() { # number command of which {netdev} or {fd} is replaced… QEMU -netdev VALUE
	local number=$1 script
	local -a AS_USER=("${AS_USER[@]}")
	shift
	while [ "$1" != QEMU ]; do
		AS_USER+=("$1")
		shift
	done
	shift
	script=$(reaches_all "$number")
	boot "${NAMES[number]}" "$script" "$@" -device virtio-net-pci,netdev=net0,mac="$(mac_of "$number")"
}

test_each_reaches_each() {
	local number name other words reservations=() run=(/tmp/vde_vmnetctl run)
	qemu-system-x86_64 -M none -display none -netdev help >/tmp/types 2>/dev/null
	for name in vde stream socket tap; do grep -x $name /tmp/types >/dev/null || skip "this QEMU has no -netdev $name"; done
	has DAEMON daemon
	has VECTOR bess
	has VDE umlvde # Debian 12's
	for number in "${!NAMES[@]}"; do
		reservations+=("--dhcp-host=$(mac_of "$number"),$(address_of "$number")")
	done
	start_vmnet --user=daemon --vde-group=games --mtu=4000 --vmnet-gateway=192.168.105.1 "${reservations[@]}" switch://$SWITCH stream:///tmp/vm.sock seqpacket:///tmp/uml.sock tap://
	for number in "${!NAMES[@]}"; do
		case ${NAMES[number]} in
		vde) boot_qemu "$number" QEMU -netdev vde,id=net0,sock=$SWITCH ;;
		stream) boot_qemu "$number" QEMU -netdev stream,id=net0,server=off,addr.type=unix,addr.path=/tmp/vm.sock ;;
		fd) boot_qemu "$number" "${run[@]}" --via=stream -- QEMU -netdev 'socket,id=net0,fd={fd}' ;;
		tap) boot_qemu "$number" "${run[@]}" --via=tap --mac="$(mac_of "$number")" -- QEMU -netdev 'tap,id=net0,fd={fd}' ;;
		daemon) boot_uml daemon "$(reaches_all "$number")" eth0=daemon,"$(mac_of "$number")",unix,$SWITCH/ctl ;;
		bess) boot_uml bess "$(reaches_all "$number")" vec0:transport=bess,dst=/tmp/uml.sock,mac="$(mac_of "$number")" ;;
		umlvde) boot_uml umlvde "$(reaches_all "$number")" eth0=vde,$SWITCH,"$(mac_of "$number")" ;;
		esac
	done
	for number in "${!NAMES[@]}"; do
		name=${NAMES[number]}
		await "$name" 200 reached
		expect [ "$(told "$name" lease)" = "$(address_of "$number")" ]
		words=(gateway outside "${NAMES[@]}")
		for other in "${words[@]}"; do
			[ "$other" = "$name" ] || expect [ "$(told "$name" "$other")" = ok ]
		done
		expect reaches host "$(address_of "$number")"
		echo "$name: MTU $(told "$name" mtu)"
	done
	for name in vde stream fd tap; do expect [ "$(told $name mtu)" = 4000 ]; done
}
