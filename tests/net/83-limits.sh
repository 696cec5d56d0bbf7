# SPDX-License-Identifier: GPL-2.0-or-later
# Limits of the caller, by sudo too, kill nothing: each gets a value of ours, or is refused in
# a line before anything is made.

setup() {
	[[ $BUILD != *address* ]] || skip "a sanitizer needs more than that before it comes to us"
	topology
}

# A caller of the program that has them: /tmp/limited.
limited() { # options of prlimit…
	printf '#!/bin/sh\nexec prlimit %s -- %s "$@"\n' "$*" "$PROGRAM" >/tmp/limited
	chmod 755 /tmp/limited
}
# May root raise limits here? In a container it may not.
can_raise() { (ulimit -c 0 && ulimit -c unlimited) 2>/dev/null; }

# To the end: a lease, another network beside it, and nothing left.
serves_to_the_end() { # what is limited
	local first
	SWITCH=/tmp/ctl
	before
	PROGRAM=/tmp/limited start_vmnet --pidfile=/tmp/pid switch://$SWITCH
	expect [ "$(cat /tmp/pid)" = $VMNET ]
	first=$VMNET
	guest g1
	lease g1
	expect reaches g1 $SERVER
	PROGRAM=/tmp/limited start_vmnet --name=two --vmnet-mode=host switch:///tmp/two
	stop_vmnet
	VMNET=$first
	kill -USR1 $VMNET
	kill $PLUG_g1
	ip netns del g1
	stop_vmnet
	refute log_has ' error: '
	expect same_as_before
	echo "$*: to the end"
}
refused_or_serves() { # option of prlimit: soft and hard limit
	local status=0
	limited "$@"
	if can_raise; then
		serves_to_the_end "$@"
		return
	fi
	before
	timeout 3 ip netns exec host /tmp/limited switch:///tmp/ctl >/tmp/out 2>/tmp/err || status=$?
	if [ $status = 124 ] || [ $status = 0 ]; then # it is enough
		serves_to_the_end "$@"
		return
	fi
	cat /tmp/err
	expect same_as_before
	# 127: not even the dynamic loader has enough.
	[ $status = 127 ] || expect [ $status = 3 ]
	[ $status = 127 ] || [[ $* == *fsize* ]] || expect grep -qE 'cannot be raised from here, but a network needs|raise the limit RLIMIT_NPROC' /tmp/err
}

test_soft_limits_of_memory() {
	local option
	for option in --data=1000000: --stack=65536: --stack=300000: --stack=unlimited: --as=14000000: --rss=1000:; do
		limited $option
		serves_to_the_end $option
	done
}
test_soft_limits_of_files_and_time() {
	local option
	for option in --fsize=0: --cpu=1: --nofile=8: --locks=0: --core=0: --memlock=0:; do
		limited $option
		serves_to_the_end $option
	done
}
test_soft_limits_of_the_rest() {
	local option
	for option in --nproc=1: --sigpending=0: --msgqueue=0: --nice=0: --rtprio=0: --rttime=1000:; do
		limited $option
		serves_to_the_end $option
	done
}
test_all_soft_limits_at_once() {
	limited --data=1000000: --stack=100000: --rss=0: --fsize=0: --cpu=1: --nofile=8: --locks=0: --core=0: \
		--memlock=0: --nproc=1: --sigpending=0: --msgqueue=0: --nice=0: --rtprio=0: --rttime=1000:
	serves_to_the_end all
}

test_hard_limits_of_memory() {
	local option
	for option in --data=1500000:1500000 --stack=200000:200000 --as=14000000:14000000 --as=5000000:5000000 --data=40000000:40000000; do
		refused_or_serves $option
	done
}
test_hard_limits_of_files_and_processes() {
	local option
	for option in --fsize=0:0 --fsize=100000:100000 --nofile=20:20 --nofile=200:200 --nproc=1:1; do
		refused_or_serves $option
	done
}
# Without use for us: as good as none.
test_hard_limits_that_do_not_matter() {
	local options=(--locks=0:0 --core=0:0 --memlock=0:0 --sigpending=0:0 --msgqueue=0:0 --nice=0:0 --rtprio=0:0 --rttime=1000:1000 --rss=0:0)
	limited "${options[@]}"
	serves_to_the_end "${options[@]}"
}

