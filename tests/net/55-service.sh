# SPDX-License-Identifier: GPL-2.0-or-later
# What a service manager sees and asks for; the real one is in tests/systemd.

setup() {
	topology
	start_switch
}

# One after the other, as they were sent.
listen_for_notifications() {
	socat -u UNIX-RECV:/tmp/notify OPEN:/tmp/notified,creat,append &
	wait_for 3 test -S /tmp/notify
	export NOTIFY_SOCKET=/tmp/notify
}
notified() { grep -aqE -- "$1" /tmp/notified; }
fed() { grep -aoE 'WATCHDOG=1' /tmp/notified | wc -l; }
fed_more_than() { [ "$(fed)" -gt "$1" ]; }

# In a session of its own, without the terminal that the tests may have.
start_service() { # arguments
	: >>$LOG
	ip netns exec host setsid "$PROGRAM" "$@" >>$LOG 2>&1 &
	VMNET=$!
	wait_for 15 log_has 'ready: '
}

test_notifies_the_service_manager() {
	listen_for_notifications
	start_vmnet $SWITCH
	wait_for 3 notified '^READY=1'
	wait_for 3 notified '^STATUS=vmnet-shared, 192\.168\.105\.1/24, DHCP .*, at vde:///tmp/sw\.ctl'
	stop_vmnet
	wait_for 3 notified 'STOPPING=1'
	refute notified WATCHDOG
}

test_watchdog_is_fed_only_while_the_worker_answers() {
	local fed
	listen_for_notifications
	export WATCHDOG_USEC=1500000 # it asks every third part of that, and an answer may take as long
	start_vmnet $SWITCH
	wait_for 3 fed_more_than 3
	kill -STOP "$(worker_pid)"
	wait_for 3 log_has 'the worker is not responding'
	wait_for 3 notified 'STATUS=The worker is not responding'
	fed=$(fed)
	sleep 1.5
	expect [ "$(fed)" = "$fed" ]
	expect [ "$(log_count 'is not responding')" = 1 ]
	kill -CONT "$(worker_pid)"
	wait_for 3 log_has 'the worker is responding again'
	wait_for 3 fed_more_than "$fed"
	stop_vmnet
}

# Settings for others are none of ours (sd_watchdog_enabled(3)).
test_a_watchdog_for_another_process_is_not_fed() {
	listen_for_notifications
	export WATCHDOG_USEC=20000 WATCHDOG_PID=1
	start_vmnet $SWITCH
	wait_for 3 notified '^READY=1'
	stop_vmnet
	expect [ "$(fed)" = 0 ]
}

test_hangup_reads_the_configuration_again() {
	local first
	listen_for_notifications
	printf 'endpoint=%s\nmtu=1400\n' $SWITCH >/tmp/conf
	start_service --config=/tmp/conf
	guest g1
	lease g1
	first=$(dnsmasq_pid)

	echo log-level=debug >>/tmp/conf
	kill -HUP $VMNET
	wait_for 3 log_has 'the log level is now debug'
	wait_for 3 log_has '/tmp/conf was reloaded'
	wait_for 3 notified 'RELOADING=1'
	wait_for 3 ended "$first"
	lease g1
	wait_for 3 log_has "debug: dnsmasq: .*DHCPACK"

	printf 'endpoint=%s\nmtu=1500\nvmnet-gateway=192.168.130.1\n' $SWITCH >/tmp/conf
	kill -HUP $VMNET
	wait_for 3 log_has '/tmp/conf: changing --mtu requires a restart'
	expect log_has '/tmp/conf: changing --vmnet-gateway requires a restart'
	expect log_has 'the log level is now info'
	wait_for 3 notified 'STATUS=vmnet-shared, .*; its new configuration needs a restart'
	expect [ "$(log_count 'was reloaded')" = 1 ]

	echo 'mtu=lots' >/tmp/conf
	kill -HUP $VMNET
	wait_for 3 log_has '/tmp/conf:1: mtu=lots: not a number.*; the network keeps its old settings'
	wait_for 3 notified 'its new configuration is invalid'
	rm /tmp/conf
	kill -HUP $VMNET
	wait_for 3 log_has '/tmp/conf: No such file or directory; the network keeps its old settings'
	expect reaches g1 $GATEWAY
	expect [ "$(log_count 'dnsmasq exited')" = 0 ]
	stop_vmnet
}

