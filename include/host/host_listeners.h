/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ports that the forwarder listens at, as the host process knows them, with their sockets:
 * they outlive a forwarder, so that clients who come while it is started again only wait. Each
 * knows what the forwarder was told of it; what it was not is told in turn, as the channel takes
 * it (host_listeners_next()).
 */
#pragma once

#include "host_state.h"

/*
 * Listens at one of the forward's ports, if none of ours is in the way. 0, or -errno: -EADDRINUSE;
 * -ENOSPC: there are FORWARD_LISTENERS_MAX already; -EMFILE.
 */
int host_listeners_add(struct host_forwarder *forwarder, const struct host_forward *forward,
		       unsigned port);

/* Where that listener leads; NULL: nowhere. */
void host_listeners_lead(struct host_listener *listener, const struct in6_addr *address);

void host_listeners_remove(struct host_forwarder *forwarder, struct host_listener *listener);

/* Listens where another of ours was in the way, if it is not any more. */
void host_listeners_retry(struct host_forwarder *forwarder);

/* Another forwarder, or none, knows of none. */
void host_listeners_forget_told(struct host_forwarder *forwarder);

/* Whether connections are accepted, where that leads somewhere: not where there is no forwarder. */
void host_listeners_serve(struct host_forwarder *forwarder, bool served);

/* What is to be told next, with the descriptor that comes along in *fd (-1: none). False: nothing.
 */
bool host_listeners_next(struct host_forwarder *forwarder, struct forward_message *message,
			 int *fd);

/* That was told. */
void host_listeners_told(struct host_forwarder *forwarder, const struct forward_message *message);
