/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net.unix.max_dgram_qlen: how many frames may wait in a datagram socket that is
 * made from now on, in this network namespace. The kernel's 10 makes every burst
 * a loss; systemd sets 512. Raised while a network of ours runs.
 */
#pragma once

#include "undolog.h"

enum { DGRAMQUEUE_FRAMES = 512 };

/* Raises it where it is lower, with a record. 0, or -errno: it stays as it is. */
int dgramqueue_raise(struct undolog *undolog);

/* Gives back the value that was there, unless another instance still needs ours. */
void dgramqueue_restore(struct undolog *undolog);

/* The same by a dead instance's record, which is cancelled; false when it cannot be read. */
bool dgramqueue_undo(struct undolog *undolog, const char *record);