tells_of_lab() { tr '\0' ' ' </proc/"$(dnsmasq_pid)"/cmdline | grep lab.test; }
tells_no_lab() { tr '\0' ' ' </proc/"$(dnsmasq_pid)"/cmdline >/tmp/told && ! grep -q lab.test /tmp/told; }
read_twice() { [ "$(log_count 'was reloaded')" = 2 ]; }

# Without a restart of anything but dnsmasq, and all or nothing.
test_hangup_takes_over_what_guests_are_told() {
	listen_for_notifications
	local fixed="endpoint=$SWITCH\nvmnet-gateway=192.168.105.1\n"
	printf "$fixed" >/tmp/conf
	start_service --config=/tmp/conf
	guest g1
	local mac
	mac=$(in_ns g1 cat /sys/class/net/eth0/address)
	printf "${fixed}dhcp-host=$mac,192.168.105.77,nas\ndomain=lab.test\n" >/tmp/conf
	kill -HUP $VMNET
	wait_for 3 log_has 'was reloaded'
	wait_for 3 tells_of_lab
	lease g1
	expect [ "$(leased g1 ip)" = 192.168.105.77 ]
	expect [ "$(leased g1 domain)" = lab.test ]
	# Back again, which is a change, too; and not together with what cannot be.
	printf "${fixed}mtu=1400\n" >/tmp/conf
	kill -HUP $VMNET
	wait_for 3 log_has 'changes to DHCP and DNS also wait for that restart'
	expect grep -q lab.test <(tr '\0' ' ' </proc/"$(dnsmasq_pid)"/cmdline)
	printf "$fixed" >/tmp/conf
	kill -HUP $VMNET
	wait_for 3 read_twice
	wait_for 3 tells_no_lab
	expect reaches g1 $GATEWAY
	stop_vmnet
}

read_so_often() { [ "$(log_count 'was reloaded')" = "$1" ]; }
tagged() { ip netns exec host nft list ruleset | grep -E "$1"; }

# What looks after other firewalls outlives each configuration that SIGHUP replaced.
test_hangup_leaves_nothing_that_points_to_what_was() {
	export MALLOC_PERTURB_=85 # what is freed cannot be mistaken for what it was
	echo endpoint=$SWITCH >/tmp/conf
	start_service --config=/tmp/conf --log-level=debug
	kill -HUP $VMNET
	wait_for 3 read_so_often 1
	ip -n host link add way2 type bridge
	ip -n host link set way2 up
	ip -n host route replace default dev way2
	wait_for 3 sysctl_is_on way2
	kill -HUP $VMNET
	wait_for 3 read_so_often 2
	ip netns exec host nft -f - <<-'NFT'
		table ip mine {
			chain through { type filter hook forward priority 0; policy drop; }
		}
	NFT
	wait_for 5 tagged 'comment "vde_vmnet shared"'
	stop_vmnet
	refute tagged 'accept comment'
}
sysctl_is_on() { [ "$(ip netns exec host cat /proc/sys/net/ipv4/conf/"$1"/forwarding)" = 1 ]; }

# The command line wins again.
test_hangup_lets_the_command_line_win() {
	printf 'endpoint=%s\nlog-level=info\n' $SWITCH >/tmp/conf
	start_service --config=/tmp/conf --log-level=warning --log-level=info
	echo log-level=debug >>/tmp/conf
	kill -HUP $VMNET
	wait_for 3 log_has '/tmp/conf was reloaded'
	refute log_has 'the log level is'
	stop_vmnet
}

test_hangup_of_a_terminal_is_the_end() {
	echo endpoint=$SWITCH >/tmp/conf
	ip netns exec host script -qec "$PROGRAM --config=/tmp/conf" /dev/null </dev/null >$LOG 2>&1 &
	wait_for 15 log_has 'Ctrl-C here'
	VMNET=$(pgrep -xf "$PROGRAM --config=/tmp/conf")
	kill -HUP "$VMNET"
	wait_for 3 ended "$VMNET"
	expect log_has 'stopping: Hangup'
}
