# SPDX-License-Identifier: GPL-2.0-or-later
# All processes of the service killed at once: the uplinks forward until ExecStopPost has turned
# that off, and the rules are in force until then, because systemd has a copy of their socket.
# Another network of the host, ns lab 10.9.0.2, is what the LAN (ns inet) wants to reach.
. "$TOP/tests/systemd/machine.sh"

setup() {
	topology
	make_ns lab
	ip link add lab0 netns host type veth peer name eth0 netns lab
	ip -n host addr add 10.9.0.1/24 dev lab0
	ip -n host link set lab0 up
	ip -n lab addr add 10.9.0.2/24 dev eth0
	ip -n lab link set eth0 up
	ip -n lab route add default via 10.9.0.1
	ip -n inet route add 10.9.0.0/24 via 198.51.100.2
	boot_machine
	install_machine
}
killed_by_systemctl() { on_machine systemctl kill --kill-whom=all --signal=KILL vde_vmnet@shared; }
killed_by_its_group() {
	echo 1 >"$GROUP"/payload/system.slice/system-vde_vmnet.slice/vde_vmnet@shared.service/cgroup.kill
}
# One after the other, from the outside. After cgroup.kill, which systemctl uses since systemd 257,
# a kernel may also kill what systemd starts in that group, ExecStopPost= too.
killed_by_hand() {
	# shellcheck disable=SC2046 # each is a word
	kill -KILL $(cat "$GROUP"/payload/system.slice/system-vde_vmnet.slice/vde_vmnet@shared.service/cgroup.procs)
}
forwards() { [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = "$1" ]; }
# A ping every millisecond; what arrives in ns lab has its time. (No answer comes back: lab0
# does not forward.)
flood() {
	dump /tmp/arrived lab -tt -i eth0 'icmp[icmptype] == icmp-echo'
	DUMP=$!
	ip netns exec inet ping -q -n -i 0.001 10.9.0.2 >/tmp/flood &
	FLOOD=$!
}
end_flood() {
	kill -INT $FLOOD
	wait $FLOOD || true
	kill -TERM $DUMP
	wait $DUMP || true
}
arrived() { wc -l </tmp/arrived; }
# From the first to the last, in milliseconds.
open_for() { awk 'NR == 1 { first = $1 } END { printf "%d\n", NR ? ($1 - first) * 1000 + 1 : 0 }' /tmp/arrived; }

test_all_processes_are_killed() {
	local round pid
	on_machine systemctl start vde_vmnet@shared
	for round in systemctl its_group systemctl its_group systemctl; do
		pid=$(service MainPID)
		expect forwards 1
		flood
		sleep 0.3 # in which nothing passes
		expect [ "$(arrived)" = 0 ]
		killed_by_$round
		wait_for 5 came_back shared "$pid"
		expect forwards 1
		end_flood
		echo "killed by $round: $(arrived) packets in $(open_for) ms"
		expect [ "$(arrived)" = 0 ]
	done
	# And where nothing starts it again, nothing forwards.
	guest g1
	lease g1
	expect reaches g1 $SERVER
	mkdir -p $MACHINE/root/etc/systemd/system/vde_vmnet@.service.d
	printf '[Service]\nRestart=no\n' >$MACHINE/root/etc/systemd/system/vde_vmnet@.service.d/test.conf
	on_machine systemctl daemon-reload
	killed_by_hand
	wait_for 5 forwards 0
	flood
	sleep 0.3
	end_flood
	expect [ "$(arrived)" = 0 ]
	wait_for 5 no_table
	# It was for the rules that nothing passed: without systemd's copy something does.
	printf '[Service]\nRestart=no\nFileDescriptorStoreMax=0\n' >$MACHINE/root/etc/systemd/system/vde_vmnet@.service.d/test.conf
	on_machine systemctl daemon-reload
	on_machine systemctl start vde_vmnet@shared
	flood
	killed_by_hand
	wait_for 5 forwards 0
	end_flood
	echo "without it: $(arrived) packets in $(open_for) ms"
}
no_table() { [ -z "$(in_ns host nft list ruleset)" ]; }
