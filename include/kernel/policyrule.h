/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our rule (ip-rule(8)) that directs packets for our guests to the main table, which has the route
 * to them. It exists only if needed: if other software (a VPN, an exit node) has rules before
 * main's that direct everything to its own table, or nowhere. Then ours goes before those. It is
 * recorded in the undo log.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "link.h"
#include "undolog.h"
#include "upkeep.h"

struct policyrule {
	struct undolog *undolog;
	int family;
	unsigned bits;		  /* prefix length of our guests' network */
	struct in6_addr network;  /* IPv4 is the first four bytes */
	char device[IF_NAMESIZE]; /* only packets that leave by it; "": all */
	bool there;
	unsigned priority; /* if there */
	bool blocked;	   /* no place for it; already logged */
	struct upkeep upkeep;
};

enum { POLICYRULES_MAX = 4 };

/*
 * For that network (an in_addr or in6_addr by family), only by that device ("": by any). Keeps a
 * reference to the undo log.
 */
void policyrule_init(struct policyrule *rule, struct undolog *undolog, int family,
		     const void *network, unsigned bits, const char *device);

/*
 * Looks at the host's rules, once for all n (at most POLICYRULES_MAX) of ours, and adds, moves,
 * restores or removes ours. 0, or -errno.
 */
int policyrule_follow(struct policyrule *rules, unsigned n, struct link *link);

/* Changes nothing, but tells where each would go; -1: nowhere. 0, or -errno. */
int policyrule_propose(const struct policyrule *rules, unsigned n, struct link *link,
		       int64_t priorities[POLICYRULES_MAX]);

/* Removes it. Also for a zeroed one. */
void policyrule_finish(struct policyrule *rule, struct link *link);

/*
 * Undoes a dead instance's record, and cancels it; false if it is not such a record, or cannot be
 * undone.
 */
bool policyrule_undo(struct undolog *undolog, const char *record);
