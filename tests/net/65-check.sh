# SPDX-License-Identifier: GPL-2.0-or-later
# What a start would be refused for, --check is refused for: the same status and reason,
# and not a thing of the host changed. And what a start copes with, --check passes.

setup() {
	topology
	mkdir /tmp/owned
	chown $MACHINE_USER /tmp/owned
	ENDPOINT=switch:///tmp/owned/ctl
	before
}

files() { ls -AlR --time-style=full-iso /run/vde_vmnet* /var/lib/vde_vmnet* /tmp/owned /tmp/s 2>/dev/null || true; }
# As snapshot(), and with it: what --check alone must leave. (That a packet comes by, as of
# a network that runs, is no change.)
untouched() {
	snapshot | sed 's/counter packets [0-9]* bytes [0-9]*/counter/'
	files
}

# refuses STATUS 'pattern of the line' arguments…: --check, with one line, then a start.
refuses() {
	local wanted=$1 pattern=$2 status=0
	shift 2
	untouched >/tmp/before
	timeout 60 ip netns exec host "$PROGRAM" --check "$@" >/tmp/out 2>/tmp/err || status=$?
	[ $status = "$wanted" ] || fail "--check $*: status $status instead of $wanted: $(cat /tmp/err)"
	[ "$(wc -l </tmp/err)" = 1 ] || fail "--check $*: more than one line: $(cat /tmp/err)"
	grep -qE -- "$pattern" /tmp/err || fail "--check $*: $(cat /tmp/err)"
	untouched >/tmp/after
	diff /tmp/before /tmp/after || fail "--check $*: the host changed"
	status=0
	timeout 60 ip netns exec host "$PROGRAM" "$@" >/tmp/out 2>/tmp/err || status=$?
	[ $status = "$wanted" ] || fail "$*: status $status instead of $wanted: $(cat /tmp/err)"
	grep -qE -- "$pattern" /tmp/err || fail "$*: $(cat /tmp/err)"
}

# passes arguments…: --check, then a start, which is left running.
passes() {
	in_ns host "$PROGRAM" --check "$@" >/tmp/out 2>/tmp/err || fail "--check $*: $(cat /tmp/err)"
	start_vmnet "$@"
}

test_runtime_directory() {
	: >/run/vde_vmnet
	refuses 3 'cannot open /run/vde_vmnet: Not a directory; .*remove' $ENDPOINT
	rm /run/vde_vmnet
	ln -s /tmp /run/vde_vmnet
	refuses 3 'cannot open /run/vde_vmnet: .*; .*remove' $ENDPOINT
	rm /run/vde_vmnet
	mkdir /run/vde_vmnet
	mount -t tmpfs -o ro,mode=711 tmpfs /run/vde_vmnet
	refuses 3 '/run/vde_vmnet.*: Read-only file system; mount it writable' $ENDPOINT
	umount /run/vde_vmnet
	mkdir /run/vde_vmnet/shared.state
	refuses 3 'cannot open /run/vde_vmnet/shared.state: Is a directory; .*remove' $ENDPOINT
	rm -r /run/vde_vmnet
	mount -o remount,ro /run
	refuses 3 'cannot create /run/vde_vmnet: Read-only file system; mount it writable' $ENDPOINT
}

# Root may give a device a name that a terminal obeys.
test_names_are_shown_clean() {
	ip -n host link set up0 down
	ip -n host link set up0 name $'up\e[7m'
	ip -n host link set $'up\e[7m' up
	ip -n host route add default via 198.51.100.1
	in_ns host "$PROGRAM" --check $ENDPOINT >/tmp/plan
	expect grep -qF 'up?[7m' /tmp/plan
	in_ns host "$PROGRAM" '--vmnet-interface=?' >>/tmp/plan
	refute grep -q $'\e' /tmp/plan
}

