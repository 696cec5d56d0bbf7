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

struct door;

struct attach {
	struct loop *loop;
	const struct endpoint *endpoint;
	struct source channel; /* to the connector that opens for us */
	struct timer
		retry; /* until the next connector, or until one that is silent is said to be */
	bool settled;  /* it is known whether a peer is there: attached, listening or waited for */
	bool said;     /* that it is waited for */
	struct timer steady; /* until a connection has lasted */
	bool unproven;	     /* it has not yet */
	bool unsteady;	     /* nor did the last one: nothing is said until one does */
	const char *how;     /* of attach_done(), a constant text */
	/* Asks for a connector; its channel comes by attach_set_channel(). */
	void (*connect)(struct attach *attach);
	/* settled became true; or, with error, it never can be opened (errno). */
	void (*changed)(struct attach *attach, int error);
	/* The result; the descriptors are the callee's, whatever it returns: 0, or -errno. */
	int (*opened)(struct attach *attach, enum connect_kind kind, const int fds[FDPASS_MAX]);
};

/* endpoint is kept by reference. The callbacks are set by the caller. 0, or -errno. */
int attach_init(struct attach *attach, struct loop *loop, const struct endpoint *endpoint);
void attach_finish(struct attach *attach);

/* Asks for the first connection. */
void attach_start(struct attach *attach);

/* Takes over the channel to a connector; -1: there was none to be had, asked again later. */
void attach_set_channel(struct attach *attach, int fd);

/* Says how it is open now (for the log; kept by reference), or that what was open is gone; again:
 * ask anew. */
void attach_done(struct attach *attach, const char *how);
void attach_lost(struct attach *attach, const char *why, bool again);

/* opened() of an endpoint where clients come in: what was opened is the door's socket. */
int attach_open_door(struct attach *attach, struct door *door, enum connect_kind kind,
		     const int fds[FDPASS_MAX], const char *how);
