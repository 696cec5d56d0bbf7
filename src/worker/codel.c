// SPDX-License-Identifier: GPL-2.0-or-later
#include "codel.h"

enum { CODEL_ROOT_BITS = 8 }; /* fraction bits of a square root */

/* The square root, rounded down, with CODEL_ROOT_BITS binary fraction digits. */
static int64_t codel_root(uint32_t number)
{
	uint64_t square = (uint64_t)number << (2 * CODEL_ROOT_BITS);
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 23; bit != 0; bit >>= 1) {
		if ((root + bit) * (root + bit) <= square)
			root += bit;
	}
	return (int64_t)root;
}

/* RFC 8289, 5.3: the more drops there were, the sooner the next. */
static int64_t codel_control_law(int64_t from, uint32_t count)
{
	return from + (CODEL_INTERVAL << CODEL_ROOT_BITS) / codel_root(count);
}

/* 5.5, dodequeue(). */
static bool codel_is_late(struct codel *codel, int64_t now, int64_t waited, uint32_t backlog,
			  uint32_t largest)
{
	if (waited < CODEL_TARGET || backlog <= largest) {
		codel->above_until = 0;
		return false;
	}
	if (codel->above_until == 0) {
		codel->above_until = now + CODEL_INTERVAL;
		return false;
	}
	return now >= codel->above_until;
}

static void codel_begin(struct codel *codel, int64_t now)
{
	uint32_t delta = codel->count - codel->last_count;
	bool lately = now - codel->next < 16 * CODEL_INTERVAL;

	codel->dropping = true;
	codel->count = delta > 1 && lately ? delta : 1;
	codel->next = codel_control_law(now, codel->count);
	codel->last_count = codel->count;
}

/* 5.5, dequeue(), one head per call. */
bool codel_drops(struct codel *codel, int64_t now, int64_t waited, uint32_t backlog,
		 uint32_t largest, enum codel_step *step)
{
	bool late = codel_is_late(codel, now, waited, backlog, largest);

	if (*step == CODEL_BEGUN)
		return false;
	if (!late) {
		codel->dropping = false;
		return false;
	}
	if (!codel->dropping) {
		codel_begin(codel, now);
		*step = CODEL_BEGUN;
		return true;
	}
	if (*step == CODEL_DROPPED)
		codel->next = codel_control_law(codel->next, codel->count);
	if (now < codel->next)
		return false;
	codel->count++;
	*step = CODEL_DROPPED;
	return true;
}

void codel_marked(struct codel *codel, enum codel_step step)
{
	if (step == CODEL_DROPPED)
		codel->next = codel_control_law(codel->next, codel->count);
}

void codel_empty(struct codel *codel)
{
	codel->above_until = 0;
	codel->dropping = false;
}
