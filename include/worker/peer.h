/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer at the other end of a socket: sends and receives batches, and never waits for the peer.
 * The socket has one message per frame (datagram, seqpacket), or is a stream. End of file on a
 * second descriptor, control, tells that the peer is gone.
 */
#pragma once

#include <sys/un.h>

#include "batch.h"
#include "loop.h"
#include "outbox.h"
#include "port.h"
#include "queue.h"
#include "sendbuffer.h"
#include "throttle.h"

struct inbox;
struct peer_stream;
struct peer_wire;

struct peer {
	const struct peer_wire *wire; /* chosen by socket type */
	struct loop *loop;
	struct batch *batch;
	struct outbox *outbox;
	struct port *port; /* the port it belongs to */
	struct source data;
	struct source control;
	struct peer_stream *stream; /* set once by the owner, for a stream; or NULL */
	uint32_t unsent;	    /* bytes left of a frame partly written to a stream */
	int fault;		    /* why it was lost; -EPROTO: it sent something malformed */
	bool connected;		    /* seqpacket: end of file comes on data itself */
	const struct sockaddr_un *address; /* where to send; NULL: the socket is connected */
	int64_t barred; /* ms (clock_now()): since when we may not write there; 0: we may */
	/*
	 * While it is set, nothing is sent: the peer has not proved who it is. 1: it has; 0: not
	 * yet; -EPERM: it is someone else.
	 */
	int (*prove)(struct peer *peer);
	void (*meet)(struct peer *peer); /* with address: there is much to send, so connect now */
	void (*lost)(struct peer *peer); /* it is gone; the peer is already detached */
	/* Sees what came from the peer before anyone else, and may change it; or NULL. */
	void (*look)(struct peer *peer, struct frame *frames, unsigned n);
	/* Sees what goes to the peer, before it is sent, queued or dropped; or NULL. */
	void (*hear)(struct peer *peer, const struct frame *frames, unsigned n);
	struct sendbuffer buffer; /* how much it has room for (peer_buffer.h), */
	bool sized;		  /* where we can set that */
	struct queue queue;	  /* of what it has no room for, or its rate holds back */
	bool asks;		  /* the loop tells us when it has room */
	bool full;		  /* it had no room for the last frames */
	struct throttle throttle; /* for what is sent to it */
	struct inbox *inbox;	  /* for what it sends; NULL: its port has no rate */
};

/* All peers of the loop share batch, outbox and queues. */
void peer_init(struct peer *peer, struct loop *loop, struct batch *batch, struct outbox *outbox,
	       struct queues *queues, struct port *port, void (*lost)(struct peer *peer));

/* Takes over data and control (-1: none). 0, or -errno (the descriptors are closed). */
int peer_attach(struct peer *peer, int data, int control);

/* Closes both. Also for a detached or zeroed one. */
void peer_detach(struct peer *peer);

bool peer_is_attached(const struct peer *peer);

/* Bits per second each way, until it is detached; 0: no limit. Only while it is attached. */
void peer_limit(struct peer *peer, uint64_t rate);

/*
 * Sends n frames, super-frames split; what the peer has no room for is queued or dropped. Counts
 * them at the port. The frames come from bridge->from.
 */
void peer_send(struct peer *peer, const struct frame *frames, unsigned n);
