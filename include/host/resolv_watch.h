/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches a file by its path, for anything that changes what would be read there. Each directory
 * and link on the way to it can be replaced, it can be missing, and something can be mounted over
 * it.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "loop.h"

enum { RESOLV_WATCH_STEPS_MAX = 64 }; /* names on the way, including those in link targets */

struct resolv_watch_step {
	int wd;
	char name[NAME_MAX + 1]; /* within the directory; "": the file itself */
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
 * Calls changed() when the file at that absolute path (kept by reference) may be a different one,
 * or have new content; call resolv_watch_renew() first. 0, or -errno: then the file has to be
 * polled.
 */
int resolv_watch_start(struct resolv_watch *watch, struct loop *loop, const char *path,
		       void (*changed)(struct resolv_watch *watch));

/*
 * Walks the path to the file again; call it first, and after each changed(), before reading the
 * file. False: not all of the path can be watched.
 */
bool resolv_watch_renew(struct resolv_watch *watch);

/* Takes a zeroed one. */
void resolv_watch_stop(struct resolv_watch *watch);
