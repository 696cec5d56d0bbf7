/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a port comes to its sockets: a connector (a process of its own, which may
 * block and touches paths) opens the endpoint and sends them over a channel.
 * Until then, and again after a loss, there is nothing; it is said once.
 */
#pragma once

#include <stdbool.h>

#include "connect.h"
#include "endpoint.h"
#include "fdpass.h"
#include "timer.h"

struct dial {
	struct loop *loop;
	const struct endpoint *endpoint;
	struct source channel; /* to the connector that opens for us */
	struct timer
		retry; /* until the next connector, or until one that is silent is said to be */
	bool settled;  /* it is known whether a peer is there: attached, listening or waited for */
	bool said;     /* that it is waited for */
	struct timer steady; /* until a connection has lasted */
	bool young;	     /* it has not yet */
	bool hangs_up;	     /* nor did the last one: nothing is said until one does */
	const char *how;     /* of dial_done(), a constant text */
	/* Asks for a connector; its channel comes by dial_set_channel(). */
	void (*connect)(struct dial *dial);
	/* settled became true; or, with error, it never can be opened (errno). */
	void (*changed)(struct dial *dial, int error);
	/* The result; the descriptors are the callee's, whatever it returns: 0, or -errno. */
	int (*opened)(struct dial *dial, enum connect_kind kind, const int fds[FDPASS_MAX]);
};

/* endpoint is kept by reference. The callbacks are set by the caller. 0, or -errno. */
int dial_init(struct dial *dial, struct loop *loop, const struct endpoint *endpoint);
void dial_finish(struct dial *dial);

/* Asks for the first connection. */
void dial_start(struct dial *dial);

/* Takes over the channel to a connector; -1: there was none to be had, asked again later. */
void dial_set_channel(struct dial *dial, int fd);

/* Says how it is open now (for the log; kept by reference), or that what was open is gone; again:
 * ask anew. */
void dial_done(struct dial *dial, const char *how);
void dial_lost(struct dial *dial, const char *why, bool again);
