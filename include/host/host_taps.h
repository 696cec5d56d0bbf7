/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TAPs that clients of tap:// get, as members of a bridge: who may have one, and how many; and
 * what becomes of them while the network runs, when it stops, and when it starts again.
 */
#pragma once

#include "host_state.h"

/*
 * As a step, with tap://: creates the socket in RUNDIR, and takes back TAPs of an earlier run that
 * somebody still holds. 0, or -1 with host->problem.
 */
int host_taps_up(struct host *host);

/* Those that somebody holds stay, set down; the others are deleted. */
void host_taps_down(struct host *host);

/*
 * A channel that says what a connector's would: for the socket in RUNDIR, which only we may open.
 * The descriptor, or -errno: -ENOENT if the endpoint is another.
 */
int host_taps_open(struct host *host, unsigned endpoint);

/* Links changed: finds those that are gone or are no longer as we made them. */
void host_taps_follow(struct host *host);

/* The TAP with this number; NULL: it is gone. */
struct host_tap *host_taps_find(struct host *host, uint32_t number);

/* Does a REQUEST_TAP_SET for a client of the control socket, and answers it. */
void host_taps_set(struct host *host, const struct request *request);
