# SPDX-License-Identifier: GPL-2.0-or-later
# Guests that have a TAP by vde_vmnet-bridge-helper, beside one of a switch: of QEMU, and of libvirt in
# session mode, both run by the unprivileged user.
. "$TOP/tests/qemu/guest.sh"

HELPER=$PROGRAM-bridge-helper
setup() {
	prepare_guests
	network_with_a_file 1000000
	start_vmnet switch:///tmp/our.ctl tap://
	guest g1 /tmp/our.ctl
	lease g1
}

# What a guest does, who then stays until the other has reached it.
talk() { # NAME-OF-THE-OTHER
	cat <<-END
		lease
		server=\$(resolve www.example.test)
		try gateway ping -c 1 -W 30 \$(cat /tmp/gateway)
		try neighbour ping -c 1 -W 30 $(leased g1 ip)
		try fetch wget -q -O /tmp/file http://\$server/file
		say sha256 \$(sha256sum </tmp/file | cut -c -64)
		until other=\$(resolve $1.vmnet.internal); [ -n "\$other" ]; do sleep 1; done
		try other ping -c 1 -W 30 \$other
		while :; do sleep 1; done
	END
}
no_tap() { ! ip -n host -o link | grep ' vmnettap'; }

test_bridge_and_tap() {
	local sum name
	boot a "$(talk b)" -netdev "bridge,id=net0,br=shared,helper=$HELPER --mac=52:54:00:00:00:0a" \
		-device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0a
	boot b "$(talk a)" -netdev "tap,id=net0,br=vmnet-shared,helper=$HELPER" -device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0b
	sum=$(sha256sum </tmp/www/file)
	for name in a b; do
		await $name 60 'other ok'
		expect [ "$(told $name sha256)" = "${sum%% *}" ]
		expect reaches g1 "$(told $name lease)"
	done
	expect log_has "vmnettap[0-9]+ for uid $(id -u $MACHINE_USER) .* whose guest is 52:54:00:00:00:0a"
	expect log_has "vmnettap[0-9]+ for uid $(id -u $MACHINE_USER) .* whose guest brings its own MAC address"
	expect log_has 'vmnettap[0-9]+: its guest has the MAC address 52:54:00:00:00:0b'
	kill "$(qemu_pid a)" "$(qemu_pid b)"
	wait_for 5 no_tap
}

# Without a blank in the helper's string, there is no shell; and what it says is shown.
test_called_without_a_shell() {
	boot a "$(talk a)" -netdev "bridge,id=net0,br=shared/52:54:00:00:00:0a,helper=$HELPER" \
		-device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0a
	await a 60 'lease'
	expect reaches g1 "$(told a lease)"
	boot b "$(talk a)" -netdev "bridge,id=net0,br=gone,helper=$HELPER" -device virtio-net-pci,netdev=net0
	wait_for 10 ended "$(qemu_pid b)"
	expect grep -q "^vde_vmnet-bridge-helper: there is no network 'gone' here" /tmp/b.qemu
}

# ---- libvirt ----

SESSION=/tmp/session
virsh() { in_ns host "${AS_SESSION[@]}" virsh -q -c "qemu:///session?socket=$SESSION/run/libvirt/libvirt-sock" "$@"; }
start_session() {
	local daemon
	daemon=$(command -v libvirtd) || skip 'no libvirtd here'
	install -d -m 700 -o $MACHINE_USER $SESSION $SESSION/run $SESSION/config $SESSION/config/libvirt
	AS_SESSION=("${AS_USER[@]}" env -i PATH="$PATH" HOME=$SESSION XDG_RUNTIME_DIR=$SESSION/run XDG_CONFIG_HOME=$SESSION/config
		XDG_CACHE_HOME=$SESSION/cache)
	printf 'bridge_helper = "%s"\nstdio_handler = "file"\n' "$HELPER" >$SESSION/config/libvirt/qemu.conf
	ip netns exec host "${AS_SESSION[@]}" "$daemon" >/tmp/libvirtd.log 2>&1 </dev/null &
	SESSION_PID=$!
	wait_for 30 virsh list
}
domain() { # NAME MAC BRIDGE SCRIPT
	make_initrd "$1" "$4"
	cat <<-END
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>256</memory>
		  <os>
		    <type arch='x86_64' machine='pc'>hvm</type>
		    <kernel>/tmp/guest.vmlinuz</kernel>
		    <initrd>/tmp/$1.initrd</initrd>
		    <cmdline>console=ttyS0 loglevel=1 panic=-1 no_timer_check name=$1</cmdline>
		  </os>
		  <features><acpi/></features>
		  <cpu mode='maximum'/>
		  <on_reboot>destroy</on_reboot>
		  <devices>
		    <controller type='usb' model='none'/>
		    <serial type='file'><source path='/tmp/$1.serial'/></serial>
		    <interface type='bridge'>
		      <mac address='$2'/>
		      <source bridge='$3'/>
		      <model type='virtio'/>
		      <rom enabled='no'/>
		    </interface>
		    <memballoon model='none'/>
		  </devices>
		</domain>
	END
}
has_said() { serial "$1" | grep "^GUEST $2" >/dev/null; }

test_libvirt_in_session_mode() {
	local sum
	start_session
	domain a 52:54:00:00:00:0a "${1:-shared}" "$(talk a)" >/tmp/a.xml
	virsh create --validate /tmp/a.xml || fail "$(cat /tmp/libvirtd.log $SESSION/cache/libvirt/qemu/log/a.log)"
	wait_for 60 has_said a 'other ok'
	sum=$(sha256sum </tmp/www/file)
	expect [ "$(told a sha256)" = "${sum%% *}" ]
	expect reaches g1 "$(told a lease)"
	expect log_has "vmnettap[0-9]+ for uid $(id -u $MACHINE_USER) .* whose guest (is 52:54:00:00:00:0a|brings its own MAC address)"
	expect log_has 'vmnettap[0-9]+.* guest (is|has the MAC address) 52:54:00:00:00:0a'
	virsh domiflist a
	virsh destroy a
	wait_for 5 no_tap
	# What the helper says is what virsh and virt-manager show.
	domain b 52:54:00:00:00:0b gone "$(talk a)" >/tmp/b.xml
	! virsh create /tmp/b.xml 2>/tmp/said || fail 'a network that is not there'
	wait_for 10 says_why
	cat /tmp/said
	kill $SESSION_PID
	wait_for 10 ended $SESSION_PID
}
# Now and then libvirt shows nothing of it, whoever wrote it in time: it is asked again.
says_why() {
	! virsh create /tmp/b.xml 2>/tmp/said
	grep -q "vde_vmnet-bridge-helper: there is no network 'gone' here" /tmp/said
}
test_libvirt_says_the_address() { test_libvirt_in_session_mode shared/52:54:00:00:00:0a; }
