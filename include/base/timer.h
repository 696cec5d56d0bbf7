/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A one-shot timer in a loop (timerfd, CLOCK_MONOTONIC). */
#pragma once

#include "loop.h"

struct timer {
	struct source source;
	struct loop *loop;
	void (*expired)(struct timer *timer);
};

/* Creates a timer that is not armed. 0, or -errno. */
int timer_init(struct timer *timer, struct loop *loop, void (*expired)(struct timer *timer));

/* Also for a zeroed timer; may be called twice. */
void timer_finish(struct timer *timer);

/* Calls expired() once, milliseconds from now (at least 1). Arming again moves it. */
void timer_arm(struct timer *timer, unsigned milliseconds);

/* Calls expired() once at that time (ns, CLOCK_MONOTONIC, not 0); right away if that has passed. */
void timer_arm_at(struct timer *timer, int64_t time);

void timer_disarm(struct timer *timer);
