/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether to poll for the next event for a moment instead of sleeping: being woken takes
 * longer than most other steps of a round trip. It is only worth its CPU time where events answer
 * each other, in a round trip; not where events come from one source, in bursts, or rarely.
 *
 * Pure: the caller polls and reports the outcome. Times are ns.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	SPIN_LOOK = 50000,  /* how long to poll: an answer usually takes less than half of that */
	SPIN_AWAKE = 20000, /* if busy for longer, we are moving more than single frames */
	SPIN_STREAK = 8,    /* answers in a row before polling is tried */
	SPIN_REST = 16384,  /* further answers needed, at most, on a busy machine */
};

/* Zeroed: nothing seen yet. */
struct spin {
	const void *last; /* source of the last event */
	int64_t woke;
	int streak;
	int rest; /* further answers to see, if others want the CPU the next time */
};

/* Whether to start polling now. */
bool spin_is_worth(const struct spin *spin, int64_t now);

/*
 * Whether to keep polling: nothing came since then, and from yielded to now other processes could
 * run. If one ran for longer than we poll, it had work to do. On such a machine a sleeper is woken
 * at once, but a process that yields must wait.
 */
bool spin_goes_on(struct spin *spin, int64_t since, int64_t yielded, int64_t now);

/* The wait since then is over: one event came from source; NULL: more than one, or none. */
void spin_ended(struct spin *spin, const void *source, int64_t since, int64_t now);
