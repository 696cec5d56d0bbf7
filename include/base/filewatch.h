/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifies of writes to files, by inotify(7). Also works for sysctls, most of which cause no
 * rtnetlink event. A write through another mount of /proc, such as a container's, is not seen.
 *
 * The kernel limits watches for each user, over all that user's programs (fs.inotify). If there are
 * none left, the files are read every FILEWATCH_POLL ms instead.
 */
#pragma once

#include "loop.h"
#include "timer.h"

enum {
	FILEWATCH_POLL = 5000, /* ms */
	FILEWATCH_FILES_MAX = 24,
	FILEWATCH_PATH_MAX = 160,
};

struct filewatch {
	struct source source;
	struct timer poll; /* its loop is NULL: inotify tells */
	struct loop *loop; /* NULL: not watching */
	void (*changed)(struct filewatch *watch);
	uint64_t seen; /* a hash of the files, if it polls */
	unsigned n_files;
	char files[FILEWATCH_FILES_MAX][FILEWATCH_PATH_MAX];
};

/* Calls changed() after writes, once for several. 0, or -errno. */
int filewatch_init(struct filewatch *watch, struct loop *loop,
		   void (*changed)(struct filewatch *watch));

/* Also for a zeroed one; may be called twice. */
void filewatch_finish(struct filewatch *watch);

/*
 * Watches the file that exists now, for inotify(7) events; again the same one is no other. 0, or
 * -errno: -ENOSPC beyond FILEWATCH_FILES_MAX, -ENAMETOOLONG.
 */
int filewatch_add(struct filewatch *watch, const char *path, uint32_t events);

/* Watches that key (sysctl.h) as long as it exists; ignores one that does not. */
void filewatch_add_sysctl(struct filewatch *watch, const char *key);
