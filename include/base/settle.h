/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Combines changes that come in bursts: they are handled once, when nothing has changed for a
 * moment, or after a fixed time if they keep coming.
 */
#pragma once

#include <stdint.h>

#include "timer.h"

enum { SETTLE_QUIET = 50, SETTLE_MOST = 250 }; /* ms */

struct settle {
	struct timer timer;
	int64_t first; /* time of the first change not yet handled (clock.h); 0: none */
	void (*settled)(struct settle *settle);
};

/* 0, or -errno. */
int settle_init(struct settle *settle, struct loop *loop, void (*settled)(struct settle *settle));

/* Also for a zeroed one; may be called twice. */
void settle_finish(struct settle *settle);

/* Something changed: calls settled() once, at most SETTLE_MOST after the first change. */
void settle_disturb(struct settle *settle);
