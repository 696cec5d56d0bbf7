/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of isolated guests that our rules have not got yet, and those that they still have. A
 * change that fails stays here until it is applied: the worker says each only once.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include "apartrules.h"

/* As many as the worker ever has in force. */
enum { APART_BACKLOG_MAX = 4096 };

struct apart_list {
	unsigned n;
	struct in6_addr addresses[APART_BACKLOG_MAX];
};

/* Zeroed: nothing is left to do. */
struct apart_backlog {
	struct apart_list gone;
	struct apart_list new;
	bool lost; /* there was no room for one: the rules will never be right again */
};

/* Adds a change of n addresses, in place of earlier ones of the same addresses. */
void apart_backlog_add(struct apart_backlog *backlog, bool apart, const struct in6_addr *addresses,
		       unsigned n);

/*
 * Calls apply() with at most APARTRULES_CHANGE_ADDRESSES at a time, until nothing is left or it
 * fails, returning less than 0. What was removed comes first, because it makes room.
 */
void apart_backlog_apply(struct apart_backlog *backlog,
			 int (*apply)(void *context, bool apart, const struct in6_addr *addresses,
				      unsigned n),
			 void *context);

/* Whether the rules are as the worker said. */
bool apart_backlog_is_done(const struct apart_backlog *backlog);
