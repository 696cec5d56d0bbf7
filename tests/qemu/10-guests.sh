# SPDX-License-Identifier: GPL-2.0-or-later
# Real guests under QEMU: a Linux kernel with a virtio device, attached as users do it.
. "$TOP/tests/qemu/guest.sh"

setup() {
	prepare_guests
	network_with_a_file 8000000
}

# What every guest must get: a lease, DNS, the gateway, and files whole, both ways.
USES_THE_NETWORK='
	lease
	server=$(resolve www.example.test)
	say resolved $server
	try ping-gateway ping -c 1 -W 30 $(cat /tmp/gateway)
	try fetch wget -q -O /tmp/file http://$server/file
	say sha256 $(sha256sum </tmp/file | cut -c -64)
	try send nc $server 99 </tmp/file
'

# Where the guest sends its file to.
serve_sink() {
	rm -f /tmp/sent
	in_ns inet socat -u TCP-LISTEN:99,bind=$SERVER,reuseaddr OPEN:/tmp/sent,creat &
	SINK=$!
}

expect_network_used() { # guest
	local sum
	await "$1" 60 'send ok'
	[[ $(told "$1" lease) =~ ^192\.168\.105\.([0-9]+)$ ]] || guest_fail "$1" "address '$(told "$1" lease)'"
	expect [ "${BASH_REMATCH[1]}" -ge 2 ]
	expect [ "${BASH_REMATCH[1]}" -le 254 ]
	expect [ "$(told "$1" resolved)" = $SERVER ]
	expect [ "$(told "$1" ping-gateway)" = ok ]
	sum=$(sha256sum </tmp/www/file)
	expect [ "$(told "$1" sha256)" = "${sum%% *}" ]
	wait_for 5 ended $SINK
	expect cmp /tmp/www/file /tmp/sent
}

