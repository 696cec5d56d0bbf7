#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The picture of README: what lies between the outside and a guest. "make picture" draws it:
#
#	doc/draw-network.sh >doc/network.svg
#
# It paints its own ground, so that it can be read on a light page and on a dark one.
set -eu

box() { echo "<rect x=\"$1\" y=\"$2\" width=\"$3\" height=\"$4\" rx=\"6\" class=\"$5\"/>"; } # X Y WIDTH HEIGHT CLASS
line() { echo "<line x1=\"$1\" y1=\"$2\" x2=\"$3\" y2=\"$4\"/>"; }                           # X1 Y1 X2 Y2
text() { echo "<text x=\"$1\" y=\"$2\" class=\"$3\">$4</text>"; }                            # X Y CLASS TEXT

# What something is, and below it up to two lines of what it does.
thing() { # X Y WIDTH HEIGHT CLASS NAME TEXT [TEXT]
	middle=$(($1 + $3 / 2))
	box "$1" "$2" "$3" "$4" "$5"
	text $middle $(($2 + 21)) name "$6"
	text $middle $(($2 + 39)) does "$7"
	[ $# -lt 8 ] || text $middle $(($2 + 55)) does "$8"
}

cat <<'END'
<svg xmlns="http://www.w3.org/2000/svg" role="img" width="860" height="402" viewBox="0 0 860 402">
<title>What lies between the outside and a guest</title>
<desc>The outside is reached by NAT from the device vmnet-shared of the host. The host process, which is root, makes that device and its rules, and starts dnsmasq. A worker without privilege switches every frame between the device and the emulators, which attach by VDE, a socket, or a vde_switch. Guests that have a TAP are on the same network without the worker.</desc>
<style>
	text { font: 12px system-ui, sans-serif; fill: #1f2328; text-anchor: middle }
	.name { font-weight: 600; font-size: 13px } .does { fill: #59636e } .place { text-anchor: start; fill: #59636e }
	rect { stroke-width: 1.5; fill: #ffffff; stroke: #8c959f } line { stroke: #59636e; stroke-width: 1.5 }
	.ground { fill: #ffffff; stroke: none } .host { fill: #f6f8fa; stroke: #d1d9e0 }
	.root { stroke: #bc4c00; fill: #fff1e5 } .ours { stroke: #0969da; fill: #ddf4ff } .kernel { stroke-dasharray: 5 3 }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3 } .does, .place { fill: #9198a1 } rect { fill: #0d1117; stroke: #6e7681 } line { stroke: #9198a1 }
		.ground { fill: #0d1117 } .host { fill: #151b23; stroke: #3d444d }
		.root { stroke: #db6d28; fill: #2b1a0f } .ours { stroke: #4493f8; fill: #0f2440 }
	}
</style>
<rect class="ground" width="860" height="402"/>
END

box 12 74 836 316 host
line 430 54 430 124
line 430 176 430 204
line 290 150 330 150
line 530 150 570 150
line 165 188 165 204
line 763 176 763 308
for guest in 97 263 430 596; do line 430 256 $guest 308; done

text 26 94 place 'your host'
text 440 98 place 'NAT (nftables)'

thing 300 8 260 46 other 'the outside' 'internet, VPNs, the LAN'
thing 40 118 250 70 root 'host process: root' 'device, addresses, rules, forwards' 'reads no frame'
thing 40 204 250 52 other 'dnsmasq: its own user' 'DHCP, DNS, IPv6 for guests'
thing 330 124 200 52 kernel 'vmnet-shared' 'the gateway, 192.168.105.1'
thing 330 204 200 52 ours 'worker: your user' 'no privilege; switches frames'
thing 570 124 250 52 kernel 'TAPs of guests' 'the kernel moves their frames'

thing 22 308 150 70 other 'QEMU' 'VDE, or' 'a stream socket'
thing 188 308 150 70 other 'User Mode Linux' 'VDE, or' 'a seqpacket socket'
thing 355 308 150 70 other 'VirtualBox, 86Box' 'VDE'
thing 521 308 150 70 other 'vde_switch' 'and the emulators' 'plugged into it'
thing 688 308 150 70 other 'QEMU and others' 'a TAP by' 'descriptor'
echo '</svg>'
