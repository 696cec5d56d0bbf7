/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worker and its connectors, as a step of the host process: starts them, and answers the
 * worker's requests.
 */
#pragma once

#include "host_state.h"

/*
 * Starts the worker. It gets the device once it reports that it is ready, and so confined. 0, or -1
 * with host->problem.
 */
int host_worker_up(struct host *host);

/* Ends the worker and all connectors, and removes the sockets they left behind. */
void host_worker_down(struct host *host);
