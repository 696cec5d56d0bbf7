/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer at the other end of a socket: batches in and out, never waiting for it. The socket has a
 * message a frame (datagram, seqpacket), or is a stream. A second, control descriptor tells by end
 * of file that the peer is gone.
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
	const struct peer_wire *wire; /* by the socket's type */
	struct loop *loop;
	struct batch *batch;
	struct outbox *outbox;
	struct port *port; /* whose traffic it is */
	struct source data;
	struct source control;
	struct peer_stream *stream; /* set by the owner, once: it is one; or NULL */
	uint32_t unsent;	    /* bytes of a stream's frame whose beginning is gone */
	int fault;		    /* why it was lost; -EPROTO: it sent what nobody can read */
	bool connected;		    /* seqpacket: end of file on the data itself */
	const struct sockaddr_un *address; /* where to send; NULL: the socket is connected */
	/*
	 * Until it is NULL, nothing is sent: who the peer is, is not proven. 1: it is now; 0: not
	 * yet; -EPERM: it is another.
	 */
	int (*prove)(struct peer *peer);
	void (*meet)(struct peer *peer); /* with address: there is much to send; connect now */
	void (*lost)(struct peer *peer); /* it is gone; the peer is detached already */
	/* Has what came from it before anybody else, and may change it; or NULL. */
	void (*look)(struct peer *peer, struct frame *frames, unsigned n);
	/* Has what goes to it, before that is sent, or waits, or is dropped; or NULL. */
	void (*hear)(struct peer *peer, const struct frame *frames, unsigned n);
	struct sendbuffer buffer; /* how much it has room for (peer_buffer.h), */
	bool sized;		  /* where that is ours to say */
	struct queue queue;	  /* of what it has no room for, or its rate does not let go */
	bool asks;		  /* the loop tells when it has room */
	bool full;		  /* it had none for the last frames */
	struct throttle throttle; /* of what is sent */
	struct inbox *inbox;	  /* of what it sends; NULL: its port has no rate */
};

/* batch, outbox and queues are shared by all peers of the loop. */
void peer_init(struct peer *peer, struct loop *loop, struct batch *batch, struct outbox *outbox,
	       struct queues *queues, struct port *port, void (*lost)(struct peer *peer));

/* Takes over data and control (-1: none). 0, or -errno (the descriptors are closed). */
int peer_attach(struct peer *peer, int data, int control);

/* Closes both. Takes a detached or zeroed one. */
void peer_detach(struct peer *peer);

bool peer_is_attached(const struct peer *peer);

/* Bits per second each way, until it is detached; 0: as many as can. Only while it is attached. */
void peer_limit(struct peer *peer, uint64_t rate);

/*
 * Sends n frames, split where they are super-frames, or keeps them until the peer has room, or
 * drops them; and counts them at the port. For bridge->from, whose frames they are.
 */
void peer_send(struct peer *peer, const struct frame *frames, unsigned n);
