/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The worker's side of the channel to the host process. */
#pragma once

#include "request.h"
#include "worker_state.h"

/* Listens on the descriptor that the worker was started with. 0, or -errno. */
int worker_host_init(struct worker *worker);

/*
 * Sends a message. 0; or -EAGAIN: there are too many that the host process has not read yet, try
 * later. In any other case the worker ends.
 */
int worker_host_send(struct worker *worker, const struct request *request);
int worker_host_ask(struct worker *worker, enum request_verb verb, unsigned endpoint);

/* The addresses of the guests that share a NIC (port_nic.h). */
int worker_host_tell_addresses(struct port_nic *nic, const uint64_t *macs, unsigned n);

/* Sends a request of a client of the control socket (control.h). */
int worker_host_ask_for_client(struct control *control, const struct request *request, int fd);
