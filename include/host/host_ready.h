/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waits until the worker and dnsmasq are up, then tells the user how to attach, and the service
 * manager that we are ready. If that takes too long, the host process ends.
 */
#pragma once

#include "host_state.h"

/* Starts waiting; the last step of a start. 0, or -1 with host->problem. */
int host_ready_up(struct host *host);

/* Stops waiting. Takes one that never started. */
void host_ready_down(struct host *host);
