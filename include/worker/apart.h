/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the host process which addresses live at ports that were isolated at run time, so that
 * traffic from others to a forwarded port cannot reach them through the host. (Traffic from them is
 * recognized without this: portmacs.h.) Addresses are reported when they appear and when they go.
 * If there are too many, those that have been silent lately are left out.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include "bridge.h"
#include "claims.h"
#include "ratelimit.h"
#include "timer.h"

enum {
	APART_MAX = 4096,
	APART_BATCH = 96, /* addresses in one message */
	/*
	 * A second, because of what guests do; each reports at most one batch of new addresses and
	 * one of those that went.
	 */
	APART_LOOKS = 4,
};

struct apart {
	struct claims *claims; /* an entry's told flag says whether it was reported */
	const struct bridge *bridge;
	/* Tells the host process. 0, or -errno: not delivered, will be retried. */
	int (*tell)(struct apart *apart, bool are, const struct in6_addr *addresses, unsigned n);
	struct timer timer;
	struct ratelimit looks;
	bool waits;    /* the timer is running */
	uint32_t seen; /* claims->changes at the last look */
	unsigned n;    /* addresses reported */
	struct in6_addr told[APART_MAX];
};

/* Call it with claims, bridge and tell set, and the rest zeroed. 0, or -errno. */
int apart_init(struct apart *apart, struct loop *loop);

/* Also for one that was never initialized. */
void apart_finish(struct apart *apart);

/*
 * Call it when an isolated port's frame was judged. Reports what is new, now if the rate allows,
 * else soon.
 */
void apart_stir(struct apart *apart);

/*
 * Call it when the set of isolated ports has changed. Reports everything now, whatever guests have
 * used up of the rate. 0, or -errno: the rest will be reported soon.
 */
int apart_tell_all(struct apart *apart);

/* Looks again soon: a port is about to be forgotten. */
void apart_stir_later(struct apart *apart);
