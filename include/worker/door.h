/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A listening socket that accepts one client per turn of the loop. If descriptors or memory run
 * out, the next client waits in the backlog for a moment.
 */
#pragma once

#include <stdbool.h>

#include "loop.h"
#include "notice.h"
#include "timer.h"

struct door {
	/* Takes over fd, a client's connection (non-blocking). */
	void (*take)(struct door *door, int fd);
	/* Clients have to wait, because of that errno; called once a minute; or NULL. */
	void (*waits)(struct door *door, int error);
	struct loop *loop;
	struct source listener;
	struct timer pause;
	struct notice short_of;
};

/* Call it with the functions set. The door starts closed. 0, or -errno. */
int door_init(struct door *door, struct loop *loop);

/* Takes over the socket on success. 0, or -errno. */
int door_open(struct door *door, int fd);

bool door_is_open(const struct door *door);

/* Takes an initialized or zeroed one. */
void door_finish(struct door *door);
