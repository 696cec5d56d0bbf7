# SPDX-License-Identifier: GPL-2.0-or-later
# Guests under QEMU, started by a member of the group with vde_vmnetctl run in every way, together on
# one network.
. "$TOP/tests/qemu/guest.sh"

setup() {
	prepare_guests
	topology
	install -m 755 "${PROGRAM}ctl" /tmp/vde_vmnetctl
	ln -s vde_vmnetctl /tmp/socket_vmnet_client
}
has_types() { # type…
	local type
	qemu-system-x86_64 -M none -display none -netdev help >/tmp/types 2>/dev/null
	for type; do grep -x "$type" /tmp/types >/dev/null || skip "this QEMU has no -netdev $type"; done
}

# Guest NAME, by such words before QEMU's: what it has is told, then it asks what the host says.
REACHES='
	lease
	try gateway ping -c 1 -W 30 $(cat /tmp/gateway)
	try outside ping -c 1 -W 30 '"$SERVER"'
	say up
	sleep 1000'
start() { # name words… QEMU options…
	local name=$1 words=()
	shift
	while [ "$1" != QEMU ]; do
		words+=("$1")
		shift
	done
	shift
	AS_USER=("${MEMBER[@]}" "${words[@]}")
	boot "$name" "$REACHES" "$@"
}
expect_on() { # kind port-kinds-of-guests…
	ip netns exec host "${MEMBER[@]}" /tmp/vde_vmnetctl --json ports >/tmp/ports
	jq -r '.[].kind' /tmp/ports | sort >/tmp/kinds
	printf '%s\n' "$@" | sort | diff - /tmp/kinds || fail "< expected, > $(cat /tmp/ports)"
}

test_guests_of_all_ways_reach_each_other() {
	local run=(/tmp/vde_vmnetctl run) netdev=(-netdev '{netdev},id=net0') name other addresses
	local device=(-device 'virtio-net-pci,netdev=net0,mac={mac}')
	has_types socket tap vde
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH stream:///tmp/vm.sock tap://
	start any "${run[@]}" -- QEMU "${netdev[@]}" "${device[@]}"
	start tap "${run[@]}" --via=tap --mac=52:54:00:00:00:02 -- QEMU -netdev 'tap,id=net0,fd={fd}' -device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:02
	start stream "${run[@]}" --via=stream -- QEMU "${netdev[@]}" "${device[@]}"
	start vde "${run[@]}" --via=vde -- QEMU "${netdev[@]}" "${device[@]}"
	start link /tmp/socket_vmnet_client /tmp/vm.sock QEMU -netdev socket,id=net0,fd=3 -device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:03
	for name in any tap stream vde link; do
		await $name 120 up
		expect reaches host "$(told $name lease)"
		addresses+=" $(told $name lease)"
	done
	expect [ "$(wc -w <<<"$(printf '%s\n' $addresses | sort -u | xargs)")" = 5 ]
	# It is QEMU itself that the others see.
	expect [ "$(cat /proc/"$(qemu_pid stream)"/comm)" = qemu-system-x86 ]
	expect [ "$(ip -n host -o link | grep -c ' vmnettap')" = 2 ]
	expect_on guest-tap guest-tap tap stream stream switch
	# Another, to each of them.
	AS_USER=("${MEMBER[@]}" "${run[@]}" --network=shared --)
	boot last "
		lease
		for address in$addresses; do try ping-\$address ping -c 3 -i 0.2 -W 30 \$address; done
	" "${netdev[@]}" "${device[@]}"
	await_end last 120
	for other in $addresses; do expect [ "$(told last "ping-$other")" = ok ]; done
}

# Its end is the end of what was called.
test_signals_and_exit_status() {
	local status=0
	start_vmnet --user=daemon --vde-group=games stream:///tmp/vm.sock
	start a /tmp/vde_vmnetctl run -- QEMU -netdev '{netdev},id=net0' -device 'virtio-net-pci,netdev=net0,mac={mac}'
	await a 120 up
	kill -KILL "$(qemu_pid a)"
	wait "$(qemu_pid a)" || status=$?
	expect [ $status = 137 ]
	status=0
	ip netns exec host "${MEMBER[@]}" /tmp/vde_vmnetctl run -- qemu-system-x86_64 -display none -netdev '{netdev},id=net0' \
		-device no-such-device 2>/tmp/err || status=$?
	expect [ $status = 1 ]
	expect grep no-such-device /tmp/err
}
