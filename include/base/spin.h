/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether to look for the next event again and again, for a moment, instead of sleeping until it
 * comes: to be woken takes longer than most of a round trip's other steps. It is worth its CPU time
 * only where one event answers another, so for a round trip: not where events come from one source,
 * come many at a time, or come seldom.
 *
 * Pure: the caller looks, and tells what came of it. Times are ns.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	SPIN_LOOK = 50000,  /* how long to look: an answer usually takes less than half of it */
	SPIN_AWAKE = 20000, /* who was busy for longer moves more than single frames */
	SPIN_STREAK = 8,    /* answers in a row before it is tried */
	SPIN_REST = 16384,  /* answers more, at most, on a busy machine */
};

/* Zeroed, it has seen nothing. */
struct spin {
	const void *last; /* which source spoke */
	int64_t woke;
	int streak;
	int rest; /* answers more, if others want the CPU the next time */
};

/* Whether to look, from now on. */
bool spin_is_worth(const struct spin *spin, int64_t now);

/*
 * Whether to look again: nothing came since then, and from yielded to now others were let run.
 * Who ran for longer than we look had work to do: on such a machine whoever sleeps is woken at
 * once, and whoever yields waits.
 */
bool spin_goes_on(struct spin *spin, int64_t since, int64_t yielded, int64_t now);

/*
 * What was waited for since then is here now: one event of that source; NULL: more than one, or
 * none.
 */
void spin_ended(struct spin *spin, const void *source, int64_t since, int64_t now);
