/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A count that is told of when it has grown, at most once a minute. Pure. */
#pragma once

#include <stdint.h>

enum { TALLY_SILENCE = 60000 }; /* ms between two lines */

/* Zeroed: nothing was told yet. */
struct tally {
	uint64_t said;	      /* what it was when a line told of it */
	int64_t silent_until; /* no other line before (clock.h) */
};

/* How much more it is now than when it was told of last; 0: there is nothing to tell yet. */
uint64_t tally_take(struct tally *tally, uint64_t count, int64_t now);
