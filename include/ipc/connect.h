/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a connector tells the worker over their channel (a seqpacket pair): the
 * message, with descriptors.
 */
#pragma once

#include <errno.h>
#include <stdint.h>

#include "endpoint.h"

enum connect_kind {
	CONNECT_WAITING = 1, /* not there yet, for the errno in error; it goes on trying */
	CONNECT_REFUSED,     /* cannot ever be opened, for the errno in error */
	CONNECT_SOCKET,	     /* fds: frames; and, where there is one, control */
	CONNECT_LISTENER, /* fds: listens: for the peer (point to point, generation 2), or clients
			   */
};

/* No errno of the kernel's own here: what is there may be anybody's (stranger.h). */
enum { CONNECT_STRANGER = EKEYREJECTED };

struct connect_message {
	uint32_t kind;
	int32_t error; /* errno, positive */
};

/* What an error (positive) of opening such an endpoint means, and what to do about it. */
const char *connect_explain(const struct endpoint *endpoint, int error);
