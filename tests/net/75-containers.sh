# SPDX-License-Identifier: GPL-2.0-or-later
# In a container: capabilities in a user namespace alone, as rootless podman, LXC and
# unprivileged nspawn give them. It works, or is refused in a line before anything is made,
# and --check says the same.

SWITCH=/tmp/box/ctl
setup() {
	chmod 1777 /tmp
	install -d -m 1777 /tmp/box
	mkdir /tmp/said
	chmod 777 /tmp/said
}

# contain USERS NETWORK COMMAND…: USERS is "one" (root, who is nobody outside), "self"
# (nobody alone, who is nobody outside) or how many from 0 on are 100000 and on outside.
# Its processes are numbered, and its /proc, /run and /var/lib are made, as usual.
contain() {
	local users=$1 network=$2 pid
	local spaces=(--mount --pid --fork --kill-child --mount-proc)
	shift 2
	[ "$network" = host ] || spaces+=(--net)
	cat >/tmp/inside.sh <<-'SH'
		set -e
		umask 022
		mount -t tmpfs -o mode=755 tmpfs /run
		mount -t tmpfs -o mode=755 tmpfs /var/lib
		ip link set lo up 2>/dev/null || true
		eval "$PREPARE"
		"$@"
	SH
	case $users in
	one) exec setpriv --reuid=nobody --regid=nogroup --clear-groups unshare --user --map-root-user "${spaces[@]}" sh /tmp/inside.sh "$@" ;;
	self) exec setpriv --reuid=nobody --regid=nogroup --clear-groups unshare --user --map-current-user --keep-caps "${spaces[@]}" sh /tmp/inside.sh "$@" ;;
	esac
	setpriv --reuid=nobody --regid=nogroup --clear-groups unshare --user sleep 60 &
	pid=$!
	wait_for 3 its_own "$pid"
	echo "0 100000 $users" >/proc/$pid/uid_map
	echo "0 100000 $users" >/proc/$pid/gid_map
	exec nsenter --user --target $pid --setuid 0 --setgid 0 unshare "${spaces[@]}" sh /tmp/inside.sh "$@"
}
its_own() { [ "$(readlink /proc/"$1"/ns/user)" != "$(readlink /proc/self/ns/user)" ] && grep -q sleep /proc/"$1"/cmdline; }

# refused USERS NETWORK 'what prepares it' 'pattern of the line' [how it is started]
refused() {
	local users=$1 network=$2 pattern=$4
	cat >/tmp/try.sh <<-'SH'
		state() { ip -o link; ip -o addr; nft list ruleset; sysctl -a 2>/dev/null | grep '^net\.' | grep -v 'random\|nf_conntrack\|stat\|cookie\|key'; find /run /var/lib; }
		stdbuf -oL ip monitor link >/tmp/said/links 2>&1 &
		monitor=$!
		for action in --check ''; do
			status=0
			state >/tmp/said/before
			timeout 60 $STARTED "$PROGRAM" $action >/tmp/said/out 2>/tmp/said/err || status=$?
			state >/tmp/said/after
			cat /tmp/said/err
			[ $status = 3 ] || { echo "$action: status $status"; exit 1; }
			[ "$(wc -l </tmp/said/err)" = 1 ] || { echo "$action: not one line"; exit 1; }
			grep -qE -- "$PATTERN" /tmp/said/err || { echo "$action: not this line"; exit 1; }
			diff /tmp/said/before /tmp/said/after || { echo "$action: changed"; exit 1; }
		done
		sleep 0.1 # what the monitor has not read yet
		kill $monitor
		! grep vmnet /tmp/said/links || { echo "a device was made"; exit 1; }
		: >/tmp/said/done
	SH
	rm -f /tmp/said/*
	(PREPARE=$3 PATTERN=$pattern STARTED=${5:-} contain "$users" "$network" sh /tmp/try.sh) >/tmp/refused 2>&1 || true
	[ -e /tmp/said/done ] || fail "$users, $network, $3: $(cat /tmp/refused)"
}

test_root_alone_is_no_one_else() {
	refused one own : 'cannot run a process as user nobody \(uid 65534, gid 65534\): Operation not permitted; a container needs a range of users and groups'
	# Users are there, but not the one that is wanted.
	refused 1000 own : 'cannot run a process as user [a-z-]+ \(uid [0-9]+, gid 65534\): Invalid argument; a container needs a range'
}

test_sysctls_are_read_only() {
	refused 65536 own 'mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys' \
		'/proc/sys/net/ipv4/conf/default/rp_filter: Read-only file system; in a container, it must be writable'
}

# podman --network=host, without root.
test_the_network_is_not_its_own() {
	refused 65536 host : '/proc/sys/net/.*: Permission denied; .* a container needs a network of its own'
}

test_no_device() {
	refused 65536 own 'mount -t tmpfs tmpfs /dev/net' '/dev/net/tun: No such file or directory; try: modprobe tun; a container must be given the device'
	mkdir /tmp/nodev
	mount -t tmpfs -o nodev tmpfs /tmp/nodev
	mknod -m 666 /tmp/nodev/tun c 10 200
	refused 65536 own 'mount --bind /tmp/nodev/tun /dev/net/tun' '/dev/net/tun: Permission denied; .*a container must be given the device'
	refused 65536 own 'mount --bind /dev/null /dev/net/tun' '/dev/net/tun: Inappropriate ioctl for device; something else is in its place'
}

test_read_only_directories() {
	refused 65536 own 'mount -t tmpfs -o ro tmpfs /run' 'cannot create /run/vde_vmnet: Read-only file system; mount it writable'
	# Known before the device is made, so no monitor sees one.
	refused 65536 own 'mount -t tmpfs -o ro tmpfs /var/lib' 'cannot create /var/lib/vde_vmnet: Read-only file system; mount it writable'
}

test_dropped_capabilities() {
	local cap
	for cap in net_admin net_raw net_bind_service setuid setgid setpcap kill chown; do
		refused 65536 own : "no privilege to create a network \(CAP_${cap^^}\): start it with sudo, or give that capability to its service or container" \
			"setpriv --bounding-set=-$cap"
	done
	# All of them at once: one line is enough to give them.
	refused 65536 own : 'no privilege to create a network \(CAP_NET_ADMIN, CAP_NET_RAW, CAP_CHOWN\): start it with sudo, or give these capabilities to its service or container' \
		'setpriv --bounding-set=-net_admin,-net_raw,-chown'
}

serves() { # users, uid outside of who attaches, how it is started…
	local users=$1 uid=$2
	shift 2
	(PREPARE=$PREPARE contain "$users" own "$@" "$PROGRAM" switch://$SWITCH) >>$LOG 2>&1 &
	wait_for 15 log_has 'ready: '
	AS_USER=(setpriv --reuid="$uid" --regid="$uid" --clear-groups)
	MACHINE_USER=$uid
	guest g1 $SWITCH
	lease g1
	lease6 g1
	expect reaches g1 $GATEWAY
	VMNET=$(pgrep -f "^$PROGRAM switch://$SWITCH")
	end "$VMNET"
	expect log_has 'stopping: Terminated'
	refute log_has 'error'
}

test_serves_with_a_range_of_users() { PREPARE=: serves 65536 165534; }

# One user that is not root needs no other: all processes are that one, as in the service.
test_serves_as_one_user() {
	PREPARE='mkdir /run/vde_vmnet /var/lib/vde_vmnet' serves self 65534
}
