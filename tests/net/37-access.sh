# SPDX-License-Identifier: GPL-2.0-or-later
# Who may do what at the sockets: user × group × kind of socket.
#
#   owner    the worker's user      daemon
#   member   in the group           bin, with the group games
#   outsider in no group of ours    nobody
#
# At once there are a switch, with a client of the owner's, and points of both generations.

setup() { topology; }

POINTS=(/tmp/ours/ctl /tmp/p1 /tmp/p2)
MEMBERS=$(getent group games | cut -d: -f3)
as_owner() { setpriv --reuid=daemon --regid=daemon --clear-groups "$@"; }
as_member() { setpriv --reuid=bin --regid=bin --groups="$MEMBERS" "$@"; }
as_outsider() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; }

start_all() { # [options]
	start_vmnet --user=daemon "$@" switch:///tmp/ours 'ptp:///tmp/p1[gen=1]' 'ptp:///tmp/p2[gen=2]'
	as_owner "$TOOL" vde:///tmp/ours stall &
	wait_for 5 client_is_there
	CLIENTS=$(find /tmp/ours -name '000.*')
}
client_is_there() { [ -n "$(find /tmp/ours -name '000.*')" ]; }

# What connect(2) says: yes, or the error.
connects() { # who path
	local type=1 said
	case $2 in /tmp/p1 | /tmp/ours/0*) type=2 ;; /tmp/p2) type=5 ;; esac
	if said=$("as_$1" socat -u OPEN:/dev/null "UNIX-CLIENT:$2,type=$type" 2>&1); then
		echo yes
	else
		echo "${said##*: }"
	fi
}
answers() { # who answer path…
	local path
	for path in "${@:3}"; do
		expect [ "$1 $path: $(connects "$1" "$path")" = "$1 $path: $2" ]
	done
}
# Everything else that one can do with a name in a directory.
changes_nothing() { # who
	local path
	for path in "${POINTS[@]}" "$CLIENTS"; do
		refute "as_$1" rm -f "$path" 2>/dev/null
		refute "as_$1" mv "$path" "$path.gone" 2>/dev/null
		refute "as_$1" chmod 777 "$path" 2>/dev/null
		refute "as_$1" chgrp bin "$path" 2>/dev/null
		refute "as_$1" ln -sfn /etc/passwd "$path" 2>/dev/null
	done
	refute "as_$1" chmod 777 /tmp/ours 2>/dev/null
	refute "as_$1" rmdir /tmp/ours 2>/dev/null
	refute "as_$1" mv /tmp/ours /tmp/theirs 2>/dev/null
	refute "as_$1" sh -c 'echo x >>/run/vde_vmnet/shared.state' 2>/dev/null
	# What can be read can be locked: nobody else's lock is in the way of a start, or an end.
	refute "as_$1" flock -n /run/vde_vmnet true 2>/dev/null
	refute "as_$1" flock -n /run/vde_vmnet/shared.state true 2>/dev/null
	refute "as_$1" sh -c 'exec 3</run/vde_vmnet/shared.state' 2>/dev/null
	refute "as_$1" touch /run/vde_vmnet/x /var/lib/vde_vmnet/x 2>/dev/null
	refute "as_$1" kill -0 "$(worker_pid)" 2>/dev/null
	refute "as_$1" kill -0 $VMNET 2>/dev/null
}
member_is_there() { [ -n "$(find /tmp/ours -name '001.*')" ]; }
modes() { stat -c '%a %U %G' /tmp/ours "${POINTS[@]}" | sort -u; }

test_without_a_group_it_is_the_owners_alone() {
	local mask
	for mask in 000 022 077 777; do
		umask $mask
		start_all
		umask 022
		expect [ "$(modes)" = "$(printf '%s\n' '700 daemon daemon' '770 daemon daemon')" ]
		expect [ "$(stat -c %a /tmp/ours /tmp/p1 /tmp/p2 | sort -u)" = 700 ] # what lies behind 700 may be wider
		expect [ "$(stat -c %a /run/vde_vmnet)" = 711 ]
		answers outsider 'Permission denied' "${POINTS[@]}" "$CLIENTS"
		answers member 'Permission denied' "${POINTS[@]}" "$CLIENTS"
		answers owner yes "${POINTS[@]}"
		changes_nothing outsider
		changes_nothing member
		stop_vmnet
	done
}

