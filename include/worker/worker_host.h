/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the worker says to the host process, and does for it. */
#pragma once

#include "request.h"
#include "worker_state.h"

/* Listens to it, at the descriptor that the worker was started with. 0, or -errno. */
int worker_host_init(struct worker *worker);

/* Says something; a worker that cannot, ends. */
void worker_host_send(struct worker *worker, const struct request *request);
void worker_host_ask(struct worker *worker, enum request_verb verb, unsigned endpoint);

/* What a client of the control socket wants (control.h). */
int worker_host_ask_for_client(struct control *control, const struct request *request, int fd);
