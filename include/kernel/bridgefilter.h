/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * br_netfilter: whether frames that are only bridged on this host also go through a firewall's
 * rules for forwarded packets. Docker turns it on for all bridges; the kernel cannot exempt one.
 */
#pragma once

/*
 * The program whose rules they go through: "iptables", or "ip6tables" if only those for IPv6. The
 * sysctl net.bridge.bridge-nf-call-PROGRAM uses the same name. NULL: none.
 */
const char *bridgefilter_program(void);
