/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket that listens, and by which clients come in, one a turn of the loop. Where there are no
 * descriptors or no memory for the next one, it waits outside for a moment.
 */
#pragma once

#include <stdbool.h>

#include "loop.h"
#include "timer.h"

struct door {
	/* Takes over fd, a client's connection, which does not block. */
	void (*take)(struct door *door, int fd);
	/* A client has to wait, for that errno; or NULL. */
	void (*waits)(struct door *door, int error);
	struct loop *loop;
	struct source listener;
	struct timer pause;
};

/* Takes one whose functions are set. It is closed. 0, or -errno. */
int door_init(struct door *door, struct loop *loop);

/* Takes over the socket, unless it fails. 0, or -errno. */
int door_open(struct door *door, int fd);

bool door_is_open(const struct door *door);

/* Takes one that was initialized, or is zeroed. */
void door_finish(struct door *door);
