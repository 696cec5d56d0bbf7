/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One direction of a port with a rate: its token bucket, and when to look at it again. All share
 * one timer, since a running worker cannot create any.
 */
#pragma once

#include <stdbool.h>

#include "bridge.h"
#include "timer.h"
#include "tokens.h"

enum {
	THROTTLES_MAX = 2 * BRIDGE_PORTS_MAX,
	/* How many are handled at once when due; the loop's other events go in between. */
	THROTTLES_TURN = 8,
};

struct throttle;

struct throttles {
	struct timer timer;
	int64_t armed; /* ns: when the timer expires; 0: never */
	unsigned n;
	struct throttle *heap[THROTTLES_MAX]; /* those that wait, a binary heap by due time */
};

/* Zeroed: no rate. */
struct throttle {
	struct throttles *home; /* NULL: no rate */
	struct tokens tokens;
	int64_t due;	/* ns, CLOCK_MONOTONIC */
	unsigned place; /* in the heap, from 1; 0: not waiting */
	void (*reached)(struct throttle *throttle);
};

/* 0, or -errno. Call throttles_finish() also after a failure, or twice, once nobody has a rate. */
int throttles_init(struct throttles *throttles, struct loop *loop);
void throttles_finish(struct throttles *throttles);

/* Sets a rate from now (ns) on, in bits per second, as in tokens_init(). Not while it waits. */
void throttle_begin(struct throttle *throttle, struct throttles *home, uint64_t rate, int64_t now,
		    void (*reached)(struct throttle *throttle));

/* Removes the rate, and any wait. */
void throttle_end(struct throttle *throttle);

/* Bytes that may pass now: INT64_MAX without a rate; 0 or less: none. */
int64_t throttle_allows(struct throttle *throttle, int64_t now);

/* That many have passed. */
void throttle_take(struct throttle *throttle, uint32_t bytes);

/* Calls reached() once, when something may pass again; right away if it may now. */
void throttle_wait(struct throttle *throttle, int64_t now);

/* Cancels the wait. */
void throttle_stop(struct throttle *throttle);

bool throttle_waits(const struct throttle *throttle);
