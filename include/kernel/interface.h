/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of the host's interfaces mode bridged can use, and how. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "link.h"
#include "link_facts.h"
#include "mac.h"
#include "problem.h"

enum interface_use {
	INTERFACE_NONE,	  /* cannot be used */
	INTERFACE_BRIDGE, /* a Linux bridge, to be a member of */
	INTERFACE_NIC,	  /* a NIC or similar, to share */
};

enum { INTERFACE_WHY_MAX = 192 };

/*
 * Judges an interface by its facts and those of its master (NULL: none). If it cannot be used,
 * why[INTERFACE_WHY_MAX] says why and what to do, to follow its name. wireless:
 * interface_is_wireless(). Pure.
 */
enum interface_use interface_judge(const struct link_facts *facts, const struct link_facts *master,
				   bool wireless, char *why);

/* Whether it is a wireless interface. */
bool interface_is_wireless(const char *name);

/* Finds and judges the interface with that name: *facts and *use. 0, or -1 with *problem. */
int interface_choose(struct link *link, const char *name, struct link_facts *facts,
		     enum interface_use *use, struct problem *problem);

/* --vmnet-interface=?: prints those that can be used, one per line. Returns the exit status. */
int interface_list(struct problem *problem);

/* Whether the bridge has its own address, which its members do not change. */
bool interface_has_own_mac(const char *name);

/*
 * Makes an address for a member that does not change the bridge's: a bridge without its own address
 * takes its lowest member's. bridge: the bridge's; alone: it has no members, and keeps its address
 * only if ours is the same. A bridge whose last member has left has none (zeros): then mac stays as
 * it was. Pure.
 */
void interface_make_mac(const uint8_t bridge[MAC_SIZE], bool alone, uint8_t mac[MAC_SIZE]);

/*
 * The same for the bridge with those facts: finds out whether it has members, and its own address.
 */
void interface_choose_mac(struct link *link, const struct link_facts *bridge,
			  uint8_t mac[MAC_SIZE]);
