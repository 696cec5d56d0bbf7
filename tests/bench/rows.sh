# SPDX-License-Identifier: GPL-2.0-or-later
# The rows: what is compared with what. targets.jq and chart.jq name some of them.

# Hostile clients of the control socket (askers.c). They take a processor, so what they cost a guest
# is seen beside one that takes it elsewhere.
ASKERS=(slow connects endless deep binary long questions unread forwards)

quick_rows() {
	local way
	for way in down up; do
		compare tcp1-$way vde-switch ours-switch ours-client ours-ptp veth
		compare tcp1-$way ours-switch ours-switch/65520 ours-switch+4
		compare nat-$way vde-switch ours-switch passt
		compare nat-$way ours-switch ours-switch/65520 passt
		compare nat-$way ours-switch/65520 passt/65520
		compare rr1-$way vde-switch ours-switch
		compare fair1-$way vde-switch+guest ours-switch+guest
		compare pour-$way ours-switch+reading ours-switch+stalled
	done
	compare rr vde-switch ours-switch veth
	compare pour-rr ours-switch+reading ours-switch+stalled
	ROUNDS=1 compare memory vde-switch+64 ours-switch+64
}

all_rows() {
	local way size few=$(((ROUNDS + 1) / 2)) # for what takes long, or drifts less
	local peers=(ours-switch ours-client ours-ptp vde-plug libvdeplug-switch vdeplug-slirp slirp4netns passt pasta veth)
	local alike=(passt slirp4netns pasta) # what users take instead of us, for NAT
	for way in down up; do
		compare tcp1-$way vde-switch "${peers[@]}"
		ROUNDS=$few compare tcp4-$way vde-switch ours-switch libvdeplug-switch passt veth
		ROUNDS=$few compare tcp1-$way ours-switch {ours-switch/9000,ours-switch/65520,ours-ptp/65520} "${alike[@]}"
		ROUNDS=$few compare tcp1-$way ours-switch/65520 "${alike[@]/%//65520}" veth/65520

		compare nat-$way vde-switch ours-switch "${alike[@]}" veth
		compare nat-$way ours-switch ours-switch/9000 ours-switch/65520 "${alike[@]}"
		ROUNDS=$few compare nat-$way ours-switch/65520 "${alike[@]/%//65520}"

		ROUNDS=$few compare rr1-$way vde-switch ours-switch libvdeplug-switch passt veth
		ROUNDS=$few compare rr8-$way vde-switch ours-switch libvdeplug-switch passt veth

		compare tcp1-$way ours-switch ours-stream ours-seqpacket ours-tap ours-beside-taps
		compare tcp1-$way bridge-tap ours-tap
		compare tcp1-$way ours-switch ours-switch+4 ours-switch+16 ours-switch+64
		ROUNDS=$few compare tcp1-$way vde-switch vde-switch+4 vde-switch+64
		ROUNDS=$few compare fair1-$way vde-switch+guest ours-switch+guest
		ROUNDS=$few compare fair8-$way vde-switch+guest ours-switch+guest
		compare pour-$way ours-switch+reading ours-switch+stalled
		ROUNDS=$few compare pour-$way vde-switch+reading vde-switch+stalled
		ROUNDS=$few compare frame-$way floor ours-switch ours-ptp vde-switch
	done
	ROUNDS=$few compare rr vde-switch "${peers[@]}"
	ROUNDS=$few compare rr ours-switch "${alike[@]}"
	compare pour-rr ours-switch+reading ours-switch+stalled
	ROUNDS=$few compare pour-rr vde-switch+reading vde-switch+stalled
	ROUNDS=$few compare askers-rr ours-switch+busy ours-switch+quiet "${ASKERS[@]/#/ours-switch+}"
	for size in 64 1472; do
		for way in down up; do
			ROUNDS=2 compare udp$size-$way vde-switch ours-switch ours-ptp libvdeplug-switch passt
		done
	done
	ROUNDS=1 compare memory vde-switch ours-switch
	ROUNDS=1 compare memory vde-switch+64 ours-switch+64
	for way in down up; do
		ROUNDS=2 compare qemu-$way qemu:vde-switch qemu:{ours-switch,ours-switch/65000,ours-ptp,user,passt,tap,tap-offload}
		ROUNDS=$few compare qemu-$way qemu:passt qemu:ours-stream
		ROUNDS=$few compare qemu-$way qemu:bridge-tap qemu:ours-tap
	done
	# What the guest itself can send without offloads: no process is in between there.
	ROUNDS=$few compare qemu-up qemu:tap qemu:ours-stream qemu:passt
}
