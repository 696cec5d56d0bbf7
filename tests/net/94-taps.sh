# SPDX-License-Identifier: GPL-2.0-or-later
# TAPs that are handed out at tap://, and their guests beside one of a switch.
#
#   guest t1 ─ eth0 ═ vmnettapN ─┐
#   guest g1 ═ our switch ═ vmnet_shared ─┴─ vmnet-shared (bridge, gateway) ─ ns host ─ up0 ── ns inet

. "$TOP/tests/net/tap.sh"

SWITCH=/tmp/our.ctl TAPS=/run/vde_vmnet/shared.tap
setup() { topology; }
begin() { start_vmnet "$@" switch://$SWITCH tap://; }

test_a_guest_is_as_one_of_the_switch() {
	serve_dns
	begin
	guest g1 $SWITCH
	lease g1
	tap_guest t1
	lease t1
	expect [ "$(leased t1 router)" = $GATEWAY ]
	expect [ "$(in_ns t1 dig +short +time=10 @$GATEWAY www.example.test)" = $SERVER ]
	expect [ "$(in_ns t1 dig +short +time=10 @$GATEWAY g1.vmnet.internal)" = "$(leased g1 ip)" ]
	expect reaches t1 $GATEWAY
	expect reaches t1 $SERVER
	expect reaches host "$(leased t1 ip)"
	expect reaches t1 "$(leased g1 ip)"
	expect reaches g1 "$(leased t1 ip)"
	tap_guest t2 mac=52:54:00:12:34:56
	lease t2
	expect [ "$(in_ns t2 cat /sys/class/net/eth0/address)" = 52:54:00:12:34:56 ]
	expect reaches t2 "$(leased t1 ip)"
	expect reaches t1 "$(leased t2 ip)"
	# One stream each way, to the host and to the other kind of guest.
	stream t1 host $GATEWAY -t 1
	stream t1 host $GATEWAY -t 1 -R
	stream t1 g1 "$(leased g1 ip)" -t 1
	stream t1 g1 "$(leased g1 ip)" -t 1 -R
	none bad_counters t1 t2 g1 host
}

test_what_is_told() {
	begin --mtu=4000
	hold a mac=52:54:00:12:34:56 queues=8
	expect [ "$(told a 2) $(told a 3) $(told a 4) $(told a 5)" = '52:54:00:12:34:56 4000 8 0' ]
	local name
	name=$(told a 1)
	expect [ "${name#vmnettap}" != "$name" ]
	# Not everybody's, though it has many queues: another's is refused.
	expect grep -q 'multi_queue' <(device "$name")
	expect grep -q "user $(id -u root)\|user root" <(device "$name")
	expect [ "$(in_ns host "${AS_USER[@]}" "${CLIENT[@]}" "$name" attach)" = 'attach: Operation not permitted' ]
	# Guarded, and not the host's.
	expect grep -q '<.*,UP,LOWER_UP> .* master vmnet-shared ' <(device "$name")
	local guard
	for guard in 'learning off' ' flood off' 'guard on' 'locked on'; do
		expect grep -q "$guard " <(device "$name")
	done
	expect grep -q '52:54:00:12:34:56 .*sticky.* static' <(in_ns host bridge fdb show brport "$name")
	expect [ -z "$(ip -n host -o addr show dev "$name")" ]
	expect log_has "$name for uid $(id -u $MACHINE_USER) \(pid [0-9]+\), whose guest is 52:54:00:12:34:56"
	release a
	wait_for 5 no_taps
}

test_isolated() {
	begin --isolated
	tap_guest t1
	tap_guest t2
	guest g1 $SWITCH
	lease t1
	lease t2
	lease g1
	expect reaches t1 $SERVER
	refute reaches t1 "$(leased t2 ip)"
	refute reaches t1 "$(leased g1 ip)"
	refute reaches g1 "$(leased t1 ip)"
}

# A port of the worker that is isolated while the network runs: there is no way to a TAP either.
test_a_port_that_is_isolated() {
	local id way
	control() { in_ns host /usr/bin/python3 tests/net/control.py /run/vde_vmnet/shared.control ask "$@"; }
	without_br_netfilter
	begin
	tap_guest t1
	lease t1
	guest g1 $SWITCH
	lease g1
	guest g2 $SWITCH
	lease g2
	expect reaches t1 "$(leased g1 ip)"
	id=$(control query-ports | jq ".[] | select(.macs | index(\"$(in_ns g1 cat /sys/class/net/eth0/address)\")) | .id")
	control port-set "{\"id\":$id,\"isolated\":true}" >/dev/null
	for way in t1:g1 g1:t1; do # all that the other says
		dump /tmp/heard-${way%:*} ${way%:*} -i eth0 --immediate-mode "ether src $(in_ns ${way#*:} cat /sys/class/net/eth0/address) or ether[6:2] == 0x766d"
	done
	refute reaches t1 "$(leased g1 ip)" # they know each other's MAC address
	refute reaches g1 "$(leased t1 ip)"
	ip -n t1 neigh flush dev eth0
	ip -n g1 neigh flush dev eth0
	refute reaches t1 "$(leased g1 ip)"
	refute reaches g1 "$(leased t1 ip)"
	in_ns g1 socat -u - UDP-DATAGRAM:255.255.255.255:9,broadcast,so-bindtodevice=eth0 <<<everybody
	in_ns t1 socat -u - UDP-DATAGRAM:255.255.255.255:9,broadcast,so-bindtodevice=eth0 <<<everybody
	printf '\377\377\377\377\377\377\2\0\0\0\0\7\210\265%060d' 0 | in_ns g1 socat -u - INTERFACE:eth0
	# What it has of the host and of outside, the first packets of either side among them.
	ip -n g1 neigh flush dev eth0
	ip -n host neigh flush dev vmnet-shared
	expect reaches host "$(leased g1 ip)"
	expect reaches g1 $SERVER
	expect reaches t1 $SERVER
	lease g1
	cat /tmp/heard-t1 /tmp/heard-g1
	expect [ ! -s /tmp/heard-t1 ]
	expect [ ! -s /tmp/heard-g1 ]
	expect reaches g2 "$(leased t1 ip)"
	expect reaches t1 "$(leased g2 ip)"
	control port-set "{\"id\":$id,\"isolated\":false}" >/dev/null
	wait_for 10 reaches t1 "$(leased g1 ip)" # which it has asked for in vain
	expect reaches g1 "$(leased t1 ip)"
}

test_who_may_have_one() {
	local group=games said
	start_vmnet --user=daemon --vde-group=$group switch://$SWITCH tap://
	expect [ "$(stat -c '%a %U %G' $TAPS)" = "660 daemon $group" ]
	refute ask end 2>/dev/null
	AS_USER=(setpriv --reuid=nobody --regid=nogroup --groups="$(getent group $group | cut -d: -f3)")
	expect ask end
	AS_USER=(setpriv --reuid=daemon --regid=daemon --clear-groups)
	expect ask end
	AS_USER=(env)
	expect ask end
	# The mode of the socket is not what decides.
	chmod 666 $TAPS
	AS_USER=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
	said=$(ask end) && fail 'let in'
	expect [ "$said" = "refused 13 only root, the user of the network, and members of the group $group may have TAPs" ]
	expect log_has 'no TAP for uid [0-9]+ \(pid [0-9]+\): only root, .* may have TAPs'
}

test_so_many() {
	local n said
	begin
	for n in $(seq 16); do hold h$n; done
	said=$(ask end) && fail 'one more'
	expect [ "$said" = "refused 122 user $(id -u $MACHINE_USER) already has 16 TAPs, and may have no more" ]
	release h3
	expect ask end
	AS_USER=(env)
	expect ask end
	expect [ "$(taps)" = 15 ]
}

test_addresses_that_are_taken() {
	local said
	begin
	guest g1 $SWITCH
	lease g1
	hold a mac=52:54:00:12:34:56
	taken() {
		said=$(ask end mac="$1") && fail "$1 is given away"
		expect [ "${said#refused 98 }" != "$said" ]
	}
	taken 52:54:00:12:34:56
	taken fe:54:00:12:34:56 # the device's own
	taken 76:6d:00:00:00:01 # as an isolated port's
	taken "$(in_ns host cat /sys/class/net/vmnet-shared/address)"
	taken "$(in_ns g1 cat /sys/class/net/eth0/address)"
	release a
	expect ask end mac=52:54:00:12:34:56
}

test_what_is_no_request() {
	local zeros
	zeros() { printf '0%.0s' $(seq $((2 * $1))); }
	begin
	refused() { # errno request
		local said
		said=$(ask raw="$2") && fail "'$2' is taken"
		expect [ "$(cut -d' ' -f1-2 <<<"$said")" = "refused $1" ]
	}
	refused 74 00
	refused 74 "$(zeros 65)"
	refused 74 "$(zeros 4000)"
	refused 93 "$(zeros 64)"
	refused 93 "02000000$(zeros 60)"
	refused 22 "01000000$(zeros 60)"
	refused 22 "010000000000000009000000$(zeros 52)"
	refused 22 "010000000000008001000000$(zeros 52)"
	refused 99 "010000000100000001000000$(zeros 52)"
	refused 110 '' # who says nothing
	# Those who say nothing are in nobody's way.
	local n
	for n in $(seq 70); do
		ask raw= >/dev/null &
	done
	expect ask end
	expect no_taps
}

# Who comes and goes again and again postpones nothing for those who are there.
test_who_comes_and_goes_postpones_nothing() {
	begin
	"${AS_USER[@]}" timeout 25 /usr/bin/python3 - $TAPS <<'END' || fail 'the one who says nothing is still there'
import select, socket, sys, time


def connect():
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.connect(sys.argv[1])
    return client


silent = connect()
while not select.select([silent], [], [], 0)[0]:
    connect().close()
    time.sleep(0.002)
END
}

# One who asks all the time, for more than he may have, keeps nobody else waiting for long.
test_one_user_asks_without_end() {
	local n
	start_vmnet --user=daemon --vde-group=games switch://$SWITCH tap://
	AS_USER=(setpriv --reuid=nobody --regid=nogroup --groups="$(getent group games | cut -d: -f3)")
	"${AS_USER[@]}" /usr/bin/python3 - $TAPS <<'END' &
import select, socket, struct, sys

waiting = []
refused = 0
while True:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.setblocking(False)
    try:
        client.connect(sys.argv[1])
        client.send(struct.pack("=IIII6s42x", 1, 0, 1, 0, bytes(6)))
        waiting.append(client)
    except OSError:
        refused += 1
        if refused == 10:
            open("/tmp/all-slots", "w").close()
    for client in select.select(waiting, [], [], 0.001)[0]:
        waiting.remove(client)
        client.close()
END
	wait_for 10 test -e /tmp/all-slots
	AS_USER=(setpriv --reuid=games --regid=nogroup --groups="$(getent group games | cut -d: -f3)")
	for n in 1 2 3 4; do expect ask end; done
}

# Nor the control socket, however many places there are to ask at.
ask_without_end() { # endpoints, by their numbers
	local n
	for n; do
		"${AS_USER[@]}" /usr/bin/python3 - /tmp/t"$n" <<'END' &
import select, socket, struct, sys, time

waiting = []
while True:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.setblocking(False)
    try:
        client.connect(sys.argv[1])
        client.send(struct.pack("=IIII6s42x", 1, 0, 1, 0, bytes(6)))
        waiting.append(client)
    except OSError:
        time.sleep(0.01)
    for client in select.select(waiting, [], [], 0.001)[0]:
        waiting.remove(client)
        client.close()
END
	done
}
test_many_places_to_ask_at() {
	local n
	start_vmnet switch://$SWITCH tap:///tmp/t{1..8}
	ask_without_end {1..8}
	wait_for 30 log_has 'vmnettap.* for uid'
	for n in 1 2 3; do
		sleep 1 # each second has its requests
		expect in_ns host "${PROGRAM%/*}/vde_vmnetctl" leases
	done
	refute log_has 'the worker sends more than'
}

# The host process may be slow, or stopped for a while: other requests do not wait behind hundreds of
# these, and the worker always has room for its own.
test_many_who_ask_a_host_that_is_slow() {
	local before
	start_vmnet switch://$SWITCH tap:///tmp/t{1..8}
	ask_without_end {1..8}
	wait_for 30 log_has 'vmnettap.* for uid'
	kill -STOP $VMNET
	sleep 12 # twenty a second
	before=$(log_count 'vmnettap.* for uid')
	in_ns host "${PROGRAM%/*}/vde_vmnetctl" leases &
	local asks=$!
	kill -CONT $VMNET
	wait $asks || fail 'no answer'
	expect [ "$(log_count 'vmnettap.* for uid')" -le $((before + 20)) ]
	expect kill -0 $VMNET
}

# What they do not read has descriptors, which count for the service's user.
test_users_who_do_not_read() {
	local n group
	group=$(getent group games | cut -d: -f3)
	as_service
	SERVICE=("${SERVICE[@]/--clear-groups/--groups=$group}")
	ulimit -Sn 1024
	start_vmnet --vde-group=games switch://$SWITCH tap://
	for n in {3001..3009}; do # 16 of 8 queues each
		setpriv --reuid="$n" --regid=nogroup --groups="$group" /usr/bin/python3 - $TAPS "$n" <<'END' &
import signal, socket, struct, sys, select

held = []
for _ in range(16):
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.connect(sys.argv[1])
    client.send(struct.pack("=IIII6s42x", 1, 2, 8, 0, bytes(6)))
    select.select([client], [], [])
    held.append(client)
open("/tmp/holds-" + sys.argv[2], "w").close()
signal.pause()
END
	done
	for n in {3001..3009}; do wait_for 60 test -e /tmp/holds-"$n"; done
	expect [ "$(taps)" = 144 ]
	AS_USER=(setpriv --reuid=3010 --regid=nogroup --groups="$group")
	expect ask end queues=8
	# Nor does another network of that user's wait for them, whichever of its processes passes
	# descriptors on.
	local first=$VMNET
	start_vmnet --name=two --hostfwd=tcp::2222-192.168.107.9:22 vde:///tmp/sw.ctl ptp:///tmp/p2p switch:///tmp/two.ctl
	AS_USER=(setpriv --reuid="$MACHINE_USER" --regid="$(id -g "$MACHINE_USER")" --clear-groups)
	guest g2 /tmp/two.ctl
	ips g2 'addr add 192.168.107.9/24 dev eth0'
	wait_for 5 reaches g2 192.168.107.1
	stop_vmnet
	VMNET=$first
}

# The holder of a descriptor may change the device: a guest's address, or the gateway's.
test_an_address_is_stolen() {
	begin
	tap_guest t1 mac=52:54:00:12:34:56
	lease t1
	guest g1 $SWITCH
	lease g1
	hold thief
	hold thief2 take=52:54:00:12:34:56
	wait_for 5 log_has "$(told thief2 1), which was created for uid [0-9]+, has a different MAC address from the one it was given; it is off the network"
	wait_for 5 prints '' ip -n host -o link show "$(told thief2 1)" master vmnet-shared
	wait_for 5 reaches t1 $GATEWAY
	wait_for 5 reaches host "$(leased t1 ip)"
	hold thief3 take="$(in_ns g1 cat /sys/class/net/eth0/address)"
	wait_for 5 prints '' ip -n host -o link show "$(told thief3 1)" master vmnet-shared
	wait_for 5 reaches host "$(leased g1 ip)"
	# Off, and down: it is no way to the host beside the rules.
	expect grep -qv '<.*UP.*>' <(device "$(told thief3 1)")
	expect grep -q 'master vmnet-shared' <(device "$(told thief 1)")
}

# Also by who gives it back at once.
test_an_address_is_borrowed() {
	local thief
	begin
	tap_guest t1 mac=52:54:00:12:34:56
	static_address t1 9
	wait_for 5 reaches t1 $GATEWAY
	hold thief2 take=52:54:00:12:34:56 give
	thief=$(told thief2 1)
	wait_for 5 log_has "$thief, which was created for uid [0-9]+, has a different MAC address from the one it was given; it is off the network"
	wait_for 5 prints '' ip -n host -o link show "$thief" master vmnet-shared
	wait_for 5 reaches t1 $GATEWAY
	expect [ "$(log_count 'it is off the network')" = 1 ]
}

# Nothing passes that comes from an address which is not the guest's.
test_another_sender() {
	begin
	tap_guest t1
	static_address t1 9
	wait_for 5 reaches t1 $GATEWAY
	ip -n t1 link set eth0 address 02:11:22:33:44:55
	refute reaches t1 $GATEWAY
	ip -n t1 link set eth0 address "$(told t1 2)"
	wait_for 5 reaches t1 $GATEWAY
}

# A name is free as soon as its TAP has gone; whoever has it next is guarded like everybody.
test_a_name_that_is_used_again() {
	begin
	in_ns host /usr/bin/python3 - $TAPS <<'END'
import array, os, random, socket, struct, subprocess, sys, time

def ask():
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.connect(sys.argv[1])
    client.send(struct.pack("=IIII6s42x", 1, 0, 1, 0, bytes(6)))
    return client

def hear(client):
    data, control, _, _ = client.recvmsg(256, socket.CMSG_SPACE(16))
    fds = array.array("i")
    fds.frombytes(control[0][2])
    return fds[0], data[32:48].rstrip(b"\0").decode()

def is_guarded(name):
    command = ["nft", "list", "set", "bridge", "vde_vmnet-shared", "taps"]
    return '"%s"' % name in subprocess.run(command, capture_output=True, text=True, check=True).stdout

fd, name = hear(ask())
others = [hear(ask()) for _ in range(14)]  # they are looked at between the one's end and the next
for _ in range(80):
    client = ask()
    time.sleep(random.random() * 0.004)
    os.close(fd)
    fd, name = hear(client)
    time.sleep(0.06)
    if not is_guarded(name):
        sys.exit("%s is not guarded" % name)
END
}

test_made_persistent() {
	local queues
	begin
	for queues in 1 2; do
		ask persist end queues=$queues >/tmp/told
		wait_for 5 no_taps
	done
	expect [ "$(log_count 'deleting .*: it was made persistent, and nobody holds it')" = 2 ]
	# As long as somebody holds it, it stays.
	hold a persist
	ip -n host link add other type veth
	sleep 0.5 # two looks
	expect [ "$(taps)" = 1 ]
	stop_vmnet
	expect [ "$(taps)" = 1 ]
	release a
	begin
	expect no_taps
}

test_stop_and_start_with_a_guest() {
	local address
	before
	begin
	tap_guest t1
	lease t1
	address=$(leased t1 ip)
	stop_vmnet
	expect stays_aside "$(told t1 1)"
	refute reaches t1 $GATEWAY
	expect [ "$(snapshot | diff /tmp/before - | grep '^[<>]' | grep -vc "$(told t1 1)")" = 0 ]
	begin
	expect log_has "$(told t1 1), which uid [0-9]+ still holds, has joined vmnet-shared again"
	wait_for 5 reaches t1 $GATEWAY
	expect reaches host "$address"
	expect grep -q 'locked on' <(device "$(told t1 1)")
	# It counts.
	hold h1
	kill $PLUG_t1
	release h1
	wait_for 5 no_taps
	stop_vmnet
	expect same_as_before
}

no_bridge() { ! ip -n host link show vmnet-shared; }
test_killed_with_a_guest() {
	before
	begin
	tap_guest t1
	static_address t1 9
	wait_for 5 reaches t1 $GATEWAY
	kill -KILL $VMNET
	wait_for 5 stays_aside "$(told t1 1)"
	wait_for 5 no_bridge
	begin
	wait_for 5 reaches t1 $GATEWAY
	kill_with_watcher
	wait_for 5 ended $VMNET
	expect in_ns host "$PROGRAM" --cleanup
	expect stays_aside "$(told t1 1)"
	refute ip -n host link show vmnet-shared
	kill $PLUG_t1
	wait_for 5 no_taps
	expect same_as_before
}

test_at_a_path_of_ones_own() {
	before
	ASKED=/tmp/mine
	start_vmnet switch://$SWITCH tap://$ASKED
	expect [ "$(stat -c '%U' $ASKED)" = $MACHINE_USER ]
	refute setpriv --reuid=daemon --regid=daemon --clear-groups "${CLIENT[@]}" $ASKED end 2>/dev/null
	refute test -e $TAPS
	tap_guest t1
	lease t1
	expect reaches t1 $SERVER
	kill $PLUG_t1
	wait_for 5 no_taps
	end $VMNET -KILL
	start_vmnet switch://$SWITCH tap://$ASKED
	expect ask end
	stop_vmnet
	expect same_as_before
}

test_as_a_service() {
	as_service
	begin
	tap_guest t1
	lease t1
	expect reaches t1 $SERVER
	stop_vmnet
	expect stays_aside "$(told t1 1)"
}

test_mode_host() {
	start_vmnet --vmnet-mode=host switch://$SWITCH tap://
	ASKED=/run/vde_vmnet/host.tap
	tap_guest t1
	lease t1
	expect reaches t1 192.168.106.1
	refute reaches t1 $SERVER
}

# A worker that was taken over cannot make up a client.
test_a_worker_that_lies() {
	begin
	kill -STOP "$(worker_pid)"
	"${CALLER%/*}"/askhost "$(worker_pid)" descriptor hand-out </dev/null
	wait_for 5 log_has 'the worker sent an invalid request: Protocol error'
	wait_for 5 ended $VMNET
	expect no_taps
}

# ---- what a guest may not say ----

# As in 38-guard, where the guest is one of the switch; t1 is the liar, and t2, g1 and the host look on.
tell() { bytes "$*" | in_ns t1 socat -u - INTERFACE:eth0; }
plain_mac() { tr -d : <<<"$1"; }
watch_all() { # what is seen; a vlan in it comes last, or what is behind it is looked for in tags
	local ns
	in_ns t1 sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1 # it says nothing by itself
	for ns in t2 g1 host; do
		dump /tmp/seen-$ns $ns -i "$([ $ns = host ] && echo vmnet-shared || echo eth0)" -e "arp host 192.168.105.77 or $1"
	done
}
# A last frame that may pass: what was sent before it has come, or never will.
nothing_seen() {
	local ns
	tell "ffffffffffff $MAC1 0806 0001080006040001 $MAC1 c0a8694d 000000000000 c0a8694d"
	for ns in t2 g1 host; do
		wait_for 5 grep -q '192.168.105.77' /tmp/seen-$ns
		grep -v '192.168.105.77' /tmp/seen-$ns || true
		expect [ "$ns $(grep -cv '192.168.105.77' /tmp/seen-$ns)" = "$ns 0" ]
	done
}
begin_with_a_liar() { # options
	# With br_netfilter, what passes the bridge passes the host's rules, too, as if it was for the host.
	without_br_netfilter
	begin "$@"
	guest g1 $SWITCH
	static_address g1 8
	tap_guest t1 mac=52:54:00:00:00:0b
	static_address t1 9
	tap_guest t2
	static_address t2 10
	wait_for 5 reaches t2 $GATEWAY
	wait_for 5 reaches t1 192.168.105.10
	MAC1=52540000000b
	GATEWAY_MAC=$(in_ns host cat /sys/class/net/vmnet-shared/address)
}

test_nobody_else_is_the_gateway() {
	local gateway ip=c0a86901 local6=fe80000000000000505400fffe00000a all6=ff020000000000000000000000000001
	local router=fe800000000000000000000000000001
	begin_with_a_liar --vmnet-nat66-prefix=$PREFIX6
	gateway=$(plain_mac "$GATEWAY_MAC")
	watch_all "(ether src 52:54:00:00:00:0b and (ip6 or src host $GATEWAY)) or ether proto 0x88b6 or ether proto 0x88a8 or vlan"
	tell "ffffffffffff $gateway 0806 0001080006040001 $gateway c0a86909 000000000000 c0a8690a"
	tell "ffffffffffff $MAC1 0806 0001080006040001 $MAC1 $ip 000000000000 c0a8690a" # request
	tell "ffffffffffff $MAC1 0806 0001080006040002 $MAC1 $ip ffffffffffff $ip"      # gratuitous
	tell "ffffffffffff $MAC1 8100 0000 0806 0001080006040002 $MAC1 $ip ffffffffffff $ip"
	tell "ffffffffffff $MAC1 88a8 0000 8100 0000 0806 0001080006040002 $MAC1 $ip ffffffffffff $ip"
	tell "ffffffffffff $MAC1 0024 aaaa03000000 0806 0001080006040002 $MAC1 $ip ffffffffffff $ip"
	tell "ffffffffffff $MAC1 0800 4500001c00000000 4011 0000 $ip c0a869ff 0400 0400 0008 0000"
	tell "ffffffffffff $MAC1 88b6 $(printf '00%.0s' {1..46})"
	tell "333300000001 $MAC1 86dd 60000000 0018 3aff $router $all6 88000000 20000000 $router"
	tell "333300000001 $MAC1 86dd 60000000 0018 3aff $local6 $all6 88000000 20000000 $router"
	tell "333300000001 $MAC1 86dd 60000000 0018 3aff $local6 $all6 88000000 20000000 fd123456789abcde0000000000000001"
	tell "333300000001 $MAC1 86dd 60000000 0018 3aff $(printf '00%.0s' {1..16}) $all6 87000000 00000000 $router"
	nothing_seen
	ip -n t2 neigh flush dev eth0
	expect reaches t2 $GATEWAY
	expect grep -q "$GATEWAY_MAC" <(ip -n t2 neigh show $GATEWAY)
}

test_nobody_else_routes_or_leases() {
	local local6=fe80000000000000505400fffe00000a all6=ff020000000000000000000000000001
	local ra=8600000040000708 more
	begin_with_a_liar
	more=$(printf '00%.0s' {1..8})
	watch_all 'udp port 68 or udp port 546 or (ether src 52:54:00:00:00:0b and ip6) or vlan'
	tell "333300000001 $MAC1 86dd 60000000 0010 3aff $local6 $all6 $ra$more"
	tell "333300000001 $MAC1 86dd 60000000 0018 00ff $local6 $all6 3a00010400000000 $ra$more" # hop by hop
	tell "333300000001 $MAC1 8100 0000 86dd 60000000 0010 3aff $local6 $all6 $ra$more"
	tell "333300000001 $MAC1 86dd 60000000 0028 3aff $local6 $all6 8900000000000000 $local6 $all6"
	tell "ffffffffffff $MAC1 0800 4500002400000000 4011 0000 c0a86909 ffffffff 0043 0044 0010 0000 $more" # DHCP
	tell "333300000001 $MAC1 86dd 60000000 0010 11ff $local6 $all6 0223 0222 0010 0000 $more"             # DHCPv6
	nothing_seen
	# A DHCP server on it: others lease from us.
	in_ns t1 dnsmasq -C /dev/null --port=0 --interface=eth0 --bind-interfaces --no-ping --dhcp-authoritative \
		--dhcp-range=192.168.105.99,192.168.105.99,1h --dhcp-leasefile=/tmp/rogue --pid-file=/tmp/rogue.pid --user=root
	ip -n g1 addr flush dev eth0
	lease g1
	expect [ "$(leased g1 serverid)" = $GATEWAY ]
}

# Where we are neither, a guest may be both for the others.
test_a_guest_may_be_what_we_are_not() {
	begin_with_a_liar --vmnet-disable-dhcp --vmnet-nat66-prefix=$PREFIX6
	ip -n t1 addr add fd99:1::1/64 dev eth0 nodad
	in_ns t1 dnsmasq -C /dev/null --port=0 --interface=eth0 --bind-interfaces --no-ping --dhcp-authoritative \
		--dhcp-range=192.168.105.99,192.168.105.99,1h --enable-ra --dhcp-range=fd99:1::,ra-only,64 --ra-param=eth0,5 \
		--dhcp-leasefile=/tmp/guests.leases --pid-file=/tmp/guests.pid --user=root
	ip -n g1 addr flush dev eth0
	lease g1
	expect [ "$(leased g1 ip)" = 192.168.105.99 ]
	wait_for 10 has_address6 t2 eth0 fd99:1:
}