# A setuid() to a user who has as many processes as RLIMIT_NPROC allows makes execve() fail.
test_processes_of_the_worker_s_user() {
	for _ in 1 2 3 4; do as_user sleep 60 & done
	refused_or_serves --nproc=4:4
	limited --nproc=4:
	serves_to_the_end --nproc=4:
}

test_processor_time_that_ends_is_said() {
	! can_raise || skip "root raises it here"
	limited --cpu=100:100
	PROGRAM=/tmp/limited start_vmnet switch:///tmp/ctl
	expect log_has 'warning: the limit RLIMIT_CPU is 100 and cannot be raised from here: the network ends when'
}

# What the service has: no limit can be raised, and --check says the same as a start.
test_a_service_is_refused() {
	local status option
	as_service
	for option in --data=2000000:2000000 --stack=300000:300000 --as=50000000:50000000 --nofile=100:100 --fsize=1000:1000 --nproc=1:1; do
		limited $option
		for action in --check ''; do
			status=0
			timeout 60 ip netns exec host "${SERVICE[@]}" /tmp/limited $action switch:///tmp/ctl >/tmp/out 2>/tmp/err || status=$?
			echo "$option $action: $status $(cat /tmp/err)"
			expect [ $status = 3 ]
			[ $option = --fsize=1000:1000 ] || expect [ "$(wc -l </tmp/err)" = 1 ]
		done
		refute test -e /run/vde_vmnet/shared.state
		expect [ -z "$(ip -n host -o link | grep vmnet-)" ]
	done
}

# The kernel limits those of all programs of a user together: here of one that no other test is.
test_without_inotify() {
	local user=list mac=52:54:00:12:34:56
	as_service $user
	MACHINE_USER=$user AS_USER=(setpriv --reuid=$user --regid=$user --clear-groups)
	"${AS_USER[@]}" /usr/bin/python3 - >/tmp/taken <<'END' &
import ctypes, resource, time

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
libc = ctypes.CDLL(None)
while True: # and those that others of this user give back
    while libc.inotify_init1(0) >= 0:
        pass
    print("all", flush=True)
    time.sleep(0.01)
END
	wait_for 10 grep -q all /tmp/taken
	start_vmnet --vmnet-disable-dns --hostfwd=tcp::2222-$mac:22 switch:///tmp/ctl # dnsmasq needs one for DNS
	expect [ "$(log_count 'no inotify instance is left for this user: checking files and sysctls every 5 s; .*max_user_instances')" = 2 ]
	make_ns g1 "tuntap add dev eth0 mode tap user $user" "link set eth0 address $mac up"
	ip netns exec g1 "${AS_USER[@]}" vde_plug2tap -s /tmp/ctl eth0 </dev/null &
	wait_for 5 carrier g1 eth0
	lease g1
	in_ns g1 socat TCP-LISTEN:22,fork,reuseaddr EXEC:true &
	wait_for 20 leads_to_guest
	in_ns host sysctl -qw net.ipv4.ip_forward=0 # over 0: no event of rtnetlink tells of it
	wait_for 20 prints 1 in_ns host sysctl -n net.ipv4.conf.up0.forwarding
	# What has not changed is not done again: each time it would be said in the rules.
	sleep 6 # that it is back is a change
	ip netns exec host stdbuf -oL nft monitor >/tmp/monitor &
	sleep 11
	refute test -s /tmp/monitor
	in_ns host nft add table inet another
	wait_for 5 test -s /tmp/monitor
	stop_vmnet
}
leads_to_guest() { in_ns inet socat -u OPEN:/dev/null TCP:198.51.100.2:2222,connect-timeout=2; }

