/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop within a loop, for sources that serve people and must not delay the others. However many
 * are ready, a turn of the outer loop serves one of them, in rotation, and together they get a
 * fixed share of the time (timeshare.h). The owner must limit the time of each callback.
 */
#pragma once

#include "loop.h"
#include "timer.h"
#include "timeshare.h"

struct turns {
	struct loop loop; /* add sources here */
	struct loop *outer;
	struct source source; /* in the outer loop: a source is ready */
	struct timer pause;   /* in the outer loop: the share is used up */
	struct timeshare share;
};

/* 0, or -errno. Then add sources to turns->loop. */
int turns_init(struct turns *turns, struct loop *outer);

/* Also for a zeroed one; may be called twice. Forgets sources still in the loop. */
void turns_finish(struct turns *turns);
