/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports that the forwarder listens on, as the host process knows them, with their sockets: they
 * outlive a forwarder, so that clients who connect while it is restarted merely wait. Each
 * remembers what the forwarder was told of it; the rest is sent as the channel has room
 * (host_listeners_next()).
 */
#pragma once

#include "host_state.h"

/*
 * Listens on one of the forward's ports, or later, if another of ours is in the way. 0, or -errno:
 * -EADDRINUSE; -ENOSPC: there are FORWARD_LISTENERS_MAX already; -EMFILE.
 */
int host_listeners_add(struct host_forwarder *forwarder, const struct host_forward *forward,
		       unsigned port);

/* Sets where the listener leads; NULL: nowhere. */
void host_listeners_lead(struct host_listener *listener, const struct in6_addr *address);

void host_listeners_remove(struct host_forwarder *forwarder, struct host_listener *listener);

/* Listens where another of ours was in the way and is gone. */
void host_listeners_retry(struct host_forwarder *forwarder);

/* The forwarder is gone: a new one knows of no listener. */
void host_listeners_forget_told(struct host_forwarder *forwarder);

/* Whether to accept connections on those that lead somewhere: not without a forwarder. */
void host_listeners_serve(struct host_forwarder *forwarder, bool served);

/*
 * The next message to send, with the descriptor that goes with it in *fd (-1: none). False: there
 * is none.
 */
bool host_listeners_next(struct host_forwarder *forwarder, struct forward_message *message,
			 int *fd);

/* That message was sent. */
void host_listeners_told(struct host_forwarder *forwarder, const struct forward_message *message);
