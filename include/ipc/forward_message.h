/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What forwarder and host process say to each other, over a seqpacket pair: a closed list of
 * messages of one size. A listener is one port of one forward, named by the host process's
 * number. The forwarder names no address and no port, ever: it says that somebody has come to a
 * listener, and is given a socket that is connected to where that leads, or is about to be.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hostfwd.h"

/* Ports that are forwarded, and as many that are about to be instead; numbers are below. */
enum { FORWARD_LISTENERS_MAX = 2 * HOSTFWD_PORTS_MAX };

enum forward_verb {
	/* forwarder to host */
	FORWARD_ASK = 1, /* a socket for what has come to this listener; token is its own */
	/* host to forwarder */
	FORWARD_LISTEN, /* a new listener of protocol value: a descriptor comes along */
	FORWARD_TARGET, /* where it leads is another; value: FORWARD_OPEN, or nobody is there */
	FORWARD_FORGET, /* there is no such listener any more */
	FORWARD_SOCKET, /* the answer: a descriptor comes along, or value is why there is none */
	FORWARD_LEVEL,	/* log from level value on */
};

enum { FORWARD_CLOSED, FORWARD_OPEN };

struct forward_message {
	uint32_t verb;
	uint32_t listener; /* 0 where the verb has none */
	uint32_t token;	   /* of FORWARD_ASK and its answer, else 0 */
	uint32_t value;	   /* 0 where the verb has none; of FORWARD_SOCKET an errno, positive */
};

/*
 * Checks a message of size bytes from the forwarder. 0 with *message, or -EBADMSG (wrong size),
 * -EOPNOTSUPP (verb), -ERANGE (anything else).
 */
int forward_message_from_forwarder(const void *data, size_t size, struct forward_message *message);

/* The same, of a message from the host. */
int forward_message_from_host(const void *data, size_t size, struct forward_message *message);
