/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket that emulators connect to, each becoming a port of the bridge at once: stream://, with a
 * length before each frame, and seqpacket://, with one frame per packet.
 */
#pragma once

#include "clients.h"
#include "notice.h"
#include "peer_stream.h"

enum {
	LISTENER_CLIENTS_MAX = 256,
	LISTENER_CLIENTS_PER_USER = 192, /* so that nobody can lock out the others */
};

struct receivers;

struct listener_client {
	struct client client;	   /* first, as clients.h requires */
	struct peer_stream stream; /* for stream:// */
	bool lacks_checksums;	   /* it was seen to omit checksums, and offload is off */
};

struct port_listener {
	struct clients clients;
	struct peer_streams *streams;	/* NULL: seqpacket */
	struct listener_client *places; /* LISTENER_CLIENTS_MAX */
	uint8_t *memory;		/* for partial frames, in and out, of each client */
	struct receivers *receivers;	/* for clients with offload=on; or NULL */
	struct notice unsummed;		/* about clients that omit checksums */
};

/*
 * streams is for stream:// and not used for seqpacket://; with offload=on, it and batch have room
 * for STRIPPED_FRAME_MAX (batch_init_large()). Keeps a reference to endpoint; set attach's connect
 * and changed afterwards. 0, or -errno.
 */
int port_listener_init(struct port_listener *listener, struct loop *loop, struct batch *batch,
		       struct outbox *outbox, struct queues *queues, struct peer_streams *streams,
		       struct bridge *bridge, const struct endpoint *endpoint);
void port_listener_finish(struct port_listener *listener);
