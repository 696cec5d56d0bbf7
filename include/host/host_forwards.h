/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forwards of a network (mode shared) while it runs: which there are, who and where their
 * guests are, and the rules for them. Connections from the host itself are handled separately
 * (host_forwarder.h).
 *
 * A forward whose guest has no address waits: the port is closed meanwhile. Connections to an
 * address that the guest no longer has are cut.
 */
#pragma once

#include "host_state.h"

/* Begins without any. 0, or -1 with host->problem. */
int host_forwards_up(struct host *host);
void host_forwards_down(struct host *host);

/* NULL: there is none. */
struct host_forward *host_forwards_find(struct host *host, const struct hostfwd *hostfwd);

/* Fills in *problem: which forward is refused, and why. Returns -1. */
int host_forwards_refuse(const struct hostfwd *hostfwd, const char *why, struct problem *problem);

/* A change, and what to check it against. */
struct host_forwards_change {
	const struct dhcp *dhcp; /* with the reservations */
	bool configured;	 /* by the command line or its file, not at run time */
	unsigned n_add;
	const struct hostfwd *add;
	unsigned n_remove;
	const struct hostfwd *remove;
};

/* All or nothing. 0, or -1 with *problem, which names the forward. */
int host_forwards_change(struct host *host, const struct host_forwards_change *change,
			 struct problem *problem);
