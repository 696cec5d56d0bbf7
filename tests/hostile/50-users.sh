# SPDX-License-Identifier: GPL-2.0-or-later
# Who may do what, on the machine itself, to a running network: one table.
#
#   member    in the group             bin, with the group games
#   outsider  in no group of ours      nobody
#   caller    who called sudo, and so is the worker's user   daemon

MEMBERS=$(getent group games | cut -d: -f3)

setup() {
	topology
	SUDO_UID=$(id -u daemon) SUDO_GID=$(id -g daemon) SUDO_USER=daemon start_vmnet --vde-group=games switch://$SWITCH
	CTL=$SWITCH/ctl
	as_caller "$TOOL" vde://$SWITCH stall &
	wait_for 5 port_is_there
	PORT=$(find $SWITCH -name '000.*')
}
port_is_there() { [ -n "$(find $SWITCH -name '000.*')" ]; }
as_caller() { setpriv --reuid=daemon --regid=daemon --clear-groups "$@"; }
as_member() { setpriv --reuid=bin --regid=bin --groups="$MEMBERS" "$@"; }
as_outsider() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; }

# The switch's directory is the caller's own; what he does to it (-) is not tried. Each tries a thing and succeeds, or does not; nothing is changed where it may not.
attempt() { # what
	case $1 in
	connect) echo 'socat -u OPEN:/dev/null UNIX-CONNECT:'$CTL ;;
	list) echo "ls $SWITCH" ;;
	write-to-anothers-port) echo "socat -u OPEN:/etc/hostname UNIX-CLIENT:$PORT,type=2" ;;
	remove-ctl) echo "rm -f $CTL" ;;
	remove-port) echo "rm -f $PORT" ;;
	rename-ctl) echo "mv $CTL $SWITCH/x" ;;
	open-the-mode) echo "chmod 777 $SWITCH" ;;
	remove-directory) echo "mv $SWITCH /tmp/theirs" ;;
	read-records) echo 'cat /run/vde_vmnet/shared.state' ;;
	write-records) echo 'sh -c "echo x >>/run/vde_vmnet/shared.state"' ;;
	remove-records) echo 'rm -f /run/vde_vmnet/shared.state' ;;
	list-records) echo 'ls /run/vde_vmnet' ;;
	add-a-record) echo 'touch /run/vde_vmnet/other.state' ;;
	write-leases) echo 'sh -c "echo x >>/var/lib/vde_vmnet/x"' ;;
	signal-*) echo "kill -0 $(pid_of "$1")" ;;
	trace-*) echo "timeout 2 strace -qq -o /dev/null -e trace=none -p $(pid_of "$1")" ;;
	memory-*) echo "head -c 0 /proc/$(pid_of "$1")/mem" ;;
	descriptors-*) echo "ls /proc/$(pid_of "$1")/fd" ;;
	environment-*) echo "cat /proc/$(pid_of "$1")/environ" ;;
	esac
}
pid_of() {
	case ${1#*-} in
	host) echo $VMNET ;;
	worker) worker_pid ;;
	watcher) watcher_pid ;;
	dnsmasq) dnsmasq_pid ;;
	esac
}
may() { # who what
	eval "as_$1 $(attempt "$2")" >/dev/null 2>/tmp/said
}

