// SPDX-License-Identifier: GPL-2.0-or-later
#include "settle.h"

#include "clock.h"

static void settle_expired(struct timer *timer)
{
	struct settle *settle = container_of(timer, struct settle, timer);

	settle->first = 0;
	settle->settled(settle);
}

int settle_init(struct settle *settle, struct loop *loop, void (*settled)(struct settle *settle))
{
	settle->first = 0;
	settle->settled = settled;
	return timer_init(&settle->timer, loop, settle_expired);
}

void settle_finish(struct settle *settle)
{
	timer_finish(&settle->timer);
}

void settle_disturb(struct settle *settle)
{
	int64_t now = clock_now();
	int64_t left;

	if (settle->first == 0)
		settle->first = now;
	left = settle->first + SETTLE_MOST - now;
	if (left < 0)
		left = 0;
	timer_arm(&settle->timer, (unsigned)(left < SETTLE_QUIET ? left : SETTLE_QUIET));
}
