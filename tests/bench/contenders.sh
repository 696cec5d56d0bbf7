# SPDX-License-Identifier: GPL-2.0-or-later
# The contenders of a bench. An instance is "CONTENDER", "CONTENDER/MTU",
# "CONTENDER+N" with N idle guests besides, or "qemu:CONTENDER" with a real guest.
# Each has namespaces of its own, the same tuning, and, where it has a socket for
# guests, the same guest end:
#
#   ns g-I ─ eth0 ═ guestend ── the contender's socket ── the contender ═ its device ─ ns h-I
#               or QEMU
#
# start_CONTENDER sets HELPERS (processes whose CPU counts) and ADDRESS (of the
# host, for the guest); it fails where the contender is not to be had.
MACHINE_USER=nobody
AS_USER=(setpriv --reuid="$MACHINE_USER" --regid="$(id -g $MACHINE_USER)" --clear-groups)
HOST_IP=192.168.105.1 GUEST_IP=192.168.105.9
declare -A HELPERS_OF=() ADDRESS_OF=() NS_OF=()
declare -A TRIED=()

in_ns() { ip netns exec "$@"; }
wait_for() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -le $end ] || {
			echo "waited in vain for: $*" >&2
			return 1
		}
		sleep 0.02
	done
}
# TCP as on most machines. BBR, where it is the default, keeps for long to the rate
# that it measured at the start: runs of one contender differed by a factor of 8.
# (A namespace may have only what the machine allows; root's sockets, any.)
CONTROL=cubic
[[ $(sysctl -n net.ipv4.tcp_available_congestion_control) == *$CONTROL* ]] || CONTROL=reno
make_ns() {
	ip netns add "$1"
	in_ns "$1" sysctl -qw net.ipv4.tcp_congestion_control=$CONTROL 2>/dev/null ||
		in_ns "$1" sysctl -qw net.ipv4.tcp_congestion_control=reno
	in_ns "$1" sysctl -qw net.unix.max_dgram_qlen=512 net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
	ip -n "$1" link set lo up
}
make_tap() { # NS DEVICE MTU
	ip -n "$1" tuntap add dev "$2" mode tap user $MACHINE_USER
	ip -n "$1" link set "$2" mtu "$3" up
	ip -n "$1" addr add $HOST_IP/24 dev "$2"
}
host_run() {
	ip netns exec "$H" "$@" >"$D/log" 2>&1 </dev/null &
	HELPERS=$!
}
children() {
	local pid
	for pid in $(pgrep -P "$1"); do
		echo "$pid"
		children "$pid"
	done
}
have() { command -v "$1" >/dev/null; }

# The guest end, and the guest's address. KIND LOCATOR [ADDRESS [GATEWAY]]
attach() {
	local address=${3:-$GUEST_IP} gateway=${4:-}
	if [ -n "$QEMU" ]; then
		case $1 in
		vde) boot "vde,id=net0,sock=$2" "$address" "$gateway" ;;
		stream) boot "stream,id=net0,server=off,addr.type=unix,addr.path=$2" "$address" "$gateway" ;;
		*) boot "$2" "$address" "$gateway" ;;
		esac
		return
	fi
	in_ns "$G" "$TOOLS/guestend" $MACHINE_USER "$1" "$2" eth0 "$MTU" >"$D/guestend" 2>&1 &
	wait_for 5 grep -q ready "$D/guestend" || {
		cat "$D/guestend" >&2
		return 1
	}
	ip -n "$G" link set eth0 mtu "$MTU" up
	ip -n "$G" addr add "$address/24" dev eth0
	[ -z "$gateway" ] || ip -n "$G" route add default via "$gateway"
}

