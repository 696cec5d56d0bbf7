/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clients of the control socket can do with forwards: query-forwards, forward-apply. */
#pragma once

#include "host_state.h"

/* Answers with a list of the forwards. */
void host_forwards_client_list(struct host *host, uint32_t token);

/* Whether this message is the first of a batch, which comes with a connection. */
bool host_forwards_client_begins(const struct host *host, const struct request *request);

/*
 * Takes a part of a batch. fd is the connection that came with it, or -1, and is closed. The last
 * part applies the batch and answers the client. 0, or -EPROTO: fd is not a client's connection;
 * then it stays open, because closing an unknown file may block for ever.
 */
int host_forwards_client_apply(struct host *host, const struct request *request, int fd);
