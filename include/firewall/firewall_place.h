/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where an accept belongs: in front of what drops, after all that was decided before. */
#pragma once

#include <stdbool.h>

#include "firewall_walk.h"

struct firewall_place {
	const struct json_t *ruleset;
	const struct json_t *base; /* the base chain that drops */
	bool ipv6;		   /* what it drops is of IPv6, else IPv4 */
	const char *chain;	   /* the base chain, or one that it leads to */
	long long before;	   /* the handle of a rule; 0: at the end */
	bool is_ufw;		   /* that chain is ufw's */
};

/*
 * Fills chain, before and is_ufw; the rest is given. walk: how the base chain, at that hook,
 * drops something. False: a rule drops it there that was made for certain packets.
 */
bool firewall_place_find(struct firewall_place *place, const struct firewall_walk *walk,
			 const char *hook);
