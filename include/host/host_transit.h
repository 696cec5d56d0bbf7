/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step of the host process, in mode shared. Guests leave by the uplinks, so these must forward;
 * yet the host must not become a router for its other networks. The rules against that are in place
 * before forwarding is enabled, and until it is disabled. If other software makes the host a
 * router, it is one.
 */
#pragma once

#include "host_state.h"

/* Call before anything forwards. 0, or -errno. */
int host_transit_up(struct host *host);

/* Call when nothing forwards for us any more. */
void host_transit_down(struct host *host);

/* Checks whether other software has made the host a router, and updates the rules accordingly. */
void host_transit_look(struct host *host);

/* Makes the plan's uplinks of a family forward for guests, and only these. 0, or -errno. */
int host_transit_follow(struct host *host, bool ipv6);
