// SPDX-License-Identifier: GPL-2.0-or-later
#include "spin.h"

#include <stddef.h>

bool spin_is_worth(const struct spin *spin, int64_t now)
{
	return spin->streak >= SPIN_STREAK && now - spin->woke < SPIN_AWAKE;
}

bool spin_goes_on(struct spin *spin, int64_t since, int64_t yielded, int64_t now)
{
	if (now - yielded < SPIN_LOOK)
		return now - since < SPIN_LOOK;
	spin->streak = -spin->rest;
	spin->rest = spin->rest < SPIN_REST / 2 ? 2 * spin->rest + 1 : SPIN_REST;
	return false;
}

void spin_ended(struct spin *spin, const void *source, int64_t since, int64_t now)
{
	bool answers = source && source != spin->last && now - since < SPIN_LOOK;

	if (answers && spin->streak >= SPIN_STREAK && spin->rest > 0)
		spin->rest--; /* it was worth it */
	if (answers && spin->streak < SPIN_STREAK)
		spin->streak++;
	else if (!answers && spin->streak > 0)
		spin->streak = 0;
	spin->last = source;
	spin->woke = now;
}