test_state_directory() {
	mount -o remount,ro /var/lib
	refuses 3 'cannot create /var/lib/vde_vmnet: Read-only file system; mount it writable' $ENDPOINT
	# Where no guest is served, nothing is written there.
	passes --vmnet-mode=host --vmnet-network-identifier=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb $ENDPOINT
	stop_vmnet
	mount -o remount,rw /var/lib
	: >/var/lib/vde_vmnet
	refuses 3 '/var/lib/vde_vmnet: Not a directory; .*remove' $ENDPOINT
	rm /var/lib/vde_vmnet
	mkdir /var/lib/vde_vmnet
	mount -t tmpfs -o ro,mode=755 tmpfs /var/lib/vde_vmnet
	refuses 3 '/var/lib/vde_vmnet.*: Read-only file system; mount it writable' $ENDPOINT
	umount /var/lib/vde_vmnet
	mount -t tmpfs -o ro,uid=65534,mode=755 tmpfs /var/lib/vde_vmnet
	refuses 3 'cannot (write to|take ownership of) /var/lib/vde_vmnet: Read-only file system; mount it' $ENDPOINT
	umount /var/lib/vde_vmnet
	chown $MACHINE_USER /var/lib/vde_vmnet
	passes $ENDPOINT # the service's, taken over
}

test_lease_file() {
	local file=/var/lib/vde_vmnet/shared.leases
	mkdir -p /tmp/s $file
	refuses 3 "$file: not a regular file with a single name; .*remove" $ENDPOINT
	rmdir $file
	mkfifo $file
	refuses 3 "$file: not a regular file with a single name; .*remove" $ENDPOINT
	rm $file
	: >/var/lib/vde_vmnet/other
	ln /var/lib/vde_vmnet/other $file
	refuses 3 "$file: not a regular file with a single name; .*remove" $ENDPOINT
	rm $file
	ln -s other $file
	refuses 3 "$file: .*symbolic links; .*remove" $ENDPOINT
	rm $file
	: >$file
	passes $ENDPOINT
}

test_switch_directory() {
	mkdir /tmp/s
	chmod 755 /tmp/s
	refuses 3 "/tmp/s/ctl cannot be opened: the worker's user cannot access it" switch:///tmp/s/ctl
	mkdir /tmp/s/ctl
	refuses 3 "/tmp/s/ctl cannot be opened: the directory belongs to another user" switch:///tmp/s/ctl
	chown $MACHINE_USER /tmp/s/ctl
	: >/tmp/s/ctl/precious
	refuses 3 '/tmp/s/ctl cannot be opened: the directory has other things in it' switch:///tmp/s/ctl
	rm /tmp/s/ctl/precious
	ln -s ctl /tmp/s/link
	refuses 2 '/tmp/s/link: exists and is not a directory' switch:///tmp/s/link
	passes switch:///tmp/s/ctl
	refuses 3 '/tmp/s/ctl cannot be opened: a switch is already running there' --name=two switch:///tmp/s/ctl
	refuses 2 '/run/vde_vmnet/three.ctl: in /run/vde_vmnet a switch must be called NAME.ctl' --name=two switch:///run/vde_vmnet/three.ctl
	stop_vmnet
	# The same place by a name that does not show it, and read-only.
	mount -t tmpfs -o ro,uid=65534 tmpfs /tmp/s
	refuses 3 '/tmp/s/ctl cannot be opened: Read-only file system' switch:///tmp/s/ctl
}

killed() { ended $VMNET && ! pgrep -f "^vde_vmnet|^dnsmasq --keep"; }
kill_vmnet() {
	kill -KILL $VMNET
	wait_for 3 killed
}

# The start that undoes it may run as another user.
test_what_a_killed_instance_left() {
	local uuid=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb
	chmod 1777 /tmp/owned
	start_vmnet --pidfile=/tmp/pid --user=daemon $ENDPOINT
	kill_vmnet
	expect [ "$(stat -c %U /tmp/owned/ctl)" = daemon ]
	refuses 3 "the worker's user cannot access it" --name=two $ENDPOINT
	passes --pidfile=/tmp/pid $ENDPOINT
	kill_vmnet
	passes --pidfile=/tmp/pid $ENDPOINT
	stop_vmnet
	start_vmnet --user=daemon
	kill_vmnet
	expect [ "$(stat -c %U /run/vde_vmnet/shared.ctl)" = daemon ]
	passes
	stop_vmnet
	start_vmnet --vmnet-mode=host --vmnet-network-identifier=$uuid $ENDPOINT
	kill_vmnet
	passes --vmnet-mode=host --vmnet-network-identifier=$uuid $ENDPOINT
	passes --name=two --vmnet-mode=host --vmnet-network-identifier=$uuid
}

