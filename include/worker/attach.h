/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a port gets its sockets: a connector (a separate process, which may block and touches paths)
 * opens the endpoint and passes them over a channel. Until then, and after a loss, the port has
 * none; this is logged once.
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
	struct source channel; /* to our connector */
	struct timer retry;    /* until we ask again, or report a silent connector */
	bool settled;	       /* we know whether a peer is there: attached, listening or waiting */
	bool said;	       /* we have logged that we are waiting */
	struct timer steady;   /* until a connection has lasted a while */
	bool unproven;	       /* the current one has not yet */
	bool unsteady;	       /* nor did the last one: log nothing until one lasts */
	const char *how;       /* from attach_done(), a constant string */
	/* Asks for a connector. Its channel arrives by attach_set_channel(). */
	void (*connect)(struct attach *attach);
	/* settled became true; or, with error (an errno), the endpoint can never be opened. */
	void (*changed)(struct attach *attach, int error);
	/* The result. The descriptors belong to the callee, whatever it returns. 0, or -errno. */
	int (*opened)(struct attach *attach, enum connect_kind kind, const int fds[FDPASS_MAX]);
};

/* Keeps a reference to endpoint. The caller sets the callbacks. 0, or -errno. */
int attach_init(struct attach *attach, struct loop *loop, const struct endpoint *endpoint);
void attach_finish(struct attach *attach);

/* Asks for the first connection. */
void attach_start(struct attach *attach);

/* Takes over the channel to a connector. -1: none could be had; it asks again later. */
void attach_set_channel(struct attach *attach, int fd);

/*
 * attach_done(): how it is open now (for the log; keeps a reference). attach_lost(): what was open
 * is gone; again: ask for a new connector.
 */
void attach_done(struct attach *attach, const char *how);
void attach_lost(struct attach *attach, const char *why, bool again);

/* opened() for an endpoint that clients connect to: gives the listening socket to the door. */
int attach_open_door(struct attach *attach, struct door *door, enum connect_kind kind,
		     const int fds[FDPASS_MAX], const char *how);
