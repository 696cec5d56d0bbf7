/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The moment when all is there: waits for the worker and dnsmasq, then tells
 * the user how to attach, and the service manager. Too long a wait ends the
 * host process.
 */
#pragma once

#include "host_state.h"

/* Begins to wait; the last step of a start. 0, or -1 with host->problem. */
int host_ready_up(struct host *host);

/* Waits no longer. Takes one that never began. */
void host_ready_down(struct host *host);
