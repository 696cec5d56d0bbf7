/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits how often someone untrusted may have something. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { RATELIMIT_PERIOD = 1000 }; /* ms */

/* With per_period set and the rest zeroed: nothing taken yet. */
struct ratelimit {
	unsigned per_period;
	unsigned taken;
	uint64_t since; /* ms, on the caller's clock */
};

/* Takes one at the time now (ms, never going back). False: none left for ratelimit_wait() ms. */
bool ratelimit_take(struct ratelimit *ratelimit, uint64_t now);

/* The same for n, at most per_period: all of them or none. */
bool ratelimit_take_all(struct ratelimit *ratelimit, unsigned n, uint64_t now);

/* How long until there are more, in ms; 1 to RATELIMIT_PERIOD. */
unsigned ratelimit_wait(const struct ratelimit *ratelimit, uint64_t now);
