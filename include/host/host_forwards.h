/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forwards of a network (mode shared) while it runs: which there are, who their guests are and
 * where, and the rules for that. From the host itself a forward is a connection of its own
 * (host_forwarder.h).
 *
 * A forward whose guest has no address waits: the port is closed then. What led to an address that
 * the guest has no more is cut.
 */
#pragma once

#include "host_state.h"

/* There are none yet. 0, or -1 with host->problem. */
int host_forwards_up(struct host *host);
void host_forwards_down(struct host *host);

/* NULL: there is no such one. */
struct host_forward *host_forwards_find(struct host *host, const struct hostfwd *hostfwd);

/* Fills in *problem: which forward cannot be, and why. Returns -1. */
int host_forwards_refuse(const struct hostfwd *hostfwd, const char *why, struct problem *problem);

/* A change, and what it is checked against. */
struct host_forwards_change {
	const struct dhcp *dhcp; /* whose reservations */
	bool configured;	 /* by the command line or its file, else at run time */
	unsigned n_add;
	const struct hostfwd *add;
	unsigned n_remove;
	const struct hostfwd *remove;
};

/* All of it or nothing. 0, or -1 with *problem, which names the forward. */
int host_forwards_change(struct host *host, const struct host_forwards_change *change,
			 struct problem *problem);