# A guest of tests/qemu with "stream" as its only program. NETDEV ADDRESS GATEWAY
# (Without fast string instructions: those are what TCG is slowest at, a third.)
boot() {
	local guest=build/guest
	[ -s $guest/initrd ] || {
		echo "no $guest; make it with tests/qemu/make-guest"
		return 1
	}
	mkdir "$D/root"
	cp "$TOOLS/stream" "$D/root"
	cat >"$D/root/test.sh" <<-SCRIPT
		ip link set eth0 mtu $MTU
		ip addr add $2/24 dev eth0
		[ -z "$3" ] || ip route add default via $3
		say up
		/stream guest $ADDRESS 7009
	SCRIPT
	{
		cat $guest/initrd
		(cd "$D/root" && find . | cpio --quiet -o -H newc -R 0:0)
	} >"$D/initrd"
	install -m 644 $guest/vmlinuz "$D/vmlinuz" # the user may not see the tree
	ip netns exec "$H" "${AS_USER[@]}" qemu-system-x86_64 -accel tcg -cpu max,-erms,-fsrm -m 256 \
		-nodefaults -nographic -no-reboot -serial "file:$D/serial" -kernel "$D/vmlinuz" -initrd "$D/initrd" \
		-append "console=ttyS0 loglevel=1 panic=-1 name=$NAME" -global virtio-net-pci.romfile= \
		-netdev "$1" -device "virtio-net-pci,netdev=net0$([ "$MTU" = 1500 ] || echo ",host_mtu=$MTU")" \
		>"$D/qemu" 2>&1 </dev/null &
	wait_for 40 grep -q 'GUEST up' "$D/serial" || {
		tail -n 3 "$D/qemu" "$D/serial" >&2
		return 1
	}
}

# ---- ours ----
start_ours() { # ENDPOINT
	host_run "$PROGRAM" --name="$NAME" --user=$MACHINE_USER --mtu="$MTU" --vmnet-gateway=$HOST_IP "$1"
	wait_for 10 grep -q 'ready: ' "$D/log" || {
		cat "$D/log" >&2
		return 1
	}
	HELPERS="$HELPERS $(children "$HELPERS")"
}
start_ours-switch() {
	start_ours "switch://$D/ctl" && attach vde "vde://$D/ctl"
	LOCATOR=vde://$D/ctl
}
start_ours-ptp() { start_ours "ptp://$D/ptp" && attach vde "ptp://$D/ptp"; }
start_ours-client() { # through a vde_switch; both processes count
	host_run "${AS_USER[@]}" vde_switch -s "$D/ctl" -n 128 -p "$D/pid" -d
	wait_for 5 test -s "$D/pid" -a -S "$D/ctl/ctl" || return
	start_ours "$D/ctl" && attach vde "vde://$D/ctl"
	HELPERS="$HELPERS $(cat "$D/pid")" LOCATOR=vde://$D/ctl
}

# ---- the peers ----
start_vde-switch() {
	make_tap "$H" tap0 "$MTU"
	host_run "${AS_USER[@]}" vde_switch -s "$D/ctl" -n 128 -p "$D/pid" -d -tap tap0
	wait_for 5 test -s "$D/pid" -a -S "$D/ctl/ctl" || return
	HELPERS=$(cat "$D/pid") LOCATOR=vde://$D/ctl
	attach vde "$LOCATOR"
}
start_vde-plug() { # vde_switch without a TAP, and vde_plug with one
	have vde_plug || return
	make_tap "$H" tap0 "$MTU"
	host_run "${AS_USER[@]}" vde_switch -s "$D/ctl" -p "$D/pid" -d
	wait_for 5 test -s "$D/pid" -a -S "$D/ctl/ctl" || return
	host_run "${AS_USER[@]}" vde_plug "vde://$D/ctl" tap://tap0
	HELPERS="$HELPERS $(cat "$D/pid")"
	attach vde "vde://$D/ctl"
}
start_libvdeplug-switch() {
	have vde_plug || return
	make_tap "$H" tap0 "$MTU"
	host_run "${AS_USER[@]}" vde_plug tap://tap0 "switch://$D/ctl"
	wait_for 5 test -S "$D/ctl/ctl" && attach vde "vde://$D/ctl"
}
start_vdeplug-slirp() {
	have vde_plug || return
	host_run "${AS_USER[@]}" vde_plug "ptp://$D/ptp" slirp://
	ADDRESS=10.0.2.2
	wait_for 5 test -S "$D/ptp" && attach vde "ptp://$D/ptp" 10.0.2.15
}
start_slirp4netns() { # makes the guest's TAP itself
	have slirp4netns || return
	host_run slirp4netns --configure --mtu="$MTU" --netns-type=path "/run/netns/$G" eth0
	ADDRESS=10.0.2.2
	wait_for 5 in_ns "$G" ip route get 10.0.2.2
}
start_passt() {
	have passt || return
	host_run "${AS_USER[@]}" passt -f -4 --mtu "$MTU" -s "$D/passt"
	ADDRESS=198.51.100.1
	wait_for 5 test -S "$D/passt" && attach stream "$D/passt" 198.51.100.2 $ADDRESS
}
start_pasta() { # makes the guest's TAP itself
	have pasta || return
	host_run pasta -f -4 --runas 0 --config-net -m "$MTU" -I eth0 --netns "/run/netns/$G"
	ADDRESS=198.51.100.1
	wait_for 5 in_ns "$G" ip route get $ADDRESS
}