test_a_member_may_attach_and_nothing_else() {
	local mask
	for mask in 000 777; do
		umask $mask
		start_all --vde-group=games
		umask 022
		expect [ "$(modes)" = "$(printf '%s\n' '3770 daemon games' '770 daemon games')" ]
		answers outsider 'Permission denied' "${POINTS[@]}" "$CLIENTS"
		changes_nothing outsider
		changes_nothing member
		# A port is connected to its client, and takes frames of nobody else.
		as_member "$TOOL" vde:///tmp/ours stall &
		wait_for 5 member_is_there
		answers member 'Operation not permitted' /tmp/ours/001.*
		refute [ "$(connects member "$CLIENTS")" = yes ]
		answers member yes "${POINTS[@]}"
		stop_vmnet
	done
}

# The switch makes its sockets where members may write, too. Those of before are no pattern for the next.
test_a_member_cannot_take_the_names_of_the_next_ports() {
	start_all --vde-group=games
	as_member "$TOOL" vde:///tmp/ours stall &
	wait_for 5 member_is_there
	local name pid
	pid=$(worker_pid)
	# All that could be foretold: a number and the process, and what was there before with another number.
	(cd /tmp/ours && find . -name '00[01].*' -printf '%f\n') | sed 's/^[0-9]*\.//' >/tmp/ends
	echo "$pid" >>/tmp/ends
	for name in $(cat /tmp/ends); do seq -f "/tmp/ours/%03g.$name" 0 8191; done | as_member xargs touch 2>/dev/null || true
	expect [ "$(find /tmp/ours -type f | wc -l)" -ge 8000 ]
	as_owner "$TOOL" vde:///tmp/ours stall &
	wait_for 5 port_is_there 002
	as_member "$TOOL" vde:///tmp/ours stall &
	wait_for 5 port_is_there 003
	refute log_has 'refused a client'
	# Nor what is theirs keeps the next network away, of this user or of another.
	kill -KILL $VMNET
	wait_for 3 ended $VMNET
	start_all --vde-group=games
	expect [ -z "$(find /tmp/ours -type s -name '00[1-3].*')" ]
}
port_is_there() { [ -n "$(find /tmp/ours -type s -name "$1.*")" ]; }

