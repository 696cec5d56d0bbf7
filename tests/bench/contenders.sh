# SPDX-License-Identifier: GPL-2.0-or-later
# The contenders of a bench. start_CONTENDER sets HELPERS (processes whose CPU counts),
# ADDRESS (of the host, for the guest) and LOCATOR (where more guests attach); it fails,
# and says why, where the contender is not to be had.

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
run_vde_switch() { # [ARGUMENT...]
	have vde_switch || return
	host_run "${AS_USER[@]}" vde_switch -s "$D/ctl" -n 128 -p "$D/pid" -d "$@"
	wait_for 5 test -s "$D/pid" -a -S "$D/ctl/ctl" || return
	HELPERS=$(cat "$D/pid") LOCATOR=vde://$D/ctl
}

# ---- ours ----
start_ours() { # ENDPOINT...
	host_run "$PROGRAM" --name="$NAME" --user=$MACHINE_USER --mtu="$MTU" --vmnet-gateway=$HOST_IP "$@"
	wait_for 10 grep -q 'ready: ' "$D/log" || {
		cat "$D/log" >&2
		return 1
	}
	HELPERS="$HELPERS $(children "$HELPERS")"
}
start_ours-switch() {
	start_ours "switch://$D/ctl" || return
	LOCATOR=vde://$D/ctl
	attach vde "$LOCATOR" $GUEST_IP $HOST_IP
}
start_ours-ptp() { start_ours "ptp://$D/ptp" && attach vde "ptp://$D/ptp" $GUEST_IP $HOST_IP; }
start_ours-stream() { start_ours "stream://$D/stream" && attach stream "$D/stream" $GUEST_IP $HOST_IP; }
start_ours-seqpacket() {
	start_ours "seqpacket://$D/seqpacket" && attach seqpacket "$D/seqpacket" $GUEST_IP $HOST_IP
}
start_ours-tap() { start_ours "tap://$D/taps" && attach ask "$D/taps" $GUEST_IP $HOST_IP; }
start_ours-beside-taps() { # a guest of the switch, where the network's device is a bridge
	start_ours "switch://$D/ctl" tap:// && LOCATOR=vde://$D/ctl && attach vde "$LOCATOR" $GUEST_IP $HOST_IP
}
start_ours-client() { # through a vde_switch; both processes count
	run_vde_switch || return
	local switch=$HELPERS
	start_ours "$D/ctl" && attach vde "$LOCATOR" $GUEST_IP $HOST_IP
	HELPERS="$HELPERS $switch"
}

# ---- the peers that need a TAP, and the host's NAT ----
start_vde-switch() {
	make_tap "$H" tap0 "$MTU" && masquerade "$H"
	run_vde_switch -tap tap0 && attach vde "$LOCATOR" $GUEST_IP $HOST_IP
}
start_vde-plug() { # vde_switch without a TAP, and vde_plug with one
	have vde_plug && run_vde_switch || return
	make_tap "$H" tap0 "$MTU" && masquerade "$H"
	local switch=$HELPERS
	host_run "${AS_USER[@]}" vde_plug "$LOCATOR" tap://tap0
	HELPERS="$HELPERS $switch"
	attach vde "$LOCATOR" $GUEST_IP $HOST_IP
}
start_libvdeplug-switch() {
	have vde_plug || return
	make_tap "$H" tap0 "$MTU" && masquerade "$H"
	host_run "${AS_USER[@]}" vde_plug tap://tap0 "switch://$D/ctl"
	wait_for 5 test -S "$D/ctl/ctl" && attach vde "vde://$D/ctl" $GUEST_IP $HOST_IP
}

# ---- the peers that are their guest's TCP, without privilege ----
start_vdeplug-slirp() {
	have vde_plug || return
	host_run "${AS_USER[@]}" vde_plug "ptp://$D/ptp" slirp://
	ADDRESS=10.0.2.2
	wait_for 5 test -S "$D/ptp" && attach vde "ptp://$D/ptp" 10.0.2.15 $ADDRESS
}
start_slirp4netns() { # makes the guest's TAP itself
	have slirp4netns || return
	host_run slirp4netns --configure --mtu="$MTU" --netns-type=path "/run/netns/$G" eth0
	ADDRESS=10.0.2.2
	wait_for 5 in_ns "$G" ip route get $ADDRESS
}
start_passt() {
	have passt || return
	host_run "${AS_USER[@]}" passt -f -4 --mtu "$MTU" -s "$D/passt"
	ADDRESS=$UPLINK_GATEWAY
	wait_for 5 test -S "$D/passt" && attach stream "$D/passt" $UPLINK_IP $ADDRESS
}
start_pasta() { # makes the guest's TAP itself
	have pasta || return
	host_run pasta -f -4 --runas 0 --config-net -m "$MTU" -I eth0 --netns "/run/netns/$G"
	ADDRESS=$UPLINK_GATEWAY
	wait_for 5 in_ns "$G" ip route get $ADDRESS
}

# ---- by hand: a TAP at a bridge ----
start_bridge-tap() {
	ip -n "$H" link add br0 mtu "$MTU" type bridge
	ip -n "$H" addr add $HOST_IP/24 dev br0
	ip -n "$H" link set br0 up
	ip -n "$H" tuntap add dev tap0 mode tap user $MACHINE_USER vnet_hdr
	ip -n "$H" link set tap0 mtu "$MTU" master br0 up
	masquerade "$H"
	attach name tap0 $GUEST_IP $HOST_IP
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

# ---- the ceiling: no emulator, no process ----
start_veth() {
	ip link add eth0 netns "$G" mtu "$MTU" type veth peer name v0 netns "$H" mtu "$MTU"
	ip -n "$H" addr add $HOST_IP/24 dev v0
	ip -n "$H" link set v0 up
	ip -n "$G" addr add $GUEST_IP/24 dev eth0
	ip -n "$G" link set eth0 up
	ip -n "$G" route add default via $HOST_IP
	masquerade "$H"
}
