# SPDX-License-Identifier: GPL-2.0-or-later
# vde_vmnet-bridge-helper, as QEMU and libvirt call it, by a user without any privilege.
#
#   guest t1 ─ eth0 ═ vmnettapN ─┐
#   guest g1 ═ our switch ═ vmnet_shared ─┴─ vmnet-shared (bridge, gateway) ─ ns host ─ up0 ── ns inet

SWITCH=/tmp/our.ctl HELPER=$PROGRAM-bridge-helper MAC=52:54:00:12:34:56
setup() { topology; }
begin() { start_vmnet switch://$SWITCH tap://; }

CLIENT=(/usr/bin/python3 "$TOP/tests/net/tapclient.py")
call() { in_ns host "${AS_USER[@]}" "${CLIENT[@]}" "${CALLED:-$HELPER}" "$@"; } # br=BRIDGE what…
said() { call "$@" 2>&1 || true; }
# It fails with that one line.
complains() { # pattern what…
	local pattern=$1
	shift
	SAID=$(said "$@")
	echo "$SAID"
	[[ $SAID =~ ^failed\ 1\ vde_vmnet-bridge-helper:\ $pattern$ ]] && [ "$(wc -l <<<"$SAID")" = 1 ]
}
# A guest whose eth0 is a TAP that the helper got.
helped_guest() { # name mac [option]
	make_ns "$1"
	ip -n "$1" tuntap add dev eth0 mode tap user $MACHINE_USER vnet_hdr
	ip -n "$1" link set eth0 up
	ip netns exec "$1" "${AS_USER[@]}" "${CLIENT[@]}" "$HELPER --mac=$2 ${3:-}" br=shared mac="$2" guest=eth0 >/tmp/"$1".tap 2>&1 &
	eval "HELPED_$1=$!"
	wait_for 10 test -s /tmp/"$1".tap
	wait_for 5 carrier "$1" eth0
}
no_taps() { ! ip -n host -o link | grep ' vmnettap'; }

test_a_guest_on_it() {
	serve_dns
	begin
	guest g1 $SWITCH
	lease g1
	helped_guest t1 $MAC
	lease t1
	expect [ "$(in_ns t1 dig +short +time=10 @$GATEWAY www.example.test)" = $SERVER ]
	expect reaches t1 $SERVER
	expect reaches t1 "$(leased g1 ip)"
	expect reaches g1 "$(leased t1 ip)"
}

# By QEMU without and with a blank in it, and by libvirt; by the network's name, and its device's.
test_how_it_is_called() {
	local bridge
	begin
	for bridge in shared vmnet-shared; do
		expect [ "$(said br=$bridge end)" = 'vmnettap0 5002' ] # TAP, NO_PI, VNET_HDR
		expect log_has "vmnettap0 for uid $(id -u $MACHINE_USER) .* whose guest brings its own MAC address"
		wait_for 5 no_taps
		expect [ "$(said br=$bridge/$MAC plain end)" = 'vmnettap0 1002' ]
		wait_for 5 no_taps
		expect [ "$(said br=$bridge/52:54:00:00:00:07 end)" = 'vmnettap0 5002' ]
		expect log_has 'whose guest is 52:54:00:00:00:07'
		wait_for 5 no_taps
		expect [ "$(CALLED="$HELPER --mac=$MAC" said br=$bridge end)" = 'vmnettap0 5002' ]
		expect log_has "vmnettap0 for uid $(id -u $MACHINE_USER) \(pid [0-9]+\), whose guest is $MAC"
		wait_for 5 no_taps
	done
	# Its name may begin so.
	start_vmnet --name=vmnet-shared --vmnet-gateway=192.168.130.1 switch:///tmp/two.ctl tap://
	said br=vmnet-shared/$MAC end
	expect log_has 'vmnettap[0-9]+ for uid .*'
	expect [ "$(log_count 'whose guest is')" = 7 ]
	expect [ "$(ls -l "$HELPER" | cut -c-10)" = -rwxr-xr-x ]
	expect [ -z "$(getcap "$HELPER")" ]
}

# It alone is: neither by the bridge nor by forwarded ports of the host has it anything of others.
test_isolated() {
	local other switched=g1
	without_br_netfilter
	start_vmnet --vmnet-gateway=$GATEWAY switch://$SWITCH tap:// --dhcp-host=52:54:00:00:00:02,192.168.105.202 --dhcp-host=$MAC,192.168.105.201 \
		--hostfwd=tcp::2201-192.168.105.201:80 --hostfwd=tcp::2202-192.168.105.202:80
	guest g1 $SWITCH
	lease g1
	helped_guest t2 52:54:00:00:00:02
	lease t2
	helped_guest t1 $MAC --isolated
	lease t1
	for other in t1 t2; do in_ns $other busybox httpd -p 80 -h /tmp; done
	alone() {
		expect reaches t1 $SERVER
		expect reaches t1 $GATEWAY
		expect reaches host "$(leased t1 ip)"
		for other in $switched t2; do
			ip -n t1 neigh replace "$(leased $other ip)" lladdr "$(in_ns $other cat /sys/class/net/eth0/address)" dev eth0
			ip -n $other neigh replace "$(leased t1 ip)" lladdr $MAC dev eth0
			refute reaches t1 "$(leased $other ip)"
			refute reaches $other "$(leased t1 ip)"
		done
		refute in_ns t1 socat -u OPEN:/dev/null TCP:$GATEWAY:2202,connect-timeout=1
		refute in_ns t2 socat -u OPEN:/dev/null TCP:$GATEWAY:2201,connect-timeout=1
		refute in_ns $switched socat -u OPEN:/dev/null TCP:$GATEWAY:2201,connect-timeout=1
		expect in_ns inet socat -u OPEN:/dev/null TCP:198.51.100.2:2201,connect-timeout=10
		expect in_ns $switched socat -u OPEN:/dev/null TCP:$GATEWAY:2202,connect-timeout=10
		expect reaches $switched "$(leased t2 ip)"
	}
	alone
	# It is still, when another instance has taken it back.
	stop_vmnet
	start_vmnet --vmnet-gateway=$GATEWAY switch://$SWITCH tap:// --hostfwd=tcp::2201-192.168.105.201:80 --hostfwd=tcp::2202-192.168.105.202:80
	wait_for 5 reaches t1 $GATEWAY
	switched=g4
	guest g4 $SWITCH
	lease g4
	alone
	# Its name and its address are another's afterwards.
	kill "$HELPED_t1"
	wait_for 5 gone "$(cut -d' ' -f1 /tmp/t1.tap)"
	helped_guest t3 $MAC
	expect [ "$(cut -d' ' -f1 /tmp/t3.tap)" = "$(cut -d' ' -f1 /tmp/t1.tap)" ]
	lease t3
	expect reaches t3 "$(leased t2 ip)"
	expect reaches t2 "$(leased t3 ip)"
	expect in_ns t3 socat -u OPEN:/dev/null TCP:$GATEWAY:2202,connect-timeout=10
}
gone() { ! ip -n host link show "$1"; }

test_no_such_network() {
	expect complains "there is no network 'shared' here, nor a bridge of that name; the network must be running, with the endpoint tap:// .*" br=shared/$MAC
	expect complains "there is no network '' here, .*|--br=NETWORK is missing.*" br=
	expect complains "--br=NETWORK/x: not a guest's MAC address, such as .*" br=../x
	expect complains "there is no network '\.\.' here, .*" br=../$MAC
	expect complains "there is no network 'a.b.x{100,}' here, .*" br=$'a\eb'"$(printf 'x%.0s' {1..300})"
	start_vmnet switch://$SWITCH
	expect complains "network 'shared' hands out no TAPs at /run/vde_vmnet/shared.tap: add the endpoint tap:// to it, and restart it" br=vmnet-shared/$MAC
	stop_vmnet
	begin
	kill_with_watcher
	wait_for 5 ended $VMNET
	expect complains "network 'shared' is not running: it was killed; start it again" br=shared/$MAC
}

# libvirt shows what there is when the socket has ended.
test_it_has_said_why_when_it_ends() {
	in_ns host "${AS_USER[@]}" /usr/bin/python3 "$TOP/tests/net/helperend.py" 50 "$HELPER" --use-vnet --br=gone >/tmp/said
	refute grep -v "^vde_vmnet-bridge-helper: there is no network 'gone' here" /tmp/said
	expect [ "$(wc -l </tmp/said)" = 50 ]
}

test_not_let_in() {
	local group=games
	start_vmnet --user=daemon --vde-group=$group switch://$SWITCH tap://
	expect complains "permission denied for network 'shared': only root and group $group may use it \(to join: sudo usermod -aG $group \"\\\$USER\", then log in again\)" br=shared/$MAC
	chmod 666 /run/vde_vmnet/shared.tap
	expect complains "network 'shared' refused a TAP: only root, the user of the network, and members of the group $group may have TAPs" br=shared/$MAC
	AS_USER=(setpriv --reuid=nobody --regid=nogroup --groups="$(getent group $group | cut -d: -f3)")
	expect call br=shared/$MAC end
	stop_vmnet
	start_vmnet --user=daemon switch://$SWITCH tap://
	expect complains "permission denied for network 'shared': start it with --vde-group=GROUP, a group that you are in" br=shared/$MAC
}

test_what_the_network_refuses() {
	local n
	begin
	call br=shared/$MAC end >/dev/null
	for n in {10..25}; do
		call br=shared/52:54:00:00:01:$n >/tmp/"$n" &
		wait_for 10 test -s /tmp/"$n"
	done
	expect complains "network 'shared' refused a TAP: user $(id -u $MACHINE_USER) already has 16 TAPs, and may have no more" br=shared/$MAC
	AS_USER=(env)
	expect complains "network 'shared' refused a TAP: another guest or the host already has that MAC address" br=shared/52:54:00:00:01:10
}

# One that does not answer, that hangs up, and one of another version.
test_another_listens_there() {
	mkdir -p /run/vde_vmnet
	listen() { # what it does with a client
		rm -f /run/vde_vmnet/shared.tap
		python3 -c "import os, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.bind('/run/vde_vmnet/shared.tap')
os.chmod('/run/vde_vmnet/shared.tap', 0o666)
s.listen()
c = s.accept()[0]
$1" &
		wait_for 10 test -S /run/vde_vmnet/shared.tap
	}
	listen ''
	expect complains "network 'shared' hung up; its log may say why" br=shared/$MAC
	# No answer of ours; more descriptors than it says, and less: what came is closed, and handed to
	# nobody.
	local answer
	for answer in 'c.send(b"x")' 'c.send(bytes(256))' \
		'm = bytearray(256); m[0] = 1; m[8] = 1; socket.send_fds(c, [m], [0, 1])' \
		'm = bytearray(256); m[0] = 1; m[8] = 2; socket.send_fds(c, [m], [0])'; do
		listen "c.recv(64); $answer"
		expect complains "network 'shared' runs another version of vde_vmnet: restart it" br=shared/$MAC
	done
	# What it says is shown, and not obeyed.
	listen 'c.recv(64); m = bytearray(256); m[0] = 1; m[4] = 13; m[48:55] = b"no\33[1m\n"; c.send(m)'
	expect complains "network 'shared' refused a TAP: no\?\[1m\?" br=shared/$MAC
	listen 'c.recv(64); c.recv(64)'
	expect complains "network 'shared' did not answer within 10 s; its log may say why" br=shared/$MAC
}

test_wrong_usage() {
	local run=("$HELPER")
	wrong() { # pattern option…
		local said
		said=$("${run[@]}" "${@:2}" 2>&1 >/dev/null) && fail "taken: ${*:2}"
		echo "$said"
		[[ $said =~ ^vde_vmnet-bridge-helper:\ $1$ ]] && [ "$(wc -l <<<"$said")" = 1 ]
	}
	begin
	expect wrong '--br=NETWORK is missing.*'
	expect wrong '--br=NETWORK is missing.*' --fd=3
	expect wrong '--fd=N is missing.*' --br=shared
	expect wrong '--fd=x: not the descriptor number of a socket' --br=shared --fd=x
	expect wrong '--fd=-1: not the descriptor number of a socket' --br=shared --fd=-1
	expect wrong '--fd=9999999999: not the descriptor number of a socket' --br=shared --fd=9999999999
	expect wrong '--fd=77: not a unix socket.*' --br=shared --fd=77
	expect wrong '--fd=0: not a unix socket.*' --br=shared --fd=0 </dev/null
	expect wrong '--fd: needs a value' --br=shared --fd
	expect wrong '--colour: unknown option; --help lists them' --colour
	expect wrong "'shared': not an option; --help lists them" --fd=3 shared
	local mac
	for mac in x 52:54:00:12:34 01:00:5e:00:00:01 00:00:00:00:00:00 ff:ff:ff:ff:ff:ff; do
		expect wrong "--mac=$mac: not a guest's MAC address, such as .*" --br=shared --fd=3 --mac=$mac
	done
	expect [ "$("$HELPER" --version)" = "vde_vmnet-bridge-helper $("$PROGRAM" --version | cut -d' ' -f2)" ]
	expect [ "$("$HELPER" --help --br=x | head -1)" = 'Usage: vde_vmnet-bridge-helper [OPTION]... --br=NETWORK --fd=N' ]
	# A socket that nobody reads any more.
	run=(/usr/bin/python3 -c 'import os, socket, sys
ours, theirs = socket.socketpair()
os.set_inheritable(theirs.fileno(), True)
ours.close()
os.execv(sys.argv[1], sys.argv[1:] + ["--fd=%d" % theirs.fileno()])' "$HELPER")
	expect wrong '--fd=[0-9]+: cannot send the TAP there: Broken pipe' --br=shared/$MAC
	wait_for 5 no_taps
}

# A bridge that is none of ours: the distribution's helper, here one that says what it was called with.
test_a_foreign_bridge() {
	own_system
	rm -f /usr/lib/qemu/qemu-bridge-helper /usr/libexec/qemu-bridge-helper
	ip -n host link add br7 type bridge
	begin
	expect complains "the bridge br7 does not belong to vde_vmnet, and QEMU's own helper is not installed: there is no /usr/lib/qemu/qemu-bridge-helper" br=br7
	local place
	for place in libexec lib/qemu; do
		mkdir -p /usr/$place
		printf '#!/bin/sh\necho "$0 $*" >&2\nexit 1\n' >/usr/$place/qemu-bridge-helper
		chmod 755 /usr/$place/qemu-bridge-helper
		SAID=$(said br=br7)
		expect grep -qE "^failed 1 /usr/$place/qemu-bridge-helper --br=br7 --fd=[0-9]+ --use-vnet$" <<<"$SAID"
		SAID=$(said br=br7 plain)
		expect grep -qE "^failed 1 /usr/$place/qemu-bridge-helper --br=br7 --fd=[0-9]+$" <<<"$SAID"
	done
	chmod 644 /usr/lib/qemu/qemu-bridge-helper
	expect complains '/usr/lib/qemu/qemu-bridge-helper: Permission denied' br=br7
	# What it has no word for is not left out in silence.
	expect complains 'a MAC address is only for networks of vde_vmnet, and the bridge br7 is not one: leave it out, or use a network' br=br7/$MAC
	CALLED="$HELPER --isolated"
	expect complains '--isolated is only for networks of vde_vmnet, and the bridge br7 is not one: leave it out, or use a network' br=br7
}
