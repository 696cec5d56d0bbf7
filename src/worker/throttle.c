// SPDX-License-Identifier: GPL-2.0-or-later
#include "throttle.h"

#include <assert.h>

#include "clock.h"

/*
 * ns: minimum wait when everything is used up, so that at high rates many frames go at once. A
 * tenth of what a bucket holds.
 */
#define THROTTLE_PAUSE (INT64_C(1000000) * TOKENS_BURST_TIME / 10)

/* ---- the heap ---------------------------------------------------------------- */

static void throttles_put(struct throttles *throttles, unsigned place, struct throttle *throttle)
{
	throttles->heap[place - 1] = throttle;
	throttle->place = place;
}

static void throttles_rise(struct throttles *throttles, struct throttle *throttle)
{
	unsigned place = throttle->place;

	while (place > 1 && throttles->heap[place / 2 - 1]->due > throttle->due) {
		throttles_put(throttles, place, throttles->heap[place / 2 - 1]);
		place /= 2;
	}
	throttles_put(throttles, place, throttle);
}

static void throttles_sink(struct throttles *throttles, struct throttle *throttle)
{
	unsigned place = throttle->place;

	while (2 * place <= throttles->n) {
		unsigned below = 2 * place;

		if (below < throttles->n &&
		    throttles->heap[below]->due < throttles->heap[below - 1]->due)
			below++;
		if (throttles->heap[below - 1]->due >= throttle->due)
			break;
		throttles_put(throttles, place, throttles->heap[below - 1]);
		place = below;
	}
	throttles_put(throttles, place, throttle);
}

static void throttles_add(struct throttles *throttles, struct throttle *throttle)
{
	assert(throttles->n < THROTTLES_MAX);
	throttles_put(throttles, ++throttles->n, throttle);
	throttles_rise(throttles, throttle);
}

static void throttles_remove(struct throttles *throttles, struct throttle *throttle)
{
	struct throttle *last = throttles->heap[--throttles->n];
	unsigned place = throttle->place;

	throttle->place = 0;
	if (last == throttle)
		return;
	throttles_put(throttles, place, last);
	throttles_rise(throttles, last);
	throttles_sink(throttles, last);
}

/* ---- the timer --------------------------------------------------------------- */

/* For the first of them. If it fires too early, nothing is called. */
static void throttles_arm(struct throttles *throttles)
{
	int64_t due = throttles->n > 0 ? throttles->heap[0]->due : 0;

	if (due == 0 || (throttles->armed != 0 && throttles->armed <= due))
		return;
	throttles->armed = due;
	timer_arm_at(&throttles->timer, due);
}

static void throttles_expired(struct timer *timer)
{
	struct throttles *throttles = container_of(timer, struct throttles, timer);
	int64_t now = clock_ns();

	for (unsigned i = 0; i < THROTTLES_TURN && throttles->n > 0; i++) {
		struct throttle *first = throttles->heap[0];

		if (first->due > now)
			break;
		throttles_remove(throttles, first);
		first->reached(first);
	}
	throttles->armed = 0;
	throttles_arm(throttles);
}

int throttles_init(struct throttles *throttles, struct loop *loop)
{
	throttles->n = 0;
	throttles->armed = 0;
	return timer_init(&throttles->timer, loop, throttles_expired);
}

void throttles_finish(struct throttles *throttles)
{
	timer_finish(&throttles->timer);
}

/* ---- a throttle -------------------------------------------------------------- */

void throttle_begin(struct throttle *throttle, struct throttles *home, uint64_t rate, int64_t now,
		    void (*reached)(struct throttle *throttle))
{
	assert(throttle->place == 0);
	*throttle = (struct throttle){.home = home, .reached = reached};
	tokens_init(&throttle->tokens, rate, now);
}

void throttle_end(struct throttle *throttle)
{
	throttle_stop(throttle);
	throttle->home = NULL;
}

int64_t throttle_allows(struct throttle *throttle, int64_t now)
{
	return throttle->home ? tokens_left(&throttle->tokens, now) : INT64_MAX;
}

void throttle_take(struct throttle *throttle, uint32_t bytes)
{
	if (throttle->home)
		tokens_take(&throttle->tokens, bytes);
}

void throttle_wait(struct throttle *throttle, int64_t now)
{
	bool empty = tokens_left(&throttle->tokens, now) <= 0;
	int64_t due = tokens_due(&throttle->tokens);

	throttle_stop(throttle);
	throttle->due = empty && due < now + THROTTLE_PAUSE ? now + THROTTLE_PAUSE : due;
	throttles_add(throttle->home, throttle);
	throttles_arm(throttle->home);
}

void throttle_stop(struct throttle *throttle)
{
	if (throttle->place > 0)
		throttles_remove(throttle->home, throttle);
}

bool throttle_waits(const struct throttle *throttle)
{
	return throttle->place > 0;
}
