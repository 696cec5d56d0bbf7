# SPDX-License-Identifier: GPL-2.0-or-later
# dnsmasq: what somebody who took it over can do, and one that does nothing any more.

setup() {
	topology
	serve_dns
}
BUILD_NET=${CALLER%/*}
PRECIOUS=/tmp/precious

# A copy of a question's answer to the guest keeps it turning, so that it makes calls.
inside() { # deed [argument]
	in_ns host dig +short +time=1 +tries=1 @$GATEWAY gateway >/dev/null &
	"$BUILD_NET"/insideof "${DNSMASQ:-$(dnsmasq_pid)}" "$@"
	wait $! || true # one that goes round does not answer
}
expect_inside() { # error deed [argument]
	local said
	said=$(inside "${@:2}")
	[ "$said" = "$1" ] || fail "${*:2}: $said instead of $1"
}
works() {
	lease g1
	expect [ "$(in_ns g1 dig +short +time=5 @$GATEWAY www.example.test)" = $SERVER ]
	expect [ "$(in_ns g1 dig +short +time=5 +tcp @$GATEWAY www.example.test)" = $SERVER ]
}
stop_lease() {
	kill "$(cat /tmp/g1.udhcpc)"
	wait_for 3 ended "$(cat /tmp/g1.udhcpc)"
}

# What its user could have, and a file that anyone could.
taken_over() {
	start_vmnet switch:///tmp/ctl
	guest g1 vde:///tmp/ctl
	works
	DNSMASQ=$(dnsmasq_pid) # found once: on a busy machine pgrep misses one that has just been traced
	echo secret >$PRECIOUS
	chown "$(stat -c %U /proc/"$DNSMASQ")" $PRECIOUS
	chmod 666 $PRECIOUS
}
calls_fail() {
	expect_inside "$1" execute
	expect_inside EPERM ptrace "$DNSMASQ"
	expect_inside EPERM mount
	expect_inside EPERM unshare
	expect_inside EPERM newuser
	expect_inside EPERM uring
	expect_inside EPERM bpf
	expect_inside EPERM keyctl
	expect_inside ENOSYS newest
	local AF_PACKET=17 AF_VSOCK=40 AF_NETLINK=16 NETFILTER=12 XFRM=6
	expect_inside EAFNOSUPPORT socket $AF_PACKET
	expect_inside EAFNOSUPPORT socket $AF_VSOCK
	expect_inside EPROTONOSUPPORT socket $AF_NETLINK:$NETFILTER
	expect_inside EPROTONOSUPPORT socket $AF_NETLINK:$XFRM
	expect_inside 0 socket $AF_NETLINK:0
}

test_one_that_was_taken_over_gets_no_further() {
	taken_over
	local old
	old=$(dnsmasq_pid)
	calls_fail ENOSYS # asked once, and answered
	if ! grep -qw landlock /sys/kernel/security/lsm 2>/dev/null && log_has 'without Landlock'; then
		skip "this kernel has no Landlock"
	fi
	expect_inside EACCES read $PRECIOUS
	expect_inside EACCES write $PRECIOUS
	expect_inside EACCES create /tmp/new
	expect_inside EACCES create /var/lib/vde_vmnet/new
	expect_inside EACCES list /etc
	expect_inside EACCES list /var/lib/vde_vmnet
	expect_inside EACCES write /proc/sys/net/ipv4/ip_forward
	expect_inside 0 write /var/lib/vde_vmnet/shared.leases
	expect_inside 0 read /run/vde_vmnet/shared.dns/resolv.conf
	refute test -e /tmp/new
	# It has not noticed any of that.
	expect [ "$(dnsmasq_pid)" = "$old" ]
	stop_lease
	works
}

# Nor one that was started again, or that has no Landlock around it.
test_the_next_one_is_confined_too() {
	taken_over
	local old
	old=$(dnsmasq_pid)
	kill -KILL "$old"
	wait_for 3 dnsmasq_after "$old"
	wait_for 5 answers
	DNSMASQ=$(dnsmasq_pid)
	calls_fail ENOSYS
}
answers() { [ "$(in_ns host dig +short +time=1 +tries=1 @$GATEWAY gateway)" = $GATEWAY ]; }
test_without_landlock_the_calls_fail_all_the_same() {
	printf '#!/bin/sh\nexec %s landlock_create_ruleset %s "$@"\n' "$BUILD_NET"/without "$PROGRAM" >/tmp/vde_vmnet
	chmod 755 /tmp/vde_vmnet
	PROGRAM=/tmp/vde_vmnet taken_over
	calls_fail ENOSYS
	expect_inside 0 read $PRECIOUS
}

HANGS='warning: dnsmasq (does not answer|was stopped by a signal); restarting it'
# Ten seconds without an answer, and at most two to the next look; guests keep what they have.
expect_replaced() { # old-pid
	local start=$SECONDS
	wait_for 15 dnsmasq_after "$1"
	echo "replaced after $((SECONDS - start)) s"
	wait_for 5 answers
	expect [ "$(log_count "$HANGS")" = 1 ]
	expect [ "$(log_count 'warning: dnsmasq')" = 1 ]
	expect ended "$1"
	kill -USR1 "$(cat /tmp/g1.udhcpc)"
	wait_for 10 renewed
	expect [ "$(leased g1 ip)" = "$ADDRESS" ]
}
renewed() { grep -q renew /tmp/g1.events; }
start_and_lease() { # options
	start_vmnet "$@" switch:///tmp/ctl
	guest g1 vde:///tmp/ctl
	lease g1
	ADDRESS=$(leased g1 ip)
}

test_one_that_was_stopped_is_replaced() {
	start_and_lease
	local old
	old=$(dnsmasq_pid)
	kill -STOP "$old"
	expect_replaced "$old"
}
test_without_dns_too() {
	start_and_lease --vmnet-disable-dns
	local old
	answers() { :; }
	old=$(dnsmasq_pid)
	kill -STOP "$old"
	expect_replaced "$old"
}
# The jump to itself, at the place where it is.
test_one_that_goes_round_is_replaced() {
	start_and_lease
	local old
	old=$(dnsmasq_pid)
	inside loop
	expect_replaced "$old"
}

# Beside twice as many busy processes as there are processors, with a question in between.
test_one_that_is_only_late_is_not() {
	start_and_lease
	local old pids=() i
	old=$(dnsmasq_pid)
	for ((i = 0; i < 2 * $(nproc); i++)); do
		nice -n -10 sh -c 'while :; do :; done' &
		pids+=($!)
	done
	renice -n 19 -p "$old" >/dev/null
	for i in 1 2 3; do # shorter than what is given it
		kill -STOP "$old"
		sleep 5
		kill -CONT "$old"
		wait_for 10 answers
	done
	kill "${pids[@]}"
	expect [ "$(dnsmasq_pid)" = "$old" ]
	refute log_has 'warning: dnsmasq'
}
# Where the host's own firewall stops the question, nothing is concluded from the silence.
test_questions_that_do_not_arrive_are_no_sign() {
	start_and_lease
	local old
	old=$(dnsmasq_pid)
	in_ns host nft -f - <<<'table inet strict { chain out { type filter hook output priority 0; udp dport 53 oif lo drop; }; }'
	sleep 20
	expect [ "$(dnsmasq_pid)" = "$old" ]
	refute log_has 'warning: dnsmasq'
}