# 192.168.105.9 asks who has the gateway's address.
ASKS=ffffffffffff02000000000108060001080006040001020000000001c0a86909000000000000c0a86901$(printf %036d 0)
export ASKS
# Point to point in the older format, the peer's socket is libvdeplug's: 0700 unless it is told
# otherwise. Who sends does not hear then, and is told what to do.
test_who_sends_to_a_point_hears_it() {
	cat >/tmp/point.py <<-'P'
		import ctypes, os, select, sys
		class A(ctypes.Structure): _fields_ = [("port", ctypes.c_int), ("group", ctypes.c_char_p), ("mode", ctypes.c_uint)]
		v = ctypes.CDLL("libvdeplug.so.2"); v.vde_open_real.restype = ctypes.c_void_p
		for f in (v.vde_send, v.vde_recv): f.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
		v.vde_datafd.argtypes = [ctypes.c_void_p]
		c = v.vde_open_real(b"ptp:///tmp/p1", b"t", 1, ctypes.byref(A(0, b"games" if len(sys.argv) > 1 else None, 0o770 if len(sys.argv) > 1 else 0o700)))
		asks = bytes.fromhex(os.environ["ASKS"])
		b = ctypes.create_string_buffer(2000)
		for i in range(int(os.environ["TRIES"])):
		    v.vde_send(c, asks, 60, 0)
		    if select.select([v.vde_datafd(c)], [], [], 0.2)[0] and v.vde_recv(c, b, 2000, 0) > 0: print("heard"); break
	P
	start_vmnet --user=daemon --vde-group=daemon 'ptp:///tmp/p1[gen=1]'
	expect log_has 'ready: .*sock=ptp:///tmp/p1[^ ]*,group=daemon,mode=0770 -device'
	local member=(setpriv --reuid=bin --regid=bin --groups="$(id -g daemon)")
	expect [ "$(TRIES=100 as_owner /usr/bin/python3 /tmp/point.py)" = heard ]
	rm -f /tmp/p1+
	expect [ -z "$(TRIES=10 "${member[@]}" /usr/bin/python3 /tmp/point.py)" ]
	wait_for 3 log_has "warning: ptp:///tmp/p1.*: a frame was dropped: it cannot be sent: the worker's user may not write to the peer's socket; .*group=GROUP,mode=0770"
	expect [ "$(counters 1 | grep -c 'dropped out: .*not permitted')" = 1 ]
	rm -f /tmp/p1+
	sed -i 's/b"games"/b"daemon"/' /tmp/point.py
	expect [ "$(TRIES=100 "${member[@]}" /usr/bin/python3 /tmp/point.py group)" = heard ]
	rm -f /tmp/p1+
	expect [ "$(TRIES=100 /usr/bin/python3 /tmp/point.py group)" = heard ] # root's
}

is_refused() { counters 1 | grep 'dropped out: .*not permitted' >/dev/null; }
# libvdeplug binds its socket and only then sets its mode: on a busy machine frames come between.
test_a_point_that_is_closed_for_a_moment_is_not_told() {
	cat >/tmp/moment.py <<-'P'
		import os, select, socket, time
		os.umask(0o077)
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind("/tmp/p1+")
		asks = bytes.fromhex(os.environ["ASKS"])
		s.sendto(asks, "/tmp/p1")
		while not os.path.exists("/tmp/refused"): time.sleep(0.01)
		os.chown("/tmp/p1+", -1, int(os.environ["GROUP_ID"]))
		os.chmod("/tmp/p1+", 0o770)
		while not select.select([s], [], [], 0.2)[0]: s.sendto(asks, "/tmp/p1")
	P
	# Nothing comes from the host by itself, however long it takes here.
	start_vmnet --user=daemon --vde-group=daemon --vmnet-disable-ra 'ptp:///tmp/p1[gen=1]'
	GROUP_ID=$(id -g daemon) timeout 60 setpriv --reuid=bin --regid=bin --groups="$(id -g daemon)" /usr/bin/python3 /tmp/moment.py &
	wait_for 5 is_refused
	touch /tmp/refused
	wait $! || fail 'nothing came to the point when it was open'
	expect [ "$(counters 1 | grep -c 'dropped out: .*not permitted')" = 1 ]
	refute log_has 'may not write'
}

