/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dnsmasq as a step of the host process: its lease file, its start, and what its end means for the
 * network.
 */
#pragma once

#include "host_state.h"

/* Prepares the lease file and starts dnsmasq. 0, or -1 with host->problem. */
int host_dnsmasq_up(struct host *host);

/* Whether that would work, by the plan; changes nothing. 0, or -1 with host->problem. */
int host_dnsmasq_check(struct host *host);

/* Whether dnsmasq already serves what it should. */
bool host_dnsmasq_serves(const struct host *host);

/* Stops it. Takes one that was never started. */
void host_dnsmasq_down(struct host *host);

/* Restarts it with what guests should be told now. */
void host_dnsmasq_reconfigure(struct host *host);

/*
 * The same if there is a way out over IPv6 now and was not before, or the other way round. At once;
 * but if it keeps coming and going, as a router of the uplink may make it, only once in 5 s: while
 * it restarts, guests have neither DHCP nor DNS.
 */
void host_dnsmasq_follow(struct host *host);
