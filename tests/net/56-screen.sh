# SPDX-License-Identifier: GPL-2.0-or-later
# What a person at a terminal sees, and what files, pipes and the journal are given instead.

# As at a terminal; what it shows is in $LOG, with each line's return taken away.
start_at_terminal() { # [VARIABLE=VALUE...] -- arguments...
	local environment=(TERM=xterm)
	while [ "$1" != -- ]; do
		environment+=("$1")
		shift
	done
	shift
	rm -f /tmp/typescript
	in_ns host env "${environment[@]}" script -qefc "$PROGRAM $*" /tmp/typescript </dev/null >/dev/null &
	VMNET=$!
	wait_for 15 shows 'Ctrl-C here'
}
shows() { tr -d '\r' </tmp/typescript | grep -E -- "$1" >/dev/null; }
stop_at_terminal() {
	pkill -INT -P $VMNET
	wait_for 5 ended $VMNET
}

test_a_terminal_shows_a_block() {
	topology
	start_at_terminal NO_COLOR=1 -- --vmnet-mode=shared switch:///tmp/our.ctl
	expect shows '^The network "shared" is ready\.$'
	expect shows '^  Host     192\.168\.105\.1 and fd[0-9a-f:]*::1, on vmnet-shared$'
	expect shows '^  Guests   192\.168\.105\.2 to 192\.168\.105\.254 by DHCP, IPv6, DNS$'
	expect shows '^qemu-system-x86_64 -netdev vde,id=net0,sock=/tmp/our\.ctl -device virtio-net-pci,netdev=net0$'
	expect shows "^  Look     ${PROGRAM%/*}/vde_vmnetctl$"
	# Instead of the lines for machines, and without what dnsmasq tells at every start.
	refute shows 'ready: '
	refute shows 'dnsmasq'
	refute shows $'\e'
	stop_at_terminal
}

test_it_is_in_colour() {
	topology
	start_at_terminal -- --vmnet-mode=host switch:///tmp/our.ctl
	expect shows $'\e\\[1mThe network "host" is ready\\.\e\\[0m'
	expect shows 'they reach the host, but nothing outside'
	stop_at_terminal
	start_at_terminal TERM=dumb -- --vmnet-mode=host switch:///tmp/our.ctl
	refute shows $'\e'
	stop_at_terminal
}

test_what_is_not_there_is_named() {
	topology
	ip -n host route flush default
	start_at_terminal NO_COLOR=1 -- switch:///tmp/our.ctl switch:///tmp/other.ctl
	expect shows '^  Warning  the host has no default route; guests get out once it has one$'
	expect shows '^  Also at  switch:///tmp/other\.ctl$'
	stop_at_terminal
}

# There QEMU cannot attach by itself.
test_a_tap_is_attached_to_by_vde_vmnetctl() {
	topology
	start_at_terminal NO_COLOR=1 -- --name=lab tap://
	expect shows '^  At       tap:///run/vde_vmnet/lab\.tap$'
	expect shows '^  Attach   in another terminal, without sudo'
	expect shows "^${PROGRAM%/*}/vde_vmnetctl run -- qemu-system-x86_64 -netdev \{netdev\},id=net0 -device virtio-net-pci,netdev=net0,mac=\{mac\}\$"
	stop_at_terminal
}

test_levels_above_info_show_none() {
	topology
	in_ns host env TERM=xterm script -qefc "$PROGRAM --log-level=warning switch:///tmp/our.ctl" /tmp/typescript </dev/null >/dev/null &
	VMNET=$!
	wait_for 15 test -S /tmp/our.ctl/ctl
	wait_for 15 in_ns host "${PROGRAM%/*}/vde_vmnetctl" status
	refute shows 'is ready'
	stop_at_terminal
}

test_chatter_of_dnsmasq_is_for_debug() {
	topology
	start_vmnet switch:///tmp/our.ctl
	refute log_has 'dnsmasq'
	stop_vmnet
	start_vmnet --log-level=debug switch:///tmp/our.ctl
	expect log_has 'debug: dnsmasq: started, version'
	refute log_has 'warning: dnsmasq'
	stop_vmnet
}

# It has no way to the terminal or the journal of its own, and its last words are there first.
test_what_dnsmasq_dies_of_is_told() {
	topology
	own_system
	cat >/usr/sbin/dnsmasq <<-'END'
		#!/bin/sh
		echo "dnsmasq[$$]: started, version 2.90 cachesize 150" >&2
		printf 'dnsmasq: cannot \033[2Jread that\n' >&2
		exit 3
	END
	launch_vmnet switch:///tmp/our.ctl
	wait_for 5 ended $VMNET
	expect log_has '^vde_vmnet: warning: dnsmasq: dnsmasq: cannot .\[2Jread that$'
	expect [ "$(grep -nE 'cannot .*read that|cannot serve' $LOG | cut -d: -f1 | sort -nu | wc -l)" = 2 ]
	expect [ "$(grep -E 'cannot .*read that|cannot serve' $LOG | head -1 | grep -c 'read that')" = 1 ]
}
