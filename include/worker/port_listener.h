/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket where emulators connect, each a port of the bridge at once: stream://, a length before
 * each frame, and seqpacket://, a packet a frame.
 */
#pragma once

#include "clients.h"
#include "notice.h"
#include "peer_stream.h"

enum {
	LISTENER_CLIENTS_MAX = 256,
	LISTENER_CLIENTS_PER_USER = 192, /* so that nobody keeps all others out */
};

struct receivers;

struct listener_client {
	struct client client;	   /* the first, as clients.h has it */
	struct peer_stream stream; /* where it is one */
	bool lacks_checksums;	   /* that was seen, where nobody completes them */
};

struct port_listener {
	struct clients clients;
	struct peer_streams *streams;	/* NULL: there are packets */
	struct listener_client *places; /* LISTENER_CLIENTS_MAX */
	uint8_t *memory;		/* for parts of frames, in and out, of each place */
	struct receivers *receivers;	/* of what clients with offload=on send; or NULL */
	struct notice unsummed;		/* of a client that lacks checksums */
};

/*
 * streams is for those of stream://, and not used at seqpacket://; it and batch have room for
 * STRIPPED_FRAME_MAX where endpoint has offload=on (batch_init_large()). endpoint is kept by
 * reference; set attach's connect and changed after it. 0, or -errno.
 */
int port_listener_init(struct port_listener *listener, struct loop *loop, struct batch *batch,
		       struct outbox *outbox, struct queues *queues, struct peer_streams *streams,
		       struct bridge *bridge, const struct endpoint *endpoint);
void port_listener_finish(struct port_listener *listener);
