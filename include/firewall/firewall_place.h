/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where to put an accept: before what drops, but after everything decided earlier. */
#pragma once

#include <stdbool.h>

#include "firewall_walk.h"

struct firewall_place {
	const struct json_t *ruleset;
	const struct json_t *base; /* the base chain that drops */
	bool ipv6;		   /* it drops IPv6; else IPv4 */
	const char *chain;	   /* the base chain, or one reached from it */
	long long before;	   /* the handle of a rule; 0: append */
	bool is_ufw;		   /* that chain is ufw's */
};

/*
 * Fills in chain, before and is_ufw; the rest is given. walk: how the base chain, at that hook,
 * drops a packet. False: the rule that drops it was made for particular packets.
 */
bool firewall_place_find(struct firewall_place *place, const struct firewall_walk *walk,
			 const char *hook);
