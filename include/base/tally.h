/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A counter that is reported when it has grown, at most once a minute. Pure. */
#pragma once

#include <stdint.h>

enum { TALLY_SILENCE = 60000 }; /* ms between two lines */

/* Zeroed: nothing reported yet. */
struct tally {
	uint64_t said;	      /* the count when last reported */
	int64_t silent_until; /* no further line before then (clock.h) */
};

/* How much it has grown since it was last reported; 0: nothing to report yet. */
uint64_t tally_take(struct tally *tally, uint64_t count, int64_t now);
