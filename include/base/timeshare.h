/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits how much of a process's time someone untrusted gets: a fraction of it, and a burst after a
 * while without any. Pure: the caller tells the time (ns, never going back).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	TIMESHARE_PART = 8, /* one eighth */
	/* The burst: an answer about 512 ports takes half of it. */
	TIMESHARE_SAVED = 20000000,
	/* Maximum charge for one turn: if it took longer, others had the CPU meanwhile. */
	TIMESHARE_TURN = 1000000,
	/*
	 * ms, minimum. Short, because a client not served fills its sockets and comes back in a
	 * burst.
	 */
	TIMESHARE_PAUSE = 1,
};

/* Zeroed: nothing used. */
struct timeshare {
	int64_t used;  /* ns used of the burst; beyond that it is used up */
	int64_t since; /* accounted up to here */
};

/* A turn took place between these times. */
void timeshare_use(struct timeshare *share, int64_t from, int64_t to);

/* How long until the next turn, in ms; 0: now. */
unsigned timeshare_wait(const struct timeshare *share);