test_what_local_users_may_do() {
	local what member outsider caller who want wrong=0 n=0
	while read -r what member outsider caller; do
		for who in member:$member outsider:$outsider caller:$caller; do
			want=${who#*:} who=${who%:*}
			[ $want != - ] || continue
			n=$((n + 1))
			if may $who "$what"; then got=yes; else got=no; fi
			[ $got = "$want" ] || {
				echo "$who, $what: $got instead of $want: $(head -1 /tmp/said)"
				wrong=$((wrong + 1))
			}
		done
	done <<-'TABLE'
		connect                 yes no  yes
		list                    yes no  yes
		write-to-anothers-port  no  no  no
		remove-port             no  no  -
		rename-ctl              no  no  -
		remove-ctl              no  no  -
		open-the-mode           no  no  -
		remove-directory        no  no  -
		read-records            no  no  no
		write-records           no  no  no
		remove-records          no  no  no
		list-records            no  no  no
		add-a-record            no  no  no
		write-leases            no  no  no
		signal-host             no  no  no
		signal-worker           no  no  yes
		signal-watcher          no  no  no
		signal-dnsmasq          no  no  no
		trace-host              no  no  no
		trace-worker            no  no  no
		trace-watcher           no  no  no
		trace-dnsmasq           no  no  no
		memory-host             no  no  no
		memory-worker           no  no  no
		memory-watcher          no  no  no
		memory-dnsmasq          no  no  no
		descriptors-host        no  no  no
		descriptors-worker      no  no  no
		descriptors-watcher     no  no  no
		descriptors-dnsmasq     no  no  no
		environment-host        no  no  no
		environment-worker      no  no  no
		environment-watcher     no  no  no
		environment-dnsmasq     no  no  no
	TABLE
	expect [ $n = 97 ]
	expect [ $wrong = 0 ]
}

# The service's vde_switch: its members share a directory, and each name there is its maker's.
test_a_member_is_not_the_services_vde_switch() {
	local line
	stop_vmnet
	line=$(sed -n 's/^ExecStart=//p' "$TOP/etc/systemd/vde_switch@.service" | sed "s,%i,unit,g; s,/run/vde_switch,/tmp,g; s,vde-vmnet,games,")
	umask 007
	setpriv --reuid=daemon --regid=daemon --groups="$MEMBERS" $line </dev/null
	umask 022
	wait_for 5 test -S /tmp/unit.ctl/ctl
	as_caller_in_group "$TOOL" vde:///tmp/unit.ctl stall &
	wait_for 5 unit_port_is_there
	refute as_member rm -f /tmp/unit.ctl/ctl "$(echo /tmp/unit.ctl/001*)" 2>/dev/null
	refute as_member mv /tmp/unit.ctl/ctl /tmp/unit.ctl/x 2>/dev/null
	expect as_member "$TOOL" vde:///tmp/unit.ctl recv 50
	kill "$(cat /tmp/unit.pid)"
}
unit_port_is_there() { [ -n "$(find /tmp/unit.ctl -type s -name '001*')" ]; }
as_caller_in_group() { setpriv --reuid=daemon --regid=daemon --groups="$MEMBERS" "$@"; }

# Whoever starts a network by sudo has its directory for that time. What he leaves there, and whom
# he lets in, is in nobody's way, however his network ends.
by() { # user
	export SUDO_UID SUDO_GID SUDO_USER=$1
	SUDO_UID=$(id -u "$1") SUDO_GID=$(id -g "$1")
}
let_outsiders_into() { # directory
	as_caller /usr/bin/python3 -c '
import os, pwd, struct, sys
user = pwd.getpwnam("nobody").pw_uid
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in (
    (1, 7, 2**32 - 1), (2, 7, user), (4, 7, 2**32 - 1), (16, 7, 2**32 - 1), (32, 0, 2**32 - 1)))
for name in ("access", "default"): os.setxattr(sys.argv[1], "system.posix_acl_" + name, acl)' "$1"
}
test_one_callers_directory_is_not_the_next_ones() {
	local ours=/run/vde_vmnet/shared.ctl end things
	stop_vmnet
	for end in TERM KILL; do
		for things in 'touch keep' 'touch keep; ln -s /etc/passwd x; mkdir ctl' 'mkdir -p ctl/x/y'; do
			by daemon
			start_vmnet --vde-group=games
			as_caller sh -c "cd $ours && rm -f ctl && $things && chmod 777 ."
			let_outsiders_into $ours
			kill -$end $VMNET
			wait_for 5 ended $VMNET
			by bin
			start_vmnet --vde-group=games
			expect [ "$(stat -c '%a %U %G' $ours)" = '3770 bin games' ]
			expect [ "$(ls -A $ours)" = ctl ]
			refute as_outsider ls $ours 2>/dev/null
			refute as_outsider socat -u OPEN:/dev/null UNIX-CONNECT:$ours/ctl 2>/dev/null
			expect as_member "$TOOL" vde://$ours recv 50
			stop_vmnet
			refute test -e $ours
		done
	done
	expect [ "$(find /run/vde_vmnet -maxdepth 1 -name 'shared.ctl.left-*' -uid 0 -perm 700 | wc -l)" = 2 ]
	expect [ "$(log_count "warning: $ours: somebody left directories in it; moved them out of the way, to $ours.left-")" = 2 ]
	expect test -s /etc/passwd
}

