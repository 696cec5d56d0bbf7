/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which addresses guests have whose ports are isolated at run time: the host process is told, so
 * that what others send to a forwarded port does not come to them by way of the host. (What they
 * send is known without that: portmacs.h.) All that live there are told, and those that live there
 * no more; if there are too many, those that were silent of late are left out.
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
	APART_BATCH = 96, /* told at once */
	APART_LOOKS = 4,  /* a second; each tells at most a batch of those that came, and of those
			     that went */
};

struct apart {
	struct claims *claims; /* this one says which were told */
	const struct bridge *bridge;
	/* Tells the host process; 0, or -errno: it was not told, and is again. */
	int (*tell)(struct apart *apart, bool are, const struct in6_addr *addresses, unsigned n);
	struct timer timer;
	struct ratelimit looks;
	bool waits;    /* the timer runs */
	uint32_t seen; /* claims->changes, when it was looked at last */
	unsigned n;    /* addresses that were told */
	struct in6_addr told[APART_MAX];
};

/* Takes a zeroed one whose claims, bridge and tell are set. 0, or -errno. */
int apart_init(struct apart *apart, struct loop *loop);

/* Takes one that was never made. */
void apart_finish(struct apart *apart);

/*
 * An isolated port's frame was judged, or which ports are isolated has changed (always): tells what
 * is new, at once if it may, or soon.
 */
void apart_stir(struct apart *apart, bool always);

/* Soon: what is at a port is about to be forgotten. */
void apart_stir_later(struct apart *apart);
