/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells of writes to files, by inotify(7). Of sysctls, too, whose writes mostly are no event of
 * rtnetlink; one that is written by another mount of /proc, as of a container, is not seen.
 */
#pragma once

#include "loop.h"

struct filewatch {
	struct source source;
	struct loop *loop; /* NULL: nothing is watched */
	void (*changed)(struct filewatch *watch);
};

/* Calls changed() after writes, once for many. 0, or -errno. */
int filewatch_init(struct filewatch *watch, struct loop *loop,
		   void (*changed)(struct filewatch *watch));

/* Takes a zeroed one, and may be called twice. */
void filewatch_finish(struct filewatch *watch);

/* Watches the file that is there now, for events of inotify(7). 0, or -errno. */
int filewatch_add(struct filewatch *watch, const char *path, uint32_t events);

/* Watches that key (sysctl.h) as long as it is there; one that is not there is left out. */
void filewatch_add_sysctl(struct filewatch *watch, const char *key);
