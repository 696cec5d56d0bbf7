/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net.unix.max_dgram_qlen: how many frames may wait in a datagram socket made from now on, in this
 * network namespace. The kernel's 10 loses frames in every burst; systemd sets 512. Raised while a
 * network of ours runs.
 */
#pragma once

#include "undolog.h"

enum { DGRAMQUEUE_FRAMES = 512 };

/* Raises it if it is lower, with a record. 0, or -errno: unchanged. */
int dgramqueue_raise(struct undolog *undolog);

/* Restores the old value, unless another instance still needs ours. */
void dgramqueue_restore(struct undolog *undolog);

/* The same for a dead instance's record, which is cancelled; false if it cannot be read. */
bool dgramqueue_undo(struct undolog *undolog, const char *record);
