// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeshare.h"

enum { TIMESHARE_MS = 1000000 }; /* ns */

void timeshare_use(struct timeshare *share, int64_t from, int64_t to)
{
	int64_t turn = to - from < TIMESHARE_TURN ? to - from : TIMESHARE_TURN;

	share->used -= (from - share->since) / TIMESHARE_PART;
	if (share->used < 0)
		share->used = 0;
	share->used += turn;
	share->since = from;
}

unsigned timeshare_wait(const struct timeshare *share)
{
	int64_t over = share->used - TIMESHARE_SAVED;
	int64_t wait = over * TIMESHARE_PART / TIMESHARE_MS;

	if (over < 0)
		return 0;
	return wait < TIMESHARE_PAUSE ? TIMESHARE_PAUSE : (unsigned)wait;
}