# A directory that is missing is made so that members can attach, and goes with the network.
test_a_point_has_a_directory_for_its_group() {
	local member=(setpriv --reuid=bin --regid=bin --groups="$MEMBERS")
	start_vmnet --user=daemon --vde-group=games 'ptp:///tmp/points/p[gen=1]'
	expect [ "$(stat -c '%a %U %G' /tmp/points)" = '3770 daemon games' ]
	refute as_outsider ls /tmp/points 2>/dev/null
	"${member[@]}" "$TOOL" ptp:///tmp/points/p stall &
	wait_for 5 test -S /tmp/points/p+
	refute "${member[@]}" rm -f /tmp/points/p 2>/dev/null
	kill -KILL $!
	wait_for 3 ended $!
	stop_vmnet
	refute test -e /tmp/points
	start_vmnet --user=daemon --vde-group=games 'ptp:///tmp/points/p[gen=1]'
	refute log_has 'members of the group cannot attach'
	kill -KILL $VMNET
	wait_for 3 ended $VMNET
	expect test -d /tmp/points
	wait_for 3 in_ns host "$PROGRAM" --cleanup
	refute test -e /tmp/points
	# One that is there is its maker's, and may be closed.
	as_owner mkdir -m 755 /tmp/points
	start_vmnet --user=daemon --vde-group=games 'ptp:///tmp/points/p[gen=1]'
	expect log_has 'warning: ptp:///tmp/points/p.*: members of the group cannot attach: .* in a directory that does not exist yet'
	stop_vmnet
	expect [ "$(stat -c %a /tmp/points)" = 755 ]
	refute in_ns host "$PROGRAM" --user=daemon ptp:///run/vde_vmnet/p 2>/tmp/err
	expect grep -q 'the worker and emulators cannot access /run/vde_vmnet; choose a path elsewhere' /tmp/err
	refute in_ns host "$PROGRAM" --user=daemon ptp:///tmp/absent/points/p 2>/tmp/err
	expect grep -q 'its directory does not exist; create it' /tmp/err
}

# The group without --vde-group: the first of these that there is, for who is in it.
test_the_default_group() {
	mkdir /tmp/etc /tmp/work
	mount -t overlay -o lowerdir=/etc,upperdir=/tmp/etc,workdir=/tmp/work overlay /etc
	mount --bind /tmp/resolv.conf /etc/resolv.conf
	group_of() { # what is expected, arguments
		start_vmnet "${@:2}" switch:///tmp/ours ptp:///tmp/p1
		expect [ "$(stat -c '%a %G' /tmp/ours) $(stat -c '%a %G' /tmp/p1)" = "$1" ]
		stop_vmnet
	}
	userdel vde2-net 2>/dev/null || groupdel vde2-net
	group_of '700 daemon 700 daemon' --user=daemon
	groupadd -r vde2-net
	group_of '700 daemon 700 daemon' --user=daemon
	usermod -a -G vde2-net daemon
	group_of '3770 vde2-net 770 vde2-net' --user=daemon
	SUDO_UID=$(id -u daemon) group_of '3770 vde2-net 770 vde2-net'
	groupadd -r vde-vmnet # he is not in that: a network of his own
	group_of '700 daemon 700 daemon' --user=daemon
	usermod -a -G vde-vmnet daemon
	group_of '3770 vde-vmnet 770 vde-vmnet' --user=daemon
	group_of '3770 games 770 games' --user=daemon --vde-group=games
	group_of '3770 vde-vmnet 770 vde-vmnet' # nobody, for want of a person
	useradd -r -g vde-vmnet vde-vmnet
	group_of '3770 vde-vmnet 770 vde-vmnet'
	in_ns host "$PROGRAM" --check --user=daemon >/tmp/plan
	expect grep -q '^access     the group vde-vmnet$' /tmp/plan
	in_ns host "$PROGRAM" --check --user=bin >/tmp/plan
	expect grep -q '^access     only the user bin$' /tmp/plan
}

# Anything that is there before, at each kind of endpoint: refused, not followed, left alone.
test_what_is_in_the_way_stays() {
	echo precious >/tmp/file
	as_owner mkdir /tmp/directory
	as_owner touch /tmp/directory/file
	as_owner socat -u UNIX-RECV:/tmp/live - >/dev/null &
	wait_for 3 test -S /tmp/live
	local kind thing status
	for thing in file fifo directory link-to-file link-to-directory link-to-socket link-to-nothing; do
		case $thing in
		file)
			echo precious >/tmp/point
			chown daemon /tmp/point
			;;
		fifo)
			mkfifo /tmp/point
			chown daemon /tmp/point
			;;
		directory) mkdir /tmp/point ;;
		link-to-file) ln -s file /tmp/point ;;
		link-to-directory) ln -s directory /tmp/point ;;
		link-to-socket) ln -s live /tmp/point ;;
		link-to-nothing) ln -s absent /tmp/point ;;
		esac
		stat -c '%i %f %U' /tmp/point >/tmp/was
		for kind in switch:// 'ptp://' ''; do
			[ "$kind$thing" != link-to-nothing ] || continue # a vde_switch may come there
			case $kind$thing in directory | link-to-directory) continue ;; esac
			status=0
			in_ns host timeout 60 "$PROGRAM" --user=daemon "$kind/tmp/point" 2>/tmp/err || status=$?
			[ $status = 2 ] || [ $status = 3 ] || fail "$kind at a $thing: status $status"
			expect [ "$(grep -c error: /tmp/err)" = 1 ]
			expect [ "$(stat -c '%i %f %U' /tmp/point)" = "$(cat /tmp/was)" ]
		done
		rm -r /tmp/point
	done
	expect [ "$(cat /tmp/file)" = precious ]
	expect test -f /tmp/directory/file
	expect test -S /tmp/live
	refute test -e /tmp/absent
	refute test -e /run/vde_vmnet
}