# ---- only with QEMU ----
start_user() {
	ADDRESS=10.0.2.2
	attach netdev user,id=net0 10.0.2.15
}
start_tap() {
	make_tap "$H" tap0 "$MTU"
	attach netdev "tap,id=net0,ifname=tap0,script=no,downscript=no,vnet_hdr=${1:-off}"
}
start_tap-offload() { start_tap on; }

# ---- the ceiling ----
start_veth() {
	ip link add eth0 netns "$G" mtu "$MTU" type veth peer name v0 netns "$H" mtu "$MTU"
	ip -n "$H" addr add $HOST_IP/24 dev v0
	ip -n "$H" link set v0 up
	ip -n "$G" addr add $GUEST_IP/24 dev eth0
	ip -n "$G" link set eth0 up
	HELPERS=
}

# ---- instances ----

# Makes an instance's namespaces, with a default route, as some contenders want one.
make_place() {
	mkdir -m 777 "$D"
	make_ns "$H"
	make_ns "$G"
	ip link add up0 netns "$H" type veth peer name in0 netns "$G"
	ip -n "$G" link set in0 up
	ip -n "$H" addr add 198.51.100.2/24 dev up0
	ip -n "$H" link set up0 up
	ip -n "$H" route add default via 198.51.100.1
}

serve() {
	in_ns "$H" iperf3 -s -D >/dev/null
	in_ns "$H" "$TOOLS/rr" serve 7007 &
	in_ns "$H" "$TOOLS/flood" serve 7008 &
	[ -n "$QEMU" ] || wait_for 5 in_ns "$G" "$TOOLS/rr" ask "$ADDRESS" 7007 0.01
}

# Starts an instance with its servers; one that fails to is not measured.
start_instance() {
	local instance=$1 contender=${1#qemu:}
	contender=${contender%%[/+]*}
	NAME=b${#TRIED[@]} MTU=1500 ADDRESS=$HOST_IP HELPERS='' LOCATOR='' QEMU=''
	[[ $instance != qemu:* ]] || QEMU=1
	[[ $instance != */* ]] || MTU=${instance#*/}
	H=h-$NAME G=g-$NAME D=/tmp/$NAME
	TRIED[$instance]=1
	make_place
	if ! "start_$contender" >"$D/start" 2>&1; then
		echo "bench: $instance cannot be had: $(tail -n 1 "$D/start")" >&2
		return 1
	fi
	if [[ $instance == *+* ]]; then
		"$TOOLS/guestend" $MACHINE_USER idle "$LOCATOR" "${instance#*+}" >"$D/idle" 2>&1 &
		wait_for 5 grep -q ready "$D/idle" || return
	fi
	serve || return
	HELPERS_OF[$instance]=$HELPERS ADDRESS_OF[$instance]=$ADDRESS NS_OF[$instance]=$NAME
}

# Whether an instance can be measured; the first time that it is asked for, it is started.
can() {
	[ -n "${NS_OF[$1]:-}" ] || { [ -z "${TRIED[$1]:-}" ] && start_instance "$1"; }
}
