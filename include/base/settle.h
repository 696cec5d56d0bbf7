/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes that come many at a time, to be looked at once: when nothing has changed for a moment,
 * and after a bounded time however many others come.
 */
#pragma once

#include <stdint.h>

#include "timer.h"

enum { SETTLE_QUIET = 50, SETTLE_MOST = 250 }; /* ms */

struct settle {
	struct timer timer;
	int64_t first; /* when the first change came that was not looked at (clock.h); 0: none */
	void (*settled)(struct settle *settle);
};

/* 0, or -errno. */
int settle_init(struct settle *settle, struct loop *loop, void (*settled)(struct settle *settle));

/* Takes a zeroed one, and may be called twice. */
void settle_finish(struct settle *settle);

/* Something changed: calls settled() once, at most SETTLE_MOST after the first change. */
void settle_disturb(struct settle *settle);
