/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dnsmasq as a step of the host process: its lease file, its start, and what its
 * end means for the network.
 */
#pragma once

#include "host_state.h"

/* Prepares the lease file and starts dnsmasq. 0, or -1 with host->problem. */
int host_dnsmasq_up(struct host *host);

/* Whether it could, by the plan; changes nothing. 0, or -1 with host->problem. */
int host_dnsmasq_check(struct host *host);

/* Whether what guests shall be served is there. */
bool host_dnsmasq_serves(const struct host *host);

/* Ends it. Takes one that never began. */
void host_dnsmasq_down(struct host *host);

/* Starts it again, for what guests shall hear now. */
void host_dnsmasq_reconfigure(struct host *host);
