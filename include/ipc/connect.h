/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a connector tells the worker over their channel (a seqpacket pair): this message, with
 * descriptors.
 */
#pragma once

#include <errno.h>
#include <stdint.h>

#include "endpoint.h"

enum connect_kind {
	CONNECT_WAITING = 1, /* not there yet, because of the errno in error; it keeps trying */
	CONNECT_REFUSED,     /* can never be opened, because of the errno in error */
	CONNECT_SOCKET,	     /* fds: frames; and control, if there is one */
	CONNECT_LISTENER, /* fds: the socket listening for the peer (point to point, generation 2)
			     or for clients */
};

/* An errno that the kernel does not use here: what is there may be anyone's (stranger.h). */
enum { CONNECT_STRANGER = EKEYREJECTED };

struct connect_message {
	uint32_t kind;
	int32_t error; /* errno, positive */
};

/* What a (positive) error from opening such an endpoint means, and what to do about it. */
const char *connect_explain(const struct endpoint *endpoint, int error);
