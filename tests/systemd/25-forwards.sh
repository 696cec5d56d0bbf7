# SPDX-License-Identifier: GPL-2.0-or-later
# Forwarded ports of a service: its unit lets it listen at low ports, and start a forwarder.
. "$TOP/tests/systemd/machine.sh"
. "$TOP/tests/net/ports.sh"

setup() {
	topology
	boot_machine
	install_machine
}

test_a_service_forwards_from_inside_and_outside() {
	cat >>$MACHINE/root/etc/vde_vmnet/shared.conf <<-END
		vmnet-gateway=$GATEWAY
		hostfwd=tcp::80-192.168.105.9:22
		hostfwd=udp::80-192.168.105.9:22
	END
	expect on_machine systemctl start vde_vmnet@shared
	guest g1
	static_address g1 9
	serve g1 22
	wait_for 5 reaches g1 $GATEWAY
	local proto address
	for proto in tcp udp; do
		for address in 127.0.0.1 $HOST; do expect sees "$GATEWAY 22" host $proto $address 80 20000; done
		expect sees "$OUTSIDE 22" inet $proto $HOST 80
	done
	expect [ "$(members | wc -w)" = 5 ] # with watcher and forwarder
	expect [ "$(awk '/^Seccomp:/ {print $2}' /proc/"$(member vde_vmnet-forwarder)"/status)" = 2 ]
	refute journal_has 'error|warning|cannot|denied|Permission'
	expect on_machine systemctl stop vde_vmnet@shared
	expect [ "$(service Result)" = success ]
	expect closed host tcp 127.0.0.1 80
}
