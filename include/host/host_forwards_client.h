/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clients of the control socket want of forwards: query-forwards, forward-apply. */
#pragma once

#include "host_state.h"

/* Answers with a copy of what there is. */
void host_forwards_client_list(struct host *host, uint32_t token);

/* Whether the message that begins like this is the first of a batch: a connection comes along. */
bool host_forwards_client_begins(const struct host *host, const struct request *request);

/*
 * A part of a batch. fd, or -1, came along, and is closed; with the last part it is done, and
 * answered. 0, or -EPROTO: fd is no connection of a client's, and is left open, as to close what it
 * is may take for ever.
 */
int host_forwards_client_apply(struct host *host, const struct request *request, int fd);
