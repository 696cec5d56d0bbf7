/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host itself sends to forwarded ports, as a step of the host process: listens on these
 * ports, starts the forwarder with the first forward (forwarder.h), opens its sockets for it, and
 * restarts it when it ends. The network works without it.
 */
#pragma once

#include "host_state.h"

/* Before the first forward is made. 0, or -1 with host->problem. */
int host_forwarder_up(struct host *host);
void host_forwarder_down(struct host *host);

/*
 * Listens on each port of a new forward, which leads nowhere yet. If another of our forwards that
 * is about to go still has one of the ports, we listen there once it has gone. 0, or -errno: then
 * it listens on none, and the forward is refused.
 */
int host_forwarder_add(struct host *host, const struct host_forward *forward);

/*
 * It leads elsewhere, or starts or stops waiting for its guest: connections to the old target are
 * cut. While it leads nowhere, connections are refused.
 */
void host_forwarder_lead(struct host *host, const struct host_forward *forward);

/* Cuts its connections and frees its ports. */
void host_forwarder_remove(struct host *host, const struct host_forward *forward);

/* Sets the forwarder's log level. */
void host_forwarder_tell_level(struct host *host, enum log_level level);
