// SPDX-License-Identifier: GPL-2.0-or-later
#include "allowance.h"

bool allowance_take(struct allowance *allowance, uint64_t now)
{
	if (allowance->taken == 0 || now - allowance->since >= ALLOWANCE_PERIOD) {
		allowance->since = now;
		allowance->taken = 0;
	}
	if (allowance->taken >= allowance->per_period)
		return false;
	allowance->taken++;
	return true;
}

unsigned allowance_wait(const struct allowance *allowance, uint64_t now)
{
	uint64_t elapsed = now - allowance->since;

	return elapsed < ALLOWANCE_PERIOD ? (unsigned)(ALLOWANCE_PERIOD - elapsed) : 1;
}
