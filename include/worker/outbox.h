/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain frames on their way into a message socket, one message each. Super-frames are split on the
 * way in, without copying their payload. One for the whole worker: it is empty again once a batch
 * has been sent.
 */
#pragma once

#include <sys/socket.h>

#include "gso.h"
#include "port.h"

/* Which of the frames being sent a message comes from, and which segment. */
struct outbox_origin {
	unsigned frame;
	unsigned segment;
};

enum { OUTBOX_PARTS = 3 }; /* per message: header, payload, padding */

struct outbox {
	unsigned n;
	struct mmsghdr messages[PORT_BATCH]; /* msg_len: bytes of the frame, until it is sent */
	struct iovec iov[PORT_BATCH][OUTBOX_PARTS];
	struct outbox_origin origins[PORT_BATCH];
	unsigned n_opened;	    /* of the frames being sent */
	uint32_t sizes[PORT_BATCH]; /* payload bytes per segment; 0: the frame was dropped */
	struct gso_segment segments[PORT_BATCH];
};

/* Connects its parts. Call it once. */
void outbox_init(struct outbox *outbox);

/* Adds a plain frame, or a segment whose header is in outbox_segment(). Not when it is full. */
void outbox_add_frame(struct outbox *outbox, const struct frame *frame);
void outbox_add_segment(struct outbox *outbox);

/* Where to build the next segment. */
struct gso_segment *outbox_segment(struct outbox *outbox);

bool outbox_is_full(const struct outbox *outbox);
