/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this host can do for guests in IPv6, by what its kernel shows below
 * /proc/sys/net/ipv6.
 */
#pragma once

#include <stdbool.h>

/* How packets of guests get on. */
enum ipv6_forwarding {
	IPV6_FORWARDING_NONE,	/* only for all devices at once, and the host does not */
	IPV6_FORWARDING_DEVICE, /* force_forwarding, by device: Linux 6.17 */
	IPV6_FORWARDING_HOST,	/* the host forwards IPv6 already */
};

/* Why a device of this host can have no IPv6, as words for the user; NULL if it can. */
const char *ipv6_missing(void);

enum ipv6_forwarding ipv6_find_forwarding(void);

/* The same from what was read: whether there is force_forwarding, and conf/all/forwarding. Pure. */
enum ipv6_forwarding ipv6_choose_forwarding(bool has_force, bool host_forwards);

/* Whether guests have a way out, where the host has a default route or not. Pure. */
bool ipv6_is_routed(enum ipv6_forwarding forwarding, bool has_route);

/* What to tell the user of the way out: a line, or NULL where guests have one. Pure. */
const char *ipv6_advice(enum ipv6_forwarding forwarding, bool has_route);
