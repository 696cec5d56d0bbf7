/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the forwarder and the host process say to each other, over a seqpacket pair: a closed list
 * of messages of one size. A listener is one port of one forward, and has a number that the host
 * process chose. The forwarder never names an address or a port: it says that something came to a
 * listener, and gets a socket that is connected, or connecting, to where that leads.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hostfwd.h"

/*
 * Room for all forwarded ports, and as many that are about to replace them; listener numbers are
 * below this.
 */
enum { FORWARD_LISTENERS_MAX = 2 * HOSTFWD_PORTS_MAX };

enum forward_verb {
	/* forwarder to host */
	FORWARD_ASK = 1, /* a socket for what came to this listener; token is the forwarder's own */
	/* host to forwarder */
	FORWARD_LISTEN, /* a new listener for protocol value, with its descriptor */
	FORWARD_TARGET, /* where it leads has changed; value: FORWARD_OPEN, or FORWARD_CLOSED:
			   nowhere */
	FORWARD_FORGET, /* this listener no longer exists */
	FORWARD_SOCKET, /* the answer: with a descriptor, or value says why there is none */
	FORWARD_LEVEL,	/* log from level value on */
};

enum { FORWARD_CLOSED, FORWARD_OPEN };

struct forward_message {
	uint32_t verb;
	uint32_t listener; /* 0 if the verb has none */
	uint32_t token;	   /* for FORWARD_ASK and its answer, else 0 */
	uint32_t value;	   /* 0 if the verb has none; for FORWARD_SOCKET an errno, positive */
};

/*
 * Checks a message of size bytes from the forwarder. 0 with *message, or -EBADMSG (size),
 * -EOPNOTSUPP (verb), -ERANGE (anything else).
 */
int forward_message_from_forwarder(const void *data, size_t size, struct forward_message *message);

/* The same for a message from the host. */
int forward_message_from_host(const void *data, size_t size, struct forward_message *message);