# One byte more than there is room for, beside the longest that works.
test_paths_that_are_too_long_make_nothing() {
	local deep kind room
	deep=/tmp/$(printf 'd%.0s' {1..60})
	as_owner mkdir "$deep"
	for kind in switch:92 ptp:106; do
		room=$((${kind#*:} - ${#deep} - 1))
		kind=${kind%:*}
		start_vmnet --user=daemon "$kind://$deep/$(printf 'x%.0s' $(seq $room))"
		expect [ "$(find "$deep" -mindepth 1 -maxdepth 1 | wc -l)" = 1 ]
		stop_vmnet
		refute in_ns host "$PROGRAM" --user=daemon "$kind://$deep/$(printf 'x%.0s' $(seq $((room + 1))))" 2>/tmp/err
		expect grep -q 'a socket.s name only has room for' /tmp/err
		expect [ -z "$(ls -A "$deep")" ]
	done
}

# Both see that the switch there is dead.
test_one_of_two_that_start_at_once_gets_the_directory() {
	local n ready
	for n in 1 2 3; do
		start_vmnet --user=daemon switch:///tmp/ours
		kill -KILL $VMNET
		wait_for 3 ended $VMNET
		: >$LOG
		launch_vmnet --name=one --user=daemon switch:///tmp/ours
		local one=$VMNET
		launch_vmnet --name=two --user=daemon switch:///tmp/ours
		wait_for 10 decided $one $VMNET
		if ended $one; then one=$VMNET; fi
		expect log_has 'switch:///tmp/ours cannot be opened: a switch is already running there'
		expect as_owner "$TOOL" vde:///tmp/ours recv 50
		end $one
		refute test -e /tmp/ours
		in_ns host "$PROGRAM" --cleanup
	done
}
decided() { [ "$(log_count 'ready: ')" = 1 ] && { ended "$1" || ended "$2"; }; }

# A member could put a link to somebody's own socket there, to have it written to in his name.
test_a_points_name_is_no_way_to_other_sockets() {
	as_owner mkdir -m 700 /tmp/private
	as_owner /usr/bin/python3 -c 'import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("/tmp/private/s")
while True: print(len(s.recv(2000)), flush=True)' >/tmp/written &
	wait_for 5 test -S /tmp/private/s
	start_vmnet --user=daemon --vde-group=games 'ptp:///tmp/points/p[gen=1]'
	as_member ln -s /tmp/private/s /tmp/points/p+
	local asks=ffffffffffff02000000000108060001080006040001020000000001c0a86909000000000000c0a86901000000000000000000000000000000000000
	for _ in 1 2 3; do
		/usr/bin/python3 -c "import sys; sys.stdout.buffer.write(bytes.fromhex('$asks'))" | as_member socat -u - UNIX-SENDTO:/tmp/points/p
		wait_for 5 heard_of_it $_
	done
	expect [ ! -s /tmp/written ]
}
heard_of_it() { counters 1 | grep -E "in $1 frames .*dropped out: .*no peer" >/dev/null; }