test_bridge_of_a_segment() {
	local uuid=1b4e28ba-2fa1-11d2-883f-b9a761bde3fb bridge
	in_ns host "$PROGRAM" --check --vmnet-mode=host --vmnet-network-identifier=$uuid >/tmp/plan
	bridge=$(sed -n 's/^bridge  *\([^,]*\),.*/\1/p' /tmp/plan)
	ip -n host link add "$bridge" type bridge
	refuses 3 "a device $bridge already exists, and is not one of our bridges" --vmnet-mode=host --vmnet-network-identifier=$uuid
}

take_port() { # protocol port address
	ip netns exec host socat -u "$3" /dev/null &
	HOLDER=$!
	wait_for 3 listens host "$1" "$2"
}
free_port() {
	kill $HOLDER
	wait_for 3 ended $HOLDER
}
test_ports() {
	take_port u 53 UDP-RECV:53,reuseaddr=0 # DHCP goes on
	passes $ENDPOINT
	stop_vmnet
	free_port
	take_port u 67 UDP-RECV:67,reuseaddr=0
	refuses 3 "another program serves DHCP.*ss -Hlunp 'sport = :67" $ENDPOINT
	passes --vmnet-disable-dhcp $ENDPOINT
	stop_vmnet
	free_port
	take_port u 547 UDP6-RECV:547,ipv6only=1,reuseaddr=0
	refuses 3 'another program serves DHCP' $ENDPOINT
	passes --ipv6=off $ENDPOINT
}

# Two of ours, and the host's own, share the port.
test_ports_are_shared_with_who_shares_them() {
	start_vmnet --name=one
	passes --name=two
}

test_pidfile() {
	mkdir /tmp/s
	mount -t tmpfs -o ro tmpfs /tmp/s
	refuses 2 '--pidfile=/tmp/s/pid: Read-only file system' --pidfile=/tmp/s/pid $ENDPOINT
	start_vmnet --name=one --pidfile=/tmp/pid
	refuses 3 'in use by a running process' --pidfile=/tmp/pid $ENDPOINT
	refuses 2 '--pidfile=.*: longer than' --pidfile=/tmp/"$(printf '/%.0s' $(seq 600))"pid $ENDPOINT
	refuses 2 '--pidfile=.*: contains control characters' --pidfile=$'/tmp/p\nid' $ENDPOINT
}

test_kernel() {
	rm /dev/net/tun
	: >/dev/net/tun
	refuses 3 '/dev/net/tun: Inappropriate ioctl' $ENDPOINT
	rm /dev/net/tun
	mknod -m 666 /dev/net/tun c 10 200
	mount --bind /proc/sys /proc/sys
	mount -o remount,ro,bind /proc/sys
	refuses 3 '/proc/sys/net/.*: Read-only file system; in a container, it must be writable' $ENDPOINT
}

# make install's directory closed to others, or the umask of who built it: the worker has a
# copy, and needs neither.
test_program_that_the_worker_cannot_execute() {
	mkdir -m 700 /tmp/closed
	cp "$PROGRAM" /tmp/closed/vde_vmnet
	chmod 700 /tmp/closed/vde_vmnet
	local PROGRAM=/tmp/closed/vde_vmnet
	in_ns host "$PROGRAM" --check $ENDPOINT
	start_vmnet $ENDPOINT
	stop_vmnet
}

# Without uid 0: the capabilities, and directories of its own.
test_another_user() {
	local real=$PROGRAM
	cat >/tmp/as_daemon <<-SCRIPT
		#!/bin/sh
		exec setpriv --reuid=daemon --regid=daemon --clear-groups --inh-caps=+net_admin,+net_raw,+net_bind_service \
			--ambient-caps=+net_admin,+net_raw,+net_bind_service $real "\$@"
	SCRIPT
	chmod +x /tmp/as_daemon
	local PROGRAM=/tmp/as_daemon
	chown daemon /tmp/owned
	refuses 3 'cannot create /run/vde_vmnet: Permission denied; start it with sudo, or as a service' $ENDPOINT
	install -d -o daemon /run/vde_vmnet
	refuses 3 'cannot create /var/lib/vde_vmnet: Permission denied' $ENDPOINT
	install -d -o daemon /var/lib/vde_vmnet
	passes $ENDPOINT
	stop_vmnet
	chmod 444 /var/lib/vde_vmnet/shared.leases
	refuses 3 '/var/lib/vde_vmnet/shared.leases: Permission denied' $ENDPOINT
}
