/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step of the host process, in mode shared: guests leave by the uplinks, for which these
 * must forward, and yet the host is no router for its other networks. The door is shut
 * before forwarding is on and until it is off again. Where other software makes the host a
 * router, it is one.
 */
#pragma once

#include "host_state.h"

/* Before anything forwards. 0, or -errno. */
int host_transit_up(struct host *host);

/* When nothing forwards for us any more. */
void host_transit_down(struct host *host);

/* Looks whether other software has made the host a router, and says in the rules what follows. */
void host_transit_look(struct host *host);

/* Makes the plan's uplinks of a family the ones that forward for guests. 0, or -errno. */
int host_transit_follow(struct host *host, bool ipv6);
