/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host itself sends to forwarded ports, as a step of the host process: listens at
 * their ports, and starts the forwarder with the first (forwarder.h), makes its sockets, and starts
 * it again when it ends. Without it the network goes on.
 */
#pragma once

#include "host_state.h"

/* Before the first forward is made. 0, or -1 with host->problem. */
int host_forwarder_up(struct host *host);
void host_forwarder_down(struct host *host);

/*
 * Listens at each port of a new forward, which leads nowhere yet. Where another of ours, that is
 * about to go, has one of its ports, it listens there when that has gone. 0, or -errno, and it
 * listens at none: there will be no such forward.
 */
int host_forwarder_add(struct host *host, const struct host_forward *forward);

/*
 * It leads elsewhere, or begins or ends to wait for its guest: connections to where it led before
 * are cut. Where it leads nowhere, connections are refused.
 */
void host_forwarder_lead(struct host *host, const struct host_forward *forward);

/* Its connections are cut, and its ports are free. */
void host_forwarder_remove(struct host *host, const struct host_forward *forward);

/* From which level on the forwarder logs. */
void host_forwarder_tell_level(struct host *host, enum log_level level);
