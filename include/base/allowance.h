/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How often somebody who is not trusted may have something. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { ALLOWANCE_PERIOD = 1000 }; /* ms */

/* With only per_period set: nothing was taken yet. */
struct allowance {
	unsigned per_period;
	unsigned taken;
	uint64_t since; /* ms, of the clock that now is told by */
};

/* Takes one at the time now (ms, never going back). False: not before allowance_wait() ms. */
bool allowance_take(struct allowance *allowance, uint64_t now);

/* How long it takes until there are more, in ms; 1 to ALLOWANCE_PERIOD. */
unsigned allowance_wait(const struct allowance *allowance, uint64_t now);
