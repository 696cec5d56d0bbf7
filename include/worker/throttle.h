/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One direction of a port that has a rate: its bucket, and when it is looked at again. All share
 * one timer, since a running worker may make none.
 */
#pragma once

#include <stdbool.h>

#include "bridge.h"
#include "timer.h"
#include "tokens.h"

enum {
	THROTTLES_MAX = 2 * BRIDGE_PORTS_MAX,
	/* Of those whose time has come, so many at once; all others of the loop go between. */
	THROTTLES_TURN = 8,
};

struct throttle;

struct throttles {
	struct timer timer;
	int64_t armed; /* ns: for when the timer is; 0: for never */
	unsigned n;
	struct throttle *heap[THROTTLES_MAX]; /* those that wait, each before those below it */
};

/* Zeroed, it has no rate. */
struct throttle {
	struct throttles *home; /* NULL: there is no rate */
	struct tokens tokens;
	int64_t due;	/* ns, CLOCK_MONOTONIC */
	unsigned place; /* in the heap, from 1; 0: it does not wait */
	void (*reached)(struct throttle *throttle);
};

/* 0, or -errno. Finish also after a failure, or twice; nobody has a rate then. */
int throttles_init(struct throttles *throttles, struct loop *loop);
void throttles_finish(struct throttles *throttles);

/* From now on (ns) there is a rate, in bits per second: as tokens_init(). Not while it waits. */
void throttle_begin(struct throttle *throttle, struct throttles *home, uint64_t rate, int64_t now,
		    void (*reached)(struct throttle *throttle));

/* There is none, and no wait. */
void throttle_end(struct throttle *throttle);

/* Bytes that may pass now: INT64_MAX without a rate; not above 0: none. */
int64_t throttle_allows(struct throttle *throttle, int64_t now);

/* So many have passed. */
void throttle_take(struct throttle *throttle, uint32_t bytes);

/* Calls reached() once, when something may pass again; at once where it may now. */
void throttle_wait(struct throttle *throttle, int64_t now);

/* It is not called. */
void throttle_stop(struct throttle *throttle);

bool throttle_waits(const struct throttle *throttle);