limit_of() { sed -n "s/^Max $2  *//p" /proc/"$1"/limits | awk '{ print $1, $2 }'; } # pid name
test_each_process_has_values_of_ours() {
	local pid
	limited --stack=100000: --data=1000000: --nofile=8: --core=0: --cpu=1: --nproc=1: --sigpending=0: --memlock=0: --msgqueue=0:
	PROGRAM=/tmp/limited start_vmnet switch:///tmp/ctl
	for pid in $VMNET "$(worker_pid)" "$(dnsmasq_pid)"; do
		expect [ "$(limit_of "$pid" 'stack size' | cut -d' ' -f1)" = 8388608 ]
		expect [ "$(limit_of "$pid" 'core file size')" = '0 0' ]
		expect [ "$(limit_of "$pid" 'nice priority')" = '0 0' ]
		expect [ "$(limit_of "$pid" 'realtime priority')" = '0 0' ]
		for name in 'cpu time' 'file size' 'data size' 'address space' 'resident set'; do
			expect [ "$(limit_of "$pid" "$name")" = 'unlimited unlimited' ]
		done
	done
	# Ours limits what is on its way to any process of our user, too.
	for pid in $VMNET "$(worker_pid)"; do
		expect [ "$(limit_of "$pid" 'open files' | cut -d' ' -f1)" -ge 4096 ]
	done
	expect [ "$(limit_of "$(dnsmasq_pid)" 'open files' | cut -d' ' -f1)" = 1024 ] # for select()
}

# Executed again, it is the same process, with the same words, environment and descriptors.
test_executed_again_nothing_changes() {
	export SOMETHING='a b' STREAM
	limited --stack=300000:
	exec 9>>$LOG
	: >/tmp/config
	PROGRAM=/tmp/limited start_vmnet --config=/tmp/config --pidfile=/tmp/pid switch:///tmp/ctl
	expect [ "$(tr '\0' '|' </proc/$VMNET/cmdline)" = "$PROGRAM|--config=/tmp/config|--pidfile=/tmp/pid|switch:///tmp/ctl|" ]
	expect grep -qzxF 'SOMETHING=a b' /proc/$VMNET/environ
	expect [ "$(cat /tmp/pid)" = $VMNET ]
	expect [ "$(readlink /proc/$VMNET/exe)" = "$PROGRAM" ]
	expect [ "$(cat /proc/$VMNET/comm)" = vde_vmnet ]
	kill -HUP $VMNET
	wait_for 3 log_has '/tmp/config was reloaded'
	stop_vmnet
}
# And tells its manager, from the process that it started.
test_executed_again_it_notifies() {
	limited --stack=300000:
	socat -u UNIX-RECV:/tmp/notify - >/tmp/notified &
	wait_for 3 test -S /tmp/notify
	export NOTIFY_SOCKET=/tmp/notify
	PROGRAM=/tmp/limited start_vmnet switch:///tmp/ctl
	wait_for 3 grep -q READY=1 /tmp/notified
	stop_vmnet
}
# A configuration that the shell opened for it is read, by the last that is executed.
test_executed_again_it_reads_its_configuration() {
	limited --stack=300000:
	echo 'vmnet-gateway=192.168.140.1' >/tmp/opened
	exec 9</tmp/opened
	rm /tmp/opened
	PROGRAM=/tmp/limited start_vmnet --config=/dev/fd/9 switch:///tmp/ctl
	expect log_has 'ready: .*192\.168\.140\.1/24'
}

# libnftables aborts at a descriptor above 1023.
test_many_descriptors_of_the_caller() {
	printf '#!/bin/bash\nulimit -n 3000\nfor ((i = 3; i < 1200; i++)); do [ $i = 255 ] || eval "exec $i</dev/null"; done\nexec %s "$@"\n' "$PROGRAM" >/tmp/many
	chmod 755 /tmp/many
	before
	for stack in 8192 300; do # executed again it is loaded once more
		sed -i "2s/.*/ulimit -n 3000; ulimit -S -s $stack/" /tmp/many
		PROGRAM=/tmp/many start_vmnet switch:///tmp/ctl
		expect [ "$(find /proc/$VMNET/fd -type l | wc -l)" -le 64 ]
		stop_vmnet
	done
	expect same_as_before
}
