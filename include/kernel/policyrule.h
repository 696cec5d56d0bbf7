/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule of ours (ip-rule(8)) that leads what is for our guests to the table main, where the route
 * to them is. It is there only where it is needed: where other software (a VPN, an exit node) has
 * rules before main's that lead everything to a table of its own, or nowhere. Then it stands
 * before those. It is recorded in the undo log.
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
	unsigned bits;		  /* of the network of our guests */
	struct in6_addr network;  /* IPv4's are the first four bytes */
	char device[IF_NAMESIZE]; /* only what leaves by it; "": whatever there is */
	bool there;
	unsigned priority; /* where it is there */
	bool blocked;	   /* there is no place for it; said */
	struct upkeep upkeep;
};

enum { POLICYRULES_MAX = 4 };

/*
 * For that network (an in_addr or in6_addr by family), by that device alone ("": by any). The undo
 * log is kept by reference.
 */
void policyrule_init(struct policyrule *rule, struct undolog *undolog, int family,
		     const void *network, unsigned bits, const char *device);

/*
 * Looks at the host's rules, once for all n (at most POLICYRULES_MAX) of ours: they are added,
 * moved, put back or taken away. 0, or -errno.
 */
int policyrule_follow(struct policyrule *rules, unsigned n, struct link *link);

/* Changes nothing, but says where each would be put, or -1: nowhere. 0, or -errno. */
int policyrule_propose(const struct policyrule *rules, unsigned n, struct link *link,
		       int64_t priorities[POLICYRULES_MAX]);

/* Takes it away. Takes a zeroed one. */
void policyrule_finish(struct policyrule *rule, struct link *link);

/* Undoes a dead instance's record, and cancels it; false when it is none, or cannot be undone. */
bool policyrule_undo(struct undolog *undolog, const char *record);
