/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches a file by its name: whatever changes what would be read there. Each directory and
 * each link on the way to it can be replaced, it can be missing, and something can be mounted
 * over it.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "loop.h"

enum { RESOLV_WATCH_STEPS_MAX = 64 }; /* names on the way, those of links' targets too */

struct resolv_watch_step {
	int wd;
	char name[NAME_MAX + 1]; /* in the directory; "": the file itself */
};

struct resolv_watch {
	struct loop *loop;
	struct source events; /* inotify(7) */
	struct source mounts; /* proc_pid_mountinfo(5) */
	const char *path;
	unsigned n_steps;
	struct resolv_watch_step steps[RESOLV_WATCH_STEPS_MAX];
	void (*changed)(struct resolv_watch *watch);
};

/*
 * Calls changed() when the file of that absolute path (kept by reference) may be another, or
 * have other content; after resolv_watch_renew() was called. 0, or -errno: it has to be looked
 * at now and then.
 */
int resolv_watch_start(struct resolv_watch *watch, struct loop *loop, const char *path,
		       void (*changed)(struct resolv_watch *watch));

/*
 * Goes the way to the file anew; to be called at first and after each changed(), before the
 * file is read. False: not all of it can be watched.
 */
bool resolv_watch_renew(struct resolv_watch *watch);

/* Takes a zeroed one. */
void resolv_watch_stop(struct resolv_watch *watch);
