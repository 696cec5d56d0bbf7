/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our table of nftables rules, as steps. */
#pragma once

#include "host_state.h"

/*
 * Opens nftables, and asks the kernel whether it would accept our rules, which containers may not
 * be allowed to load: before anything is made. 0, or -1 with host->problem.
 */
int host_rules_open(struct host *host);

/* Loads them. 0, or -1 with host->problem. */
int host_rules_up(struct host *host);

/* Closes nftables, which removes the table. */
void host_rules_down(struct host *host);
