/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much of a process's time somebody may have who is not trusted: a part of it, and some at
 * once where he had none for a while. Pure: the caller tells the time (ns, never going back).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	TIMESHARE_PART = 8, /* he has the eighth part */
	/* So much at once: an answer about 512 ports takes half of it. */
	TIMESHARE_SAVED = 20000000,
	/* What one turn is reckoned at, at most: for longer, others had the CPU meanwhile. */
	TIMESHARE_TURN = 1000000,
	/* ms, at least. Short: who is not served fills his sockets, and comes back in a burst. */
	TIMESHARE_PAUSE = 1,
};

/* Zeroed, nothing was used. */
struct timeshare {
	int64_t used;  /* ns, of what is saved; more than that: it is used up */
	int64_t since; /* until when it was reckoned */
};

/* A turn was had from one time to the other. */
void timeshare_use(struct timeshare *share, int64_t from, int64_t to);

/* How long, in ms, until there may be another turn; 0: it may be now. */
unsigned timeshare_wait(const struct timeshare *share);