# In a directory for all, anybody can be first: as the vde_switch, or as the peer of either
# generation. Who has no right to attach is nobody's network, and hears nothing of it.
test_who_comes_first_is_not_let_in() {
	stop_vmnet
	cat >/tmp/first.py <<-'P'
		import os, socket, sys
		kind = {"p1": socket.SOCK_DGRAM, "p3+": socket.SOCK_DGRAM}.get(sys.argv[1], socket.SOCK_SEQPACKET)
		s = socket.socket(socket.AF_UNIX, kind)
		s.bind("/tmp/" + sys.argv[1])
		os.chmod("/tmp/" + sys.argv[1], 0o777)
		if kind == socket.SOCK_SEQPACKET:
		    s.listen(1)
		    s, _ = s.accept()
		    s.send(b"\0")
		while frame := s.recv(2000): print("heard", frame.hex(), flush=True)
	P
	as_outsider vde_switch -s /tmp/vde.ctl -d -p /tmp/vde.pid </dev/null
	wait_for 5 test -S /tmp/vde.ctl/ctl
	as_outsider chmod 777 /tmp/vde.ctl /tmp/vde.ctl/ctl
	local point
	for point in p1 p2 p3+; do as_outsider /usr/bin/python3 /tmp/first.py $point >/tmp/heard.$point 2>&1 & done
	wait_for 5 test -S /tmp/p1 -a -S /tmp/p2 -a -S /tmp/p3+
	by daemon
	start_vmnet --vde-group=games /tmp/vde.ctl 'ptp:///tmp/p1[gen=1]' 'ptp:///tmp/p2[gen=2]' 'ptp:///tmp/p3[gen=1]'
	local theirs
	for theirs in vde:///tmp/vde.ctl ptp:///tmp/p1 ptp:///tmp/p2; do
		wait_for 5 log_has "warning: $theirs.*: it belongs to another user, in a world-writable directory; waiting for it"
	done
	refute pings host "${GATEWAY%1}77" >/dev/null # which every guest would be asked for
	expect [ "$(counters 5 | grep -c 'ptp:///tmp/p3.*dropped out: .*peer not heard yet')" = 1 ]
	expect [ "$(cat /tmp/heard.* | wc -l)" = 0 ]
	expect [ -z "$(find /tmp/vde.ctl -name '0*' -type s)" ]
	# A member's is the group's, where he gives it to that.
	end "$(cat /tmp/vde.pid)"
	rm -rf /tmp/vde.ctl
	as_member vde_switch -s /tmp/vde.ctl -d -p /tmp/vde.pid -m 0770 -g games </dev/null
	wait_for 10 log_has 'vde:///tmp/vde.ctl: connected'
}

# Who calls sudo in a control group of his own, below systemd --user, can kill all in it at once.
# The host must not go on to forward without rules.
test_a_callers_control_group_does_not_hold_the_watcher() {
	local group=vde_vmnet-test.$RANDOM
	stop_vmnet
	mkdir /tmp/groups
	mount -t cgroup2 none /tmp/groups 2>/dev/null && mkdir /tmp/groups/$group || skip "no control group can be made"
	trap 'leave_group /tmp/groups/'$group EXIT
	chown -R daemon /tmp/groups/$group
	by daemon
	: >$LOG
	# (ip netns exec has a /sys of its own, without groups.)
	ip netns exec host sh -c 'mount -t cgroup2 none /sys/fs/cgroup && echo 0 >/sys/fs/cgroup/$0/cgroup.procs && exec "$@"' \
		$group "$PROGRAM" >>$LOG 2>&1 &
	VMNET=$!
	wait_for 15 log_has 'ready: '
	expect [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 1 ]
	as_caller sh -c "echo 1 >/tmp/groups/$group/cgroup.kill"
	wait_for 5 ended $VMNET
	wait_for 5 forwards_no_more
	wait_for 5 has_no_rules
}
leave_group() { # directory
	echo 1 >"$1"/cgroup.kill
	wait_for 5 grep -q 'populated 0' "$1"/cgroup.events
	rmdir "$1"
}
forwards_no_more() { [ "$(in_ns host sysctl -n net.ipv4.conf.up0.forwarding)" = 0 ]; }
has_no_rules() { [ -z "$(in_ns host nft list ruleset)" ]; }
