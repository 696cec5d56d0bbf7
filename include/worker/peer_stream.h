/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer's socket with a stream of bytes, a length before each frame (framing.h): one call reads
 * or writes as many frames as there are. What was cut is kept until its other part comes or goes,
 * in memory that is there from the start; so a peer that reads slowly loses whole frames, and never
 * where they begin.
 */
#pragma once

#include <sys/uio.h>

#include "framing.h"
#include "outbox.h"
#include "port.h"

struct peer_wire;

/* What the streams of a worker share: it is empty again when a batch has been sent on. */
struct peer_streams {
	uint32_t room;	 /* bytes of the largest frame, with its length */
	uint32_t max;	 /* bytes read at once */
	uint8_t *memory; /* room for what was kept of before, then what is read */
	struct frame frames[PORT_BATCH];
	uint8_t padded[PORT_BATCH][FRAME_MIN]; /* the short ones: another is right behind them */
	uint32_t lengths[PORT_BATCH];	       /* as they are sent */
	struct iovec iov[1 + PORT_BATCH * (1 + OUTBOX_PARTS)];
};

/* Of one peer. */
struct peer_stream {
	struct peer_streams *streams;
	uint8_t *in;  /* streams->room bytes: a frame whose end is still to come, */
	uint8_t *out; /* and one of which the beginning is gone (peer.h, unsent) */
	uint32_t in_size;
	uint32_t out_at;
	uint32_t want; /* bytes to read at once */
	struct framing framing;
};

/* For frames of payload bytes of it (batch.h, room). 0, or -ENOMEM. Finish also after a failure, or
 * twice. */
int peer_streams_init(struct peer_streams *streams, unsigned payload);
void peer_streams_finish(struct peer_streams *streams);

/* At the beginning of a connection; streams, in and out are set once. */
void peer_stream_begin(struct peer_stream *stream);

extern const struct peer_wire peer_stream_wire;
