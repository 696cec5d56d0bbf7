/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this host can do for guests in IPv6, from what its kernel shows below /proc/sys/net/ipv6. */
#pragma once

#include <stdbool.h>

/* How guests' packets are forwarded. */
enum ipv6_forwarding {
	IPV6_FORWARDING_NONE,	/* only for all devices at once, and the host does not do that */
	IPV6_FORWARDING_DEVICE, /* force_forwarding, by device: Linux 6.17 */
	IPV6_FORWARDING_HOST,	/* the host forwards IPv6 already */
};

/* Why a device of this host can have no IPv6, in words for the user; NULL if it can. */
const char *ipv6_missing(void);

enum ipv6_forwarding ipv6_find_forwarding(void);

/* The same from given values: whether there is force_forwarding, and conf/all/forwarding. Pure. */
enum ipv6_forwarding ipv6_choose_forwarding(bool has_force, bool host_forwards);

/* Whether guests have a way out, depending on whether the host has a default route. Pure. */
bool ipv6_is_routed(enum ipv6_forwarding forwarding, bool has_route);

/*
 * What to tell the user about the way out: a line, or NULL if guests have one. named: the route is
 * looked for on the devices of --uplink alone. Pure.
 */
const char *ipv6_advice(enum ipv6_forwarding forwarding, bool has_route, bool named);
