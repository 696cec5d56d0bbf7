/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forwards that a client wants added and removed together, as they arrive in messages from the
 * worker (REQUEST_FORWARD_APPLY). There is one batch at a time: an unfinished one is dropped when
 * the next begins.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "forward_client.h"
#include "hostfwd.h"
#include "problem.h"

/* Zeroed: none. */
struct forward_batch {
	uint32_t token; /* 0: none */
	struct forward_client client;
	struct problem problem; /* why the batch will be refused; status 0: nothing wrong so far */
	unsigned n_add;
	unsigned n_remove;
	struct hostfwd *lists; /* room for HOSTFWD_MAX to add, followed by as many to remove */
};

/* Begins a new batch for this client. */
void forward_batch_begin(struct forward_batch *batch, uint32_t token,
			 const struct forward_client *client);

/* Takes lines, as request_from_worker() lets them through. Any error is in batch->problem. */
void forward_batch_add(struct forward_batch *batch, const char *text);

const struct hostfwd *forward_batch_removed(const struct forward_batch *batch);

/* Frees it. Takes a zeroed one. */
void forward_batch_end(struct forward_batch *batch);
