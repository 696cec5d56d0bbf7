/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the host's routes, as steps: when they change, checks forwarding on the uplinks, what
 * other firewalls drop, and conflicts.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_routes_up(struct host *host);

/*
 * For --check: prints the rules that would be added so that guests can be reached, and which
 * networks overlap with theirs. 0, or -1 with host->problem.
 */
int host_routes_check(struct host *host);
void host_routes_down(struct host *host);

/* Enables forwarding on the uplinks. 0, or -1 with host->problem. */
int host_routes_up_forwarding(struct host *host);
void host_routes_down_forwarding(struct host *host);
