/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What worker and host process say to each other, over a seqpacket pair: a
 * closed list of fixed-size messages. An endpoint is named by its index, never
 * by a string of the other side's.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "mac.h"

enum request_verb {
	/* worker to host */
	REQUEST_CONNECT = 1, /* start a connector for the endpoint */
	REQUEST_READY,	     /* every endpoint is attached, or known to be waited for; and it is
				confined: the device can be given to it */
	REQUEST_ADDRESSES,   /* which addresses guests have; more than fit: any */
	REQUEST_ALIVE,	     /* the answer to REQUEST_ASK */
	/* host to worker */
	REQUEST_CHANNEL, /* the connector's channel: a descriptor comes along, or none: try later */
	REQUEST_TAP,	 /* the TAP: its descriptor comes along; once, when the worker is ready */
	REQUEST_NIC, /* the NIC's packet socket: a descriptor comes along, or none: it is gone */
	REQUEST_COUNTERS, /* log the counters */
	REQUEST_ASK,	  /* answer, to show that you can */
	REQUEST_LEVEL,	  /* log from this level on */
	REQUEST_STOP,	  /* log the counters and end */
};

struct request {
	uint32_t verb;
	uint32_t endpoint;    /* index; the level of REQUEST_LEVEL; 0 where the verb has none */
	uint32_t n_addresses; /* 0 where the verb has none */
	uint32_t unused;      /* 0: no hole in the message */
	uint64_t addresses[MAC_LIST_MAX]; /* MACs, first byte highest */
};

/*
 * Checks a message of size bytes from the worker. 0 with *request, or -EBADMSG
 * (wrong size), -EOPNOTSUPP (verb), -ERANGE (endpoint, level, or addresses that no guest can have).
 */
int request_from_worker(const void *data, size_t size, unsigned n_endpoints,
			struct request *request);

/* The same, of a message from the host. */
int request_from_host(const void *data, size_t size, unsigned n_endpoints, struct request *request);
