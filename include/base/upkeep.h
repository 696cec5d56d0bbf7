/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps a setting of ours that other software may change at any time: a sysctl, an address. It is
 * restored once. If it is changed again within a minute, that is deliberate, and we leave it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { UPKEEP_SOON = 60000 }; /* ms; a change within this time is deliberate */

/* Zeroed: never changed yet. */
struct upkeep {
	int64_t mended; /* when it was last restored, by clock.h; 0: never */
	bool left;	/* we gave up, and have logged it */
};

enum upkeep_verdict {
	UPKEEP_RIGHT,	/* nothing to do */
	UPKEEP_MEND,	/* restore it, and log that */
	UPKEEP_GIVE_UP, /* leave it, and log the command that restores it */
	UPKEEP_LEFT,	/* leave it; already logged */
};

/* What to do about it at that time (clock.h). Pure. */
enum upkeep_verdict upkeep_judge(struct upkeep *upkeep, bool is_right, int64_t now);

/*
 * Logs what was done about what (in words for people) by the verdict, and the command that restores
 * it. Logs nothing for the other verdicts.
 */
void upkeep_say(enum upkeep_verdict verdict, const char *what, const char *command);

/* Reads the sysctl (sysctl.h), and restores it to value by these rules. 0, or -errno. */
int upkeep_sysctl(struct upkeep *upkeep, const char *key, int value);
