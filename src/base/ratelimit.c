// SPDX-License-Identifier: GPL-2.0-or-later
#include "ratelimit.h"

bool ratelimit_take_all(struct ratelimit *ratelimit, unsigned n, uint64_t now)
{
	if (ratelimit->taken == 0 || now - ratelimit->since >= RATELIMIT_PERIOD) {
		ratelimit->since = now;
		ratelimit->taken = 0;
	}
	if (ratelimit->taken + n > ratelimit->per_period)
		return false;
	ratelimit->taken += n;
	return true;
}

bool ratelimit_take(struct ratelimit *ratelimit, uint64_t now)
{
	return ratelimit_take_all(ratelimit, 1, now);
}

unsigned ratelimit_wait(const struct ratelimit *ratelimit, uint64_t now)
{
	uint64_t elapsed = now - ratelimit->since;

	return elapsed < RATELIMIT_PERIOD ? (unsigned)(RATELIMIT_PERIOD - elapsed) : 1;
}
