# SPDX-License-Identifier: GPL-2.0-or-later
# Records of other versions. Those that only a newer one can undo, because their kind is
# new, or a known kind has other words, stay for that version, and a line says so.

STATE=/run/vde_vmnet/shared.state
setup() {
	topology
	start_switch
}

# Written as a killed instance leaves it.
left() {
	install -d -m 711 /run/vde_vmnet
	printf '+%s\n' "network $(stat -Lc %i /run/netns/host)" "$@" >$STATE
	: >/run/vde_vmnet/shared.root
}
standing() { awk '/^\+/ { print substr($0, 2) }' $STATE; }
stands() { grep -qxF -- "+$1" $STATE; }
cleanup() { # status
	local status=0
	in_ns host "$PROGRAM" --cleanup 2>/tmp/err || status=$?
	cat /tmp/err
	expect [ $status = "$1" ]
}
said() { # record
	expect grep -qF "$STATE: this version cannot undo '$1', probably written by a newer vde_vmnet; kept for that version to undo: vde_vmnet --cleanup --name=shared" "$2"
}

test_cleanup_keeps_what_a_newer_version_wrote() {
	local before
	left 'directory /run/vde_vmnet/a' 'tunnel tun7 10.0.0.1'
	mkdir /run/vde_vmnet/a
	cleanup 1
	said 'tunnel tun7 10.0.0.1' /tmp/err
	expect [ "$(wc -l </tmp/err)" = 1 ]
	refute test -e /run/vde_vmnet/a # what it can undo it undoes
	before=$(standing)
	expect [ "$before" = "network $(stat -Lc %i /run/netns/host)
tunnel tun7 10.0.0.1" ]
	cleanup 1
	expect [ "$(standing)" = "$before" ]
	expect test -e /run/vde_vmnet/shared.root
}

# A start goes on, and leaves it standing, however it ends.
test_start_and_stop_keep_it() {
	local size
	left 'tunnel tun7'
	start_vmnet --pidfile=/tmp/pid $SWITCH
	said 'tunnel tun7' $LOG
	expect stands 'tunnel tun7'
	stop_vmnet
	expect [ "$(standing)" = "network $(stat -Lc %i /run/netns/host)
tunnel tun7" ]
	size=$(stat -c %s $STATE)
	start_vmnet $SWITCH
	refute log_has 'cleaned up [0-9]+ thing' # all else was undone at the end
	stop_vmnet
	expect [ "$(stat -c %s $STATE)" = "$size" ]
	start_vmnet $SWITCH
	kill -KILL $VMNET
	wait_for 2 gone
	cleanup 1
	expect [ "$(stat -c %s $STATE)" = "$size" ]
	# The version that knows it cancels it, and nothing is left to keep the file.
	echo '-tunnel tun7' >>$STATE
	cleanup 0
	refute test -e /run/vde_vmnet
}
gone() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep" && ! ip -n host link show vmnet-shared; }

# A start that is refused, too.
test_refused_start_keeps_it() {
	left 'tunnel tun7'
	ip -n host tuntap add dev vmnet-shared mode tap
	local status=0
	in_ns host "$PROGRAM" $SWITCH 2>/tmp/err || status=$?
	expect [ $status = 3 ]
	expect stands 'tunnel tun7'
	ip -n host link del vmnet-shared
}

test_known_kinds_in_other_words() {
	local record n=0
	while read -r record; do
		left "$record"
		cleanup 1
		said "$record" /tmp/err
		expect stands "$record"
		n=$((n + 1))
	done <<-'END'
		process abc
		endpoint nobody ptp:///tmp/p2p
		directory /tmp/elsewhere
		forwarding ../../all
		forwarding up0 in zone 3
		forwarding6 up0/
		dgramqueue many
		segment eth0 1b4e28ba-2fa1-11d2-883f-b9a761bde3fb vmnet-shared
		nonsense
	END
	expect [ $n = 9 ]
}

# Nothing that is written there reaches a terminal as it is.
test_hostile_records() {
	left $'tunnel \e]0;title\a \x7f' "long $(printf 'x%.0s' $(seq 480))"
	cleanup 1
	refute grep -q $'\e\|\a\|\x7f' /tmp/err
	expect grep -qF "cannot undo 'tunnel ?]0;title? ?'" /tmp/err
	expect [ "$(wc -l </tmp/err)" = 2 ]
	expect [ "$(awk 'length > 400' /tmp/err)" = '' ]
}

# More than any version leaves would leave no room for our own.
test_many_records() {
	left $(seq 1000 1250)
	launch_vmnet $SWITCH
	wait_for 5 log_has 'ready: '
	expect [ "$(log_count 'cannot undo')" = 8 ]
	expect log_has 'and 56 more records like that'
	expect log_has 'discarded 187 more, because no vde_vmnet writes that many'
	stop_vmnet
	expect [ "$(standing | grep -c '^1[0-9]*$')" = 64 ]
	expect stands 1250
}

# As 0.1.0 left them (tests/old): each kind is still undone.
test_records_of_0_1_0() {
	local network file
	network=$(stat -Lc %i /run/netns/host)
	in_ns host sysctl -qw net.ipv4.conf.up0.forwarding=1 net.unix.max_dgram_qlen=512
	! has_force || in_ns host sysctl -qw net.ipv6.conf.up0.force_forwarding=1
	in_ns host nft 'add table inet other; add chain inet other forward; add rule inet other forward accept comment "vde_vmnet shared"'
	ip -n host link add vmnet-_0f8e2a28 type bridge
	mkdir -m 711 /run/vde_vmnet
	mkdir /run/vde_vmnet/{shared,left}.ctl
	echo 99999 >/run/vmnet.pid
	for file in shared left; do
		sed "s/^+network .*/+network $network/" "$TOP"/tests/old/0.1.0/$file.state >/run/vde_vmnet/$file.state
		in_ns host "$PROGRAM" --cleanup --name=$file 2>/tmp/err || fail "$(cat /tmp/err)"
		refute grep -q 'cannot undo' /tmp/err
	done
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 0 ]
	expect [ "$(in_ns host sysctl -n net.unix.max_dgram_qlen)" = 10 ]
	! has_force || expect [ "$(in_ns host sysctl -n net.ipv6.conf.up0.force_forwarding)" = 0 ]
	refute grep -q 'vde_vmnet shared' <(in_ns host nft list ruleset)
	refute ip -n host link show vmnet-_0f8e2a28
	refute test -e /run/vde_vmnet
	refute test -e /run/vmnet.pid
}
has_force() { in_ns host test -e /proc/sys/net/ipv6/conf/all/force_forwarding; }

# What the records of another network namespace are about is not here.
test_records_of_another_namespace() {
	mkdir -m 711 /run/vde_vmnet
	printf '+network 1\n+tunnel tun7\n' >$STATE
	cleanup 0
	expect grep -q 'not undone, because it is in another network namespace: tunnel tun7' /tmp/err
	refute test -e $STATE
}
