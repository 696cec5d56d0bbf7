/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * br_netfilter: whether frames that only pass a bridge of this host go through the rules of a
 * firewall, those for what is forwarded. Docker turns it on for all bridges; the kernel has no
 * way to exempt one.
 */
#pragma once

/*
 * The program whose rules they go through: "iptables", or "ip6tables" where those of IPv6 do
 * alone. So it is named in the sysctl net.bridge.bridge-nf-call-PROGRAM, too. NULL: none.
 */
const char *bridgefilter_program(void);
