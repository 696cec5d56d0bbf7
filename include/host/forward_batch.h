/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forwards that a client wants added and removed, together, as they come in messages of the
 * worker's (REQUEST_FORWARD_APPLY). There is one at a time: one whose end does not come is
 * forgotten when the next begins.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "forward_client.h"
#include "hostfwd.h"
#include "problem.h"

/* Zeroed: there is none. */
struct forward_batch {
	uint32_t token; /* 0: none */
	struct forward_client client;
	struct problem
		problem; /* why none of it will be made; its status is 0: so far, it can be */
	unsigned n_add;
	unsigned n_remove;
	struct hostfwd *lists; /* room for HOSTFWD_MAX to add, and as many to remove behind them */
};

/* A new one, of that client. */
void forward_batch_begin(struct forward_batch *batch, uint32_t token,
			 const struct forward_client *client);

/* Lines, as request_from_worker() lets them through. What is wrong is in batch->problem. */
void forward_batch_add(struct forward_batch *batch, const char *text);

const struct hostfwd *forward_batch_removed(const struct forward_batch *batch);

/* Forgets it. Takes none, too. */
void forward_batch_end(struct forward_batch *batch);
