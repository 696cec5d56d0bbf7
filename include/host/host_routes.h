/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the host's routes, as steps: forwarding of the uplinks, what other firewalls drop, and
 * conflicts are looked at when they change.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_routes_up(struct host *host);

/*
 * Prints, for --check, the rules that would be added for guests to be reached, and which networks
 * overlap with theirs. 0, or -1 with host->problem.
 */
int host_routes_check(struct host *host);
void host_routes_down(struct host *host);

/* Turns forwarding on where guests leave. 0, or -1 with host->problem. */
int host_routes_up_forwarding(struct host *host);
void host_routes_down_forwarding(struct host *host);
