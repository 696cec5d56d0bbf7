# SPDX-License-Identifier: GPL-2.0-or-later
# Older dialects of VDE: the client's data socket has an abstract name, as those of User Mode
# Linux (eth0=daemon) and Bochs have. tests/qemu/30-uml.sh has the real one.

SWITCH=/tmp/our.ctl
CLIENT=${TOOL%/*}/switchclient
setup() {
	topology
	write_client
	start_vmnet --user=$MACHINE_USER --vde-group=games switch://$SWITCH
	guest g1
	static_address g1 9
	expect reaches g1 $GATEWAY
}
AS_MEMBER=(setpriv --reuid=bin --regid=bin --groups="$(getent group games | cut -d: -f3)")

# Says what it does in lines, and does what it is told by lines:
#   join [OWNER]   the handshake of User Mode Linux, byte for byte; of another's name, with its number
#   speak          one frame of broadcast to the switch
#   speak PATH     the same to another's port; port: the path of its own
#   heard          how many frames of type 0x88b5 have come
write_client() {
	cat >/tmp/uml.py <<-'P'
		import os, socket, struct, sys
		d, number = sys.argv[1], int(sys.argv[2])
		def name_of(n): # struct { char zero; int pid; int usecs; }, in a sun_path
		    return (b"\0\0\0\0" + struct.pack("=II", n, 1)).ljust(108, b"\0")
		data = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		data.bind(name_of(number))
		control = socket.socket(socket.AF_UNIX)
		heard, port = 0, None
		frame = b"\xff" * 6 + struct.pack("!HI", 0x0255, number) + b"\x88\xb5" + bytes(46)
		for line in sys.stdin:
		    word = line.split()
		    if word[0] == "join":
		        control.connect(d + "/ctl")
		        owner = int(word[1]) if len(word) > 1 else number
		        control.send(struct.pack("=IIIH", 0xfeedface, 3, 0, socket.AF_UNIX) + name_of(owner))
		        reply = control.recv(200)
		        port = reply[2:].rstrip(b"\0").decode() if len(reply) == 110 else None
		        print("joined" if port else "refused", flush=True)
		    elif word[0] == "port":
		        print(port, flush=True)
		    elif word[0] == "speak":
		        try: data.sendto(frame, word[1] if len(word) > 1 else port); print("spoke", flush=True)
		        except OSError as e: print(e.strerror, flush=True)
		    elif word[0] == "heard":
		        data.setblocking(False)
		        try:
		            while True: heard += data.recv(2000)[12:14] == b"\x88\xb5"
		        except BlockingIOError: pass
		        print(heard, flush=True)
		    elif word[0] == "gone":
		        control.settimeout(float(word[1])); print("gone" if control.recv(1) == b"" else "there", flush=True)
	P
}
# A client that is told what to do by ask; on the host, which its name is of.
uml() { # name number prefix...
	mkfifo /tmp/"$1".in /tmp/"$1".out
	ip netns exec "${NS:-host}" "${@:3}" /usr/bin/python3 /tmp/uml.py $SWITCH "$2" </tmp/"$1".in >/tmp/"$1".out &
	exec {fd}>/tmp/"$1".in
	eval "IN_$1=$fd"
	exec {fd}</tmp/"$1".out
	eval "OUT_$1=$fd"
}
ask() { # name words...
	local in=IN_$1 out=OUT_$1 answer
	echo "${*:2}" >&"${!in}"
	read -r -t 60 answer <&"${!out}"
	echo "$answer"
}
hears() { [ "$(ask "$1" heard)" -ge "$2" ]; }
# A frame to all, from someone else; all who get it have it when the next ping is answered.
broadcast() {
	as_user "$CLIENT" $SWITCH flood 1 >/dev/null
	expect reaches g1 $GATEWAY
}

test_a_client_with_an_abstract_name_joins() {
	uml a 7 "${AS_USER[@]}"
	expect [ "$(ask a join)" = joined ]
	# Nothing is sent to it until it has shown whose the name is.
	broadcast
	expect [ "$(ask a heard)" = 0 ]
	expect [ "$(ask a speak)" = spoke ]
	wait_for 5 heard_of a
	broadcast
	wait_for 5 hears a 1
	expect counters 4 >/tmp/counters
	expect grep -q 'port 1 .*: in 1 frames.*[1-9] peer not heard yet' /tmp/counters
	# It leaves as any other.
	eval "exec $IN_a>&-"
	wait_for 5 ports_are 1
}
heard_of() { counters 4 | grep 'port 1 .*: in [1-9]' >/dev/null; }
ports_are() { [ "$(find $SWITCH -name '[0-9]*.*' | wc -l)" = "$1" ]; }

# The name is another user's: its owner hears nothing, whatever the impostor and the network say.
test_nobody_joins_in_anothers_name() {
	uml victim 7 "${AS_MEMBER[@]}"
	expect [ "$(ask victim port)" = None ] # it has its name
	uml impostor 8 "${AS_USER[@]}"
	expect [ "$(ask impostor join 7)" = joined ]
	broadcast
	# Its own socket is not the one that the port is connected to.
	expect [ "$(ask impostor speak)" = 'Operation not permitted' ]
	broadcast
	expect [ "$(ask victim heard)" = 0 ]
	# A datagram of the real owner's shows that the name is not the client's.
	expect [ "$(ask victim speak "$(ask impostor port)")" = spoke ]
	expect [ "$(ask impostor gone 30)" = gone ]
	wait_for 5 ports_are 1
	expect [ "$(ask victim heard)" = 0 ]
}

test_a_name_that_nobody_has_is_refused() {
	uml a 7 "${AS_USER[@]}"
	expect [ "$(ask a join 99)" = refused ]
	# One in another network namespace is such a one: a container's.
	make_ns elsewhere
	NS=elsewhere uml b 8 "${AS_USER[@]}"
	expect [ "$(ask b join)" = refused ]
}
