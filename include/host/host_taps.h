/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TAPs that clients of tap:// are given, as members of a bridge: who may have one, and how
 * many; what becomes of them while the network runs, when it stops, and when it starts again.
 */
#pragma once

#include "host_state.h"

/*
 * As a step, where there is tap://: makes the socket in RUNDIR, and takes back TAPs of before that
 * somebody still holds. 0, or -1 with host->problem.
 */
int host_taps_up(struct host *host);

/* Those that somebody holds stay, set down; others go. */
void host_taps_down(struct host *host);

/*
 * A channel that says what a connector's would: the socket in RUNDIR, which is ours to open. The
 * descriptor, or -errno: -ENOENT where the endpoint is another.
 */
int host_taps_open(struct host *host, unsigned endpoint);

/* Links have changed: which are gone, and which are no longer as they were made. */
void host_taps_follow(struct host *host);

/* The TAP of that number; NULL: it is gone. */
struct host_tap *host_taps_find(struct host *host, uint32_t number);

/* Does REQUEST_TAP_SET for a client of the control socket, and says so. */
void host_taps_set(struct host *host, const struct request *request);
