/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer's socket that is a byte stream, with a length before each frame (framing.h): one call
 * reads or writes as many frames as there are. A partial frame is kept until the rest comes or
 * goes, in memory allocated at the start. So a peer that reads slowly loses only whole frames, and
 * never loses track of where they begin.
 */
#pragma once

#include <sys/uio.h>

#include "framing.h"
#include "outbox.h"
#include "port.h"

struct peer_wire;

/* Shared by all streams of a worker: empty again once a batch has been sent on. */
struct peer_streams {
	uint32_t room;	 /* bytes of the largest frame, with its length */
	uint32_t max;	 /* bytes to read at once */
	uint8_t *memory; /* room for what was kept from before, then what is read */
	struct frame frames[PORT_BATCH];
	uint8_t padded[PORT_BATCH][FRAME_MIN]; /* short ones, copied to be padded */
	uint32_t lengths[PORT_BATCH];	       /* length fields, in wire order */
	struct iovec iov[1 + PORT_BATCH * (1 + OUTBOX_PARTS)];
};

/* Per peer. */
struct peer_stream {
	struct peer_streams *streams;
	uint8_t *in;  /* streams->room bytes: a frame whose end is still to come, */
	uint8_t *out; /* and one whose beginning was sent (peer.h, unsent) */
	uint32_t in_size;
	uint32_t out_at;
	uint32_t want; /* bytes to read at once */
	struct framing framing;
};

/*
 * payload: bytes that a frame may have (batch.h, room). 0, or -ENOMEM. Call peer_streams_finish()
 * also after a failure, or twice.
 */
int peer_streams_init(struct peer_streams *streams, unsigned payload);
void peer_streams_finish(struct peer_streams *streams);

/* Call it when a connection begins. streams, in and out are set once, before. */
void peer_stream_begin(struct peer_stream *stream);

extern const struct peer_wire peer_stream_wire;
