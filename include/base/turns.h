/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop in a loop, for sources that are served for the sake of people, beside others that must
 * not wait for them: however many of them are ready, a turn of the outer loop serves one, each in
 * its turn, and all of them together have a share of the time (timeshare.h). What one callback may
 * take is its owner's to bound.
 */
#pragma once

#include "loop.h"
#include "timer.h"
#include "timeshare.h"

struct turns {
	struct loop loop; /* for the sources to be added to */
	struct loop *outer;
	struct source source; /* of the outer loop: one is ready */
	struct timer pause;   /* of the outer loop: the share is used up */
	struct timeshare share;
};

/* 0, or -errno. Add sources to turns->loop then. */
int turns_init(struct turns *turns, struct loop *outer);

/* Takes a zeroed one, and may be called twice. Sources still added are forgotten. */
void turns_finish(struct turns *turns);
