# SPDX-License-Identifier: GPL-2.0-or-later
# The built-in switch: switch://PATH.

SWITCH=/tmp/our.ctl
CLIENT=${TOOL%/*}/switchclient
setup() { topology; }

client() { as_user "$CLIENT" $SWITCH "$@"; }
start_ours() { start_vmnet --user=$MACHINE_USER switch://$SWITCH "$@"; }
clients_are() { [ "$(find $SWITCH -name '[0-9]*.*' | wc -l)" = "$1" ]; }

test_serves_libvdeplug_clients() {
	serve_dns
	start_ours
	expect log_has "ready: .* at switch:///tmp/our.ctl; QEMU: -netdev vde,id=net0,sock=/tmp/our.ctl "
	guest g1
	guest g2
	lease g1
	lease g2
	expect reaches g1 $SERVER
	expect reaches g1 "$(leased g2 ip)"
	counters 3 >/tmp/counters
	expect [ "$(grep -c 'switch:///tmp/our.ctl port [01] (pid [0-9]*, vde_plug2tap' /tmp/counters)" = 2 ]
	# Neither of them stops the other by leaving.
	kill "$PLUG_g1"
	wait_for 3 clients_are 1
	expect reaches g2 $GATEWAY
}

test_is_the_default_endpoint() {
	start_vmnet --user=$MACHINE_USER
	expect log_has 'sock=/run/vde_vmnet/shared.ctl '
	guest g1 /run/vde_vmnet/shared.ctl
	static_address g1 9
	expect reaches g1 $GATEWAY
	stop_vmnet
	refute test -e /run/vde_vmnet
	# What a killed one left is taken over.
	start_vmnet --user=$MACHINE_USER
	kill -KILL $VMNET
	wait_for 3 ended $VMNET
	expect test -e /run/vde_vmnet/shared.ctl
	start_vmnet --user=$MACHINE_USER
	guest g2 /run/vde_vmnet/shared.ctl
	static_address g2 10
	expect reaches g2 $GATEWAY
	kill -KILL $VMNET
	wait_for 3 ended $VMNET
	wait_for 3 in_ns host "$PROGRAM" --cleanup
	refute test -e /run/vde_vmnet
}

test_directory_is_removed_and_a_stale_one_taken_over() {
	start_ours
	guest g1
	stop_vmnet
	refute test -e $SWITCH
	start_ours
	kill -KILL $VMNET
	wait_for 3 ended $VMNET
	expect test -S $SWITCH/ctl
	start_ours
	guest g2
	static_address g2 9
	expect reaches g2 $GATEWAY
	# What is no socket is not ours to remove, and a directory with such things no switch's.
	as_user touch $SWITCH/a-file
	stop_vmnet
	expect test -e $SWITCH/a-file
	refute test -e $SWITCH/ctl
	refuses 'the directory has other things in it'
}

refuses() { # reason
	local status=0
	in_ns host timeout 60 "$PROGRAM" --name=two --user=$MACHINE_USER switch://$SWITCH 2>/tmp/err || status=$?
	cat /tmp/err
	expect [ $status = 3 ]
	expect grep -qE "error: switch://$SWITCH cannot be opened: .*$1" /tmp/err
}

refuses_early() { # reason
	local status=0
	in_ns host "$PROGRAM" --name=two --user=$MACHINE_USER switch://$SWITCH 2>/tmp/err || status=$?
	expect [ $status = 2 ]
	expect grep -qE "error: $SWITCH: $1" /tmp/err
}

test_directories_that_are_refused() {
	start_switch
	refuses 'a switch is already running there'
	expect test -S $SWITCH/ctl
	stop_switch
	mkdir $SWITCH
	refuses "the directory belongs to another user"
	rmdir $SWITCH
	as_user mkdir /tmp/elsewhere
	ln -s /tmp/elsewhere $SWITCH
	refuses_early 'exists and is not a directory'
	rm $SWITCH
	touch $SWITCH
	refuses_early 'exists and is not a directory'
	rm $SWITCH
	as_user mkdir $SWITCH
	as_user touch $SWITCH/ctl
	refuses 'not a socket|Socket operation on non-socket'
	expect test -f $SWITCH/ctl
}

# Whatever the path is, what is printed for QEMU can be pasted into a shell.
start_and_paste() { # locator what-QEMU-calls-it
	local socket=$2 line
	start_vmnet --user=$MACHINE_USER "$1"
	line=$(sed -n 's/.*; QEMU: //p' $LOG)
	eval "set -- $line"
	expect [ $# = 4 ]
	expect [ "$2" = "vde,id=net0,sock=${socket//,/,,}" ]
}
test_the_printed_line_can_be_pasted() {
	local path='/tmp/my vm, $HOME; *.ctl'
	start_and_paste "switch://$path" "$path"
	as_user "$TOOL" "vde://$path" stall & # its client finds it
	wait_for 3 counters_say "$path port 0"
}
counters_say() { counters 6 | grep -F "$1" >/dev/null; }
test_the_printed_line_of_a_point_can_be_pasted() {
	local path="/tmp/the vm's, \$HOME"
	start_and_paste "ptp://$path" "ptp://$path"
	as_user "$TOOL" "ptp://$path" stall & # its client finds it
	wait_for 3 test -S "$path+"
}

# libvdeplug, and so every emulator, reads brackets, percent signs, quotes and backslashes as something else.
test_names_that_no_emulator_can_say_are_refused() {
	local path status
	for path in {switch,vde}://{'/tmp/a[1].ctl','/tmp/a[','/tmp/a]b','/tmp/100%25.ctl',"/tmp/vm's.ctl",'/tmp/"vm".ctl','/tmp/a\b.ctl'}; do
		status=0
		in_ns host timeout 60 "$PROGRAM" --user=$MACHINE_USER "$path" 2>/tmp/err || status=$?
		expect [ $status = 2 ]
		expect grep -qF "$path: emulators cannot attach to a switch with" /tmp/err
	done
}

test_group_has_access_and_nobody_else() {
	start_ours --vde-group=games
	expect [ "$(stat -c '%a %U %G' $SWITCH)" = "3770 $MACHINE_USER games" ]
	expect [ "$(stat -c '%a %G' $SWITCH/ctl)" = "770 games" ]
	make_ns g1
	ip -n g1 tuntap add dev eth0 mode tap user bin
	ip -n g1 link set eth0 up
	local member=(setpriv --reuid=bin --regid=bin --groups="$(getent group games | cut -d: -f3)")
	ip netns exec g1 "${member[@]}" vde_plug2tap -s $SWITCH eth0 </dev/null &
	wait_for 5 carrier g1 eth0
	static_address g1 9
	expect reaches g1 $GATEWAY
	refute setpriv --reuid=bin --regid=bin --clear-groups "$TOOL" vde://$SWITCH recv 100
	# Its members may not put another socket in the place of ours.
	refute "${member[@]}" rm -f $SWITCH/ctl
}

# What its members leave there is theirs, and no reason to stay away.
test_group_cannot_keep_us_from_coming_back() {
	local member=(setpriv --reuid=bin --regid=bin --groups="$(getent group games | cut -d: -f3)")
	start_ours --vde-group=games
	expect "${member[@]}" touch $SWITCH/a-file
	"${member[@]}" socat -u UNIX-RECV:$SWITCH/a-socket - &
	wait_for 3 test -S $SWITCH/a-socket
	stop_vmnet
	expect test -f $SWITCH/a-file
	refute test -e $SWITCH/a-socket
	# Nor may they play the switch meanwhile.
	refute "${member[@]}" timeout 1 socat -u UNIX-LISTEN:$SWITCH/ctl,unlink-close=0 - 2>/dev/null
	refute test -e $SWITCH/ctl
	start_ours --vde-group=games
	expect [ "$(stat -c '%a %U %G' $SWITCH)" = "3770 $MACHINE_USER games" ]
	expect [ "$(stat -c '%a %U %G' $SWITCH/ctl)" = "770 $MACHINE_USER games" ]
}

test_hostile_clients_are_sent_away() {
	start_ours
	guest g1
	static_address g1 9
	local n
	n=$(worker_descriptors)
	for case in magic version unterminated short; do
		expect [ "$(client hostile $case)" = refused ]
	done
	expect [ "$(client hostile path relative)" = refused ]
	expect [ "$(client hostile path /tmp/absent)" = refused ]
	expect [ "$(client hostile path /etc/passwd)" = refused ]
	expect [ "$(client hostile path $SWITCH/ctl)" = refused ]
	# A socket that is not the client's own: root's here.
	socat -u UNIX-RECV:/tmp/roots - >/tmp/stolen &
	wait_for 3 test -S /tmp/roots
	chmod 777 /tmp/roots
	expect [ "$(client hostile path /tmp/roots)" = refused ]
	ln -s /tmp/roots /tmp/link
	expect [ "$(client hostile path /tmp/link)" = refused ]
	expect [ ! -s /tmp/stolen ]
	expect [ "$(client hostile long)" = refused ]
	expect reaches g1 $GATEWAY
	wait_for 3 clients_are 1
	wait_for 3 prints "$n" worker_descriptors
}

# A path at a file system that does not answer: a server that is gone, an automount.
test_paths_that_hang_stop_nobody() {
	[ -c /dev/fuse ] || skip 'no /dev/fuse'
	mkdir /tmp/hung
	exec {hung}<>/dev/fuse
	mount -i -t fuse -o fd=$hung,rootmode=40000,user_id=0,group_id=0,allow_other hung /tmp/hung
	start_ours
	guest g1
	static_address g1 9
	expect [ "$(client hostile path /tmp/hung/socket)" = refused ]
	expect [ "$(client hostile path /tmp/hung)" = refused ]
	expect reaches g1 $GATEWAY
	# Where else a socket is, it may be.
	as_user mkdir /tmp/elsewhere
	as_user socat -u UNIX-RECV:/tmp/elsewhere/socket - >/dev/null &
	wait_for 3 test -S /tmp/elsewhere/socket
	expect [ "$(client hostile path /tmp/elsewhere/socket)" = served ]
}

# The client's own message is "Invalid argument": why, and what to do, is here.
test_refused_clients_are_told_of() {
	start_ours
	cat >/tmp/open.py <<-'P'
		import ctypes, sys
		class A(ctypes.Structure): _fields_ = [("port", ctypes.c_int), ("group", ctypes.c_char_p), ("mode", ctypes.c_uint)]
		v = ctypes.CDLL("libvdeplug.so.2"); v.vde_open_real.restype = ctypes.c_void_p
		group = sys.argv[3].encode() if len(sys.argv) > 3 else None
		print("ok" if v.vde_open_real(sys.argv[1].encode(), b"t", 1, ctypes.byref(A(0, group, int(sys.argv[2], 8)))) else "refused")
	P
	mkdir -m 755 /tmp/elsewhere
	chown $MACHINE_USER /tmp/elsewhere
	told() { # reason remedy command...
		local before
		before=$(log_count "refused a client .*: .*$1")
		expect [ "$("${@:3}")" = refused ]
		wait_for 3 log_has "warning: switch:///tmp/our.ctl: refused a client .uid $(id -u $MACHINE_USER), pid [0-9]+.: .*$1.*; .*$2"
		"${@:3}" >/dev/null # a second is no second line
		expect [ "$(log_count "refused a client .*: .*$1")" = $((before + 1)) ]
	}
	told 'may not write to its socket, /tmp/our.ctl/' 'group=GROUP,mode=0770' as_user /usr/bin/python3 /tmp/open.py $SWITCH 0000
	told 'not at the path that it names, /tmp/elsewhere/' 'at the same path' \
		unshare -m sh -c "mount --bind $SWITCH /tmp/elsewhere; exec ${AS_USER[*]} /usr/bin/python3 /tmp/open.py /tmp/elsewhere 0700"
	told 'disconnected before sending a request' 'in the group that it names' as_user /usr/bin/python3 /tmp/open.py $SWITCH 0770 games
	told 'does not speak the VDE switch protocol' 'emulators with VDE' client hostile magic
	told 'did not send its request' 'stopped, or does not speak VDE' client hostile short
	told 'did not name a socket that it reads, /etc/passwd' 'create one' client hostile path /etc/passwd
	socat -u UNIX-RECV:/tmp/roots - >/dev/null &
	wait_for 3 test -S /tmp/roots
	chmod 777 /tmp/roots
	told 'belongs to another user, /tmp/roots' 'as the same user' client hostile path /tmp/roots
	kill -USR1 $VMNET
	wait_for 3 log_has 'clients refused: 14 .2: it does not speak the VDE switch protocol.*; 2: '
	# Root may join, as ever.
	refute timeout 1 "$TOOL" vde://$SWITCH stall
	kill -USR1 $VMNET
	wait_for 3 log_has 'clients refused: 14'
	# Nor is a look whether a switch is here a client.
	refute in_ns host "$PROGRAM" --check --name=two --user=$MACHINE_USER switch://$SWITCH
	kill -USR1 $VMNET
	wait_for 3 said_so_often 3 'clients refused: 14'
}
said_so_often() { [ "$(log_count "$2")" = "$1" ]; }

# As /tmp is to the service: what lies there is not there for us, whatever its rights.
test_a_client_whose_socket_is_in_a_closed_directory() {
	mount -t tmpfs -o mode=700 tmpfs /var/tmp
	start_ours
	expect [ "$(client hostile path /var/tmp/socket)" = refused ]
	wait_for 3 log_has 'refused a client .*: its socket is not at the path that it names, /var/tmp/socket; it must see'
}

test_clients_that_never_finish_are_sent_away() {
	start_ours
	guest g1
	static_address g1 9
	client half 300 >/tmp/half &
	local half=$!
	expect reaches g1 $GATEWAY
	wait $half
	expect [ "$(cat /tmp/half)" -lt 10000 ] # 2.5 s, where nothing else is busy; one after the other, 600
}

test_256_clients_come_and_go_100_times() {
	start_ours
	guest g1
	static_address g1 9
	client churn 256 1
	wait_for 3 clients_are 1
	local memory n
	memory=$(worker_memory) n=$(worker_descriptors)
	client churn 256 100
	wait_for 3 clients_are 1
	wait_for 3 prints "$n" worker_descriptors
	expect [ "$(worker_memory)" -le $((memory + 256)) ]
	expect reaches g1 $GATEWAY
}

test_too_many_clients_are_refused_and_others_go_on() {
	start_ours --vde-group=games
	guest g1
	static_address g1 9
	local other=(setpriv --reuid=bin --regid=bin --groups="$(getent group games | cut -d: -f3)")
	as_user "$CLIENT" $SWITCH stall 383 >/tmp/stall &
	wait_for 5 grep -q joined /tmp/stall
	# One user does not get all that there are.
	refute client churn 2 1
	expect log_has 'there are too many clients, in total or for this user'
	"${other[@]}" "$CLIENT" $SWITCH stall 128 >/tmp/stall2 &
	wait_for 5 grep -q joined /tmp/stall2
	refute "${other[@]}" "$CLIENT" $SWITCH churn 2 1
	expect reaches g1 $GATEWAY
}

test_flood_of_addresses_takes_no_memory() {
	start_ours
	guest g1
	guest g2
	static_address g1 9
	static_address g2 10
	expect reaches g1 192.168.105.10
	client flood 20000
	local memory
	memory=$(worker_memory)
	client flood 100000
	expect [ "$(worker_memory)" -le $((memory + 256)) ]
	expect reaches g1 192.168.105.10
	counters 4 >/tmp/counters
	expect log_has 'addresses not learned, for want of room: [1-9]'
}

# Loss and latency of the others, while some never read and broadcasts go on.
test_stalled_clients_cost_the_others_nothing() {
	start_ours
	guest g1
	guest g2
	static_address g1 9
	static_address g2 10
	expect reaches g1 192.168.105.10
	broadcasts &
	local before
	before=$(usual_round_trip)
	client stall 8 >/tmp/stall &
	wait_for 5 grep -q joined /tmp/stall
	wait_for 5 counters_say_full
	# As much as a busy machine's differ. To wait for the stalled ones, too, would take ten times that.
	expect [ "$(usual_round_trip)" -le $((before + 10000)) ]
	expect all_answered /tmp/ping 1000
}
# The next ones when the others have read the last: what a busy machine makes them lose is not our subject.
broadcasts() {
	while true; do
		as_user "$TOOL" vde://$SWITCH send 1000 32
		in_ns g1 ping -c1 -W30 192.168.105.10 >/dev/null || true
	done
}
# The median of 1000 round trips between guests, in µs. (The machine's own noise is in the slowest.)
usual_round_trip() {
	echo_requests /tmp/ping 1000 2 g1 192.168.105.10
	sed -n 's/.*time=\([0-9.]*\) ms/\1/p' /tmp/ping | sort -n | awk '{t[NR] = $1} END {print int(t[int(NR / 2)] * 1000)}'
}
counters_say_full() { counters 12 | grep 'peer full' >/dev/null; }

# A guest that moves is found at its new place with its first frame.
test_address_moves_to_another_port() {
	start_ours
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
	local mac
	mac=$(in_ns g1 cat /sys/class/net/eth0/address)
	guest g2
	ip -n g2 link set eth0 address "$mac"
	ip -n g1 link set eth0 down
	static_address g2 9
	expect reaches g2 $GATEWAY
}

# 1500 bytes of payload behind what networks put before it, and not a byte more.
test_encapsulated_frames_pass_from_guest_to_guest() {
	start_ours
	cat >/tmp/tags.py <<-'P'
		import ctypes, select, sys
		v = ctypes.CDLL("libvdeplug.so.2"); v.vde_open_real.restype = ctypes.c_void_p
		for f in (v.vde_send, v.vde_recv): f.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
		v.vde_datafd.argtypes = [ctypes.c_void_p]
		a, b = (v.vde_open_real(sys.argv[1].encode(), b"t", 1, None) for _ in "ab")
		buffer = ctypes.create_string_buffer(3000)
		def arrives(head, payload):
		    frame = b"\xff" * 6 + b"\2\0\0\0\0\1" + bytes.fromhex(head) + bytes(payload)
		    last = b"\xff" * 6 + b"\2\0\0\0\0\1\x88\xb6" + bytes(46) # which may pass, and is the last
		    v.vde_send(a, frame, len(frame), 0); v.vde_send(a, last, 60, 0); got = False
		    while select.select([v.vde_datafd(b)], [], [], 30)[0]:
		        n = v.vde_recv(b, buffer, 3000, 0)
		        if buffer.raw[:n] == last: return got
		        got |= buffer.raw[:n] == frame
		for head in ("88b5", "8100000588b5", "88a80064810000c888b5", "884700001140", "88470000104000001140"):
		    print(head, arrives(head, 1500), arrives(head, 1501 if head == "88b5" else 1509))
	P
	as_user /usr/bin/python3 /tmp/tags.py vde://$SWITCH >/tmp/tags
	cat /tmp/tags
	expect [ "$(grep -c ' True False$' /tmp/tags)" = 5 ]
}

test_with_other_endpoints_at_once() {
	as_user vde_switch -s /tmp/sw.ctl -d -p /tmp/sw.pid </dev/null
	start_ours /tmp/sw.ctl ptp:///tmp/p2p
	guest g1
	guest g2 /tmp/sw.ctl
	guest g3 ptp:///tmp/p2p
	static_address g1 11
	static_address g2 12
	static_address g3 13
	wait_for 3 reaches g1 192.168.105.12
	wait_for 3 reaches g2 192.168.105.13
	wait_for 3 reaches g3 192.168.105.11
}