# With the options that the daemon names, word by word.
test_guest_on_a_switch() {
	local options
	start_switch
	start_vmnet $SWITCH
	read -ra options < <(sed -n 's/.*ready: .*; QEMU: //p' $LOG)
	expect [ ${#options[@]} -ge 4 ]
	serve_sink
	boot a "$USES_THE_NETWORK" "${options[@]}"
	expect_network_used a
	await_end a 10
}

# A guest of both families: its own kernel makes the address from what we advertise.
test_guest_of_both_families() {
	topology6
	route6_static
	[ -e /proc/sys/net/ipv6/conf/all/force_forwarding ] || in_ns host sysctl -qw net.ipv6.conf.all.forwarding=1
	start_vmnet --user=$MACHINE_USER --vmnet-nat66-prefix=$PREFIX6 --mtu=1400
	boot a "
		lease
		for i in \$(seq 600); do
			! ip -6 addr show dev eth0 | grep -v tentative | grep -q 'inet6 fd12' || break
			usleep 100000
		done
		say slaac \$(ip -6 addr show dev eth0 | sed -n 's/.*inet6 \(fd12[^ ]*\).*/\1/p')
		say mtu6 \$(cat /proc/sys/net/ipv6/conf/eth0/mtu)
		try ping-gateway ping -6 -c 1 -W 30 ${PREFIX6}1
		try ping-outside ping -6 -c 3 -W 30 $SERVER6
		ip -6 route >/tmp/routes
		say route \$(grep ^default /tmp/routes)" \
		-netdev vde,id=net0,sock=/run/vde_vmnet/shared.ctl -device virtio-net-pci,netdev=net0
	await_end a 60
	[[ $(told a lease) =~ ^192\.168\.105\. ]] || guest_fail a "address '$(told a lease)'"
	[[ $(told a slaac) =~ ^${PREFIX6%:}[0-9a-f:]+/64$ ]] || guest_fail a "address '$(told a slaac)'"
	expect [ "$(told a mtu6)" = 1400 ]
	[[ $(told a route) == 'default via fe80::1 '* ]] || guest_fail a "route '$(told a route)'"
}

# The built-in switch, with a guest that takes the large MTU of the lease beside
# one that goes back to the usual. They use the network and each other.
test_guests_on_our_switch() {
	local name other sum
	start_vmnet --user=$MACHINE_USER --mtu=65520
	for name in a b; do
		[ $name = a ] && other=b || other=a
		boot $name "
			lease
			[ $name = a ] || ip link set eth0 mtu 1500
			try fetch wget -q -O /tmp/file http://$SERVER/file
			say sha256 \$(sha256sum </tmp/file | cut -c -64)
			for i in \$(seq 300); do
				address=\$(resolve $other.vmnet.internal)
				[ -z \"\$address\" ] || break
				usleep 200000
			done
			try ping-other ping -c 3 -i 0.2 -W 30 \$address
			mkdir /tmp/www
			mv /tmp/file /tmp/www
			httpd -h /tmp/www
			until wget -q -O /tmp/other http://\$address/file; do usleep 200000; done
			say from-other \$(sha256sum </tmp/other | cut -c -64)
			sleep 100" \
			-netdev vde,id=net0,sock=/run/vde_vmnet/shared.ctl \
			-device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0$name
	done
	sum=$(sha256sum </tmp/www/file)
	for name in a b; do
		await $name 60 'from-other'
		expect [ "$(told $name sha256)" = "${sum%% *}" ]
		expect [ "$(told $name from-other)" = "${sum%% *}" ]
	done
	expect [ "$(told a mtu)" = 65520 ]
}

# Without a switch. The next QEMU takes the place of one that was killed, which
# leaves its socket behind.
test_guests_point_to_point() {
	local options=(-netdev vde,id=net0,sock=ptp:///tmp/p2p -device)
	start_vmnet ptp:///tmp/p2p
	serve_sink
	boot a "$USES_THE_NETWORK sleep 100" "${options[@]}" virtio-net-pci,netdev=net0,mac=52:54:00:00:00:02
	expect_network_used a
	end "$(qemu_pid a)" -KILL
	serve_sink
	boot b "$USES_THE_NETWORK" "${options[@]}" virtio-net-pci,netdev=net0,mac=52:54:00:00:00:03
	expect_network_used b
	await_end b 10
}

# Guests a and b, which find each other by the name they gave to DHCP: \$address.
boot_pair() { # switch, what each does then, word in which it says that it is through
	local name other
	for name in a b; do
		[ $name = a ] && other=b || other=a
		boot $name "
			lease
			for i in \$(seq 300); do
				address=\$(resolve $other.vmnet.internal)
				[ -z \"\$address\" ] || break
				usleep 200000
			done
			say other \$address
			$2
			sleep 100" \
			-netdev vde,id=net0,sock="$1" -device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0$name
	done
	for name in a b; do await $name 60 "$3"; done
	expect [ "$(told a other)" = "$(told b lease)" ]
	expect [ "$(told b other)" = "$(told a lease)" ]
	refute [ "$(told a lease)" = "$(told b lease)" ]
}

test_guests_reach_each_other() {
	start_switch
	start_vmnet $SWITCH
	boot_pair $SWITCH 'try ping-other ping -c 3 -i 0.2 -W 30 $address' 'ping-other ok'
}

# Each knows the other's name, and that is all it has of it.
test_isolated_guests() {
	start_vmnet --user=$MACHINE_USER --isolated
	boot_pair /run/vde_vmnet/shared.ctl "
			try ping-gateway ping -c 1 -W 30 \$(cat /tmp/gateway)
			try ping-outside ping -c 1 -W 30 $SERVER
			! ping -c 2 -i 0.2 -W 1 \$address >/dev/null || finish failed: reached
			say alone yes" 'alone yes'
}

# A member of the group at stream://, with the words of the start, or with a socket that it was
# given; beside them a guest of VDE.
test_guests_on_a_stream() {
	local options sum name
	AS_USER=("${MEMBER[@]}")
	qemu-system-x86_64 -nographic -netdev help | grep -x stream >/dev/null || skip 'this QEMU has no -netdev stream'
	start_vmnet --user=daemon --vde-group=games stream:///tmp/vm.sock switch://$SWITCH
	read -ra options < <(sed -n 's/.*ready: .*; QEMU: //p' $LOG)
	expect [ ${#options[@]} = 4 ]
	serve_sink
	boot a "$USES_THE_NETWORK sleep 100" "${options[@]:0:3}" "${options[3]},mac=52:54:00:00:00:0a"
	expect_network_used a
	cat >/tmp/connected.py <<-'END'
		import os, socket, sys
		s = socket.socket(socket.AF_UNIX)
		s.connect(sys.argv[1])
		os.dup2(s.fileno(), 3)
		os.set_inheritable(3, True)
		os.execvp(sys.argv[2], sys.argv[2:])
	END
	serve_sink
	AS_USER+=(/usr/bin/python3 /tmp/connected.py /tmp/vm.sock)
	boot b "$USES_THE_NETWORK sleep 100" -netdev socket,id=net0,fd=3 -device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0b
	expect_network_used b
	AS_USER=("${AS_USER[@]:0:4}")
	boot c "
		lease
		for address in $(told a lease) $(told b lease); do try ping-\$address ping -c 3 -i 0.2 -W 30 \$address; done
		sleep 100" -netdev vde,id=net0,sock=$SWITCH -device virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0c
	await c 60 "ping-$(told b lease) ok"
	for name in a b c; do expect reaches host "$(told $name lease)"; done
	counters 9 >/tmp/counters
	refute grep -qE '[0-9] (error|too long|peer full)' /tmp/counters
	expect [ "$(grep -c 'stream:///tmp/vm.sock port [01] ' /tmp/counters)" = 2 ]
}

# It connects again, where this QEMU can (8.0, and by another word 9.2), though it was in the midst
# of a length or of a frame.
test_a_guest_on_a_stream_outlives_restarts() {
	local version again i sum
	version=$(qemu-system-x86_64 --version | sed -n 's/.* version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
	read -ra version <<<"$version"
	again=reconnect=1
	[ $((version[0] * 100 + version[1])) -lt 902 ] || again=reconnect-ms=100
	[ "${version[0]}" -ge 8 ] || skip 'this QEMU does not connect again'
	sum=$(sha256sum </tmp/www/file)
	start_vmnet --user=$MACHINE_USER stream:///tmp/vm.sock
	boot a "
		lease
		while true; do
			sum=\$(wget -T 5 -q -O - http://$SERVER/file | sha256sum)
			say fetched \$sum
		done" -netdev "stream,id=net0,server=off,addr.type=unix,addr.path=/tmp/vm.sock,$again" -device virtio-net-pci,netdev=net0
	for i in 1 2 3; do
		wait_for 30 fetched a "${sum%% *}" $((2 * i))
		end $VMNET -KILL
		start_vmnet --user=$MACHINE_USER stream:///tmp/vm.sock
	done
	wait_for 30 fetched a "${sum%% *}" 8
	expect reaches host "$(told a lease)"
}
fetched() { # guest sum times
	[ "$(serial "$1" | grep -c "^GUEST fetched $2")" -ge "$3" ]
}
