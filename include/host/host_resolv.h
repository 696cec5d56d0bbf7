/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's name servers as a step of the host process: dnsmasq gets a copy of them in RUNDIR,
 * which follows /etc/resolv.conf. No failure here prevents a start: DHCP works without it.
 */
#pragma once

#include "host_state.h"

/*
 * Makes the copy and watches the file, if dnsmasq asks other servers. 0, or -1 with host->problem.
 */
int host_resolv_up(struct host *host);

/* Devices changed: a server may be reached through one of them. */
void host_resolv_follow(struct host *host);

/* Removes the copy. Takes one that never started. */
void host_resolv_down(struct host *host);
