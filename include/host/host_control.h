/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket, RUNDIR/NAME.control, as a step of the host process: creates it and passes it
 * to the worker, which alone reads what clients say. The socket's mode decides who may connect; the
 * worker decides who may change something.
 */
#pragma once

#include "host_state.h"

/* Listens. 0, or -1 with host->problem. */
int host_control_up(struct host *host);

/* Removes it. */
void host_control_down(struct host *host);

/* Passes it to a worker that is ready, with what is known of the network. */
void host_control_give(struct host *host);
