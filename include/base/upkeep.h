/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One thing of ours that other software can change at any time: a sysctl, an address. It is put
 * back once; where it is changed again within a minute, somebody means it, and it is left.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { UPKEEP_SOON = 60000 }; /* ms; a change within these is meant */

/* Zeroed: never changed yet. */
struct upkeep {
	int64_t mended; /* when it was put back last, by clock.h; 0: never */
	bool left;	/* said, too */
};

enum upkeep_verdict {
	UPKEEP_RIGHT,	/* there is nothing to do */
	UPKEEP_MEND,	/* put it back, and say so */
	UPKEEP_GIVE_UP, /* leave it, and say so with the command that mends it */
	UPKEEP_LEFT,	/* leave it; that was said */
};

/* What to do about it, at that time (clock.h). Pure. */
enum upkeep_verdict upkeep_judge(struct upkeep *upkeep, bool is_right, int64_t now);

/*
 * Says what was done by the verdict to what (a thing as a person names it), and the command that
 * mends it. For those that say nothing, nothing.
 */
void upkeep_say(enum upkeep_verdict verdict, const char *what, const char *command);

/* Reads the sysctl (sysctl.h), and puts it back to value by these rules. 0, or -errno. */
int upkeep_sysctl(struct upkeep *upkeep, const char *key, int value);
