/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How often somebody who is not trusted may have something. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { RATELIMIT_PERIOD = 1000 }; /* ms */

/* With only per_period set: nothing was taken yet. */
struct ratelimit {
	unsigned per_period;
	unsigned taken;
	uint64_t since; /* ms, of the clock that now is told by */
};

/* Takes one at the time now (ms, never going back). False: not before ratelimit_wait() ms. */
bool ratelimit_take(struct ratelimit *ratelimit, uint64_t now);

/* How long it takes until there are more, in ms; 1 to RATELIMIT_PERIOD. */
unsigned ratelimit_wait(const struct ratelimit *ratelimit, uint64_t now);
