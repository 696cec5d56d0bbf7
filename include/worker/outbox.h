/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain frames on their way into a message socket, one message each. Super-frames
 * are split on the way in; payload stays where it is. One for the whole worker:
 * it is empty again when a batch has been sent.
 */
#pragma once

#include <sys/socket.h>

#include "gso.h"
#include "port.h"

/* Which of the frames that are sent a message is, and which segment of it. */
struct outbox_origin {
	unsigned frame;
	unsigned segment;
};

enum { OUTBOX_PARTS = 3 }; /* of a message: header, payload, padding */

struct outbox {
	unsigned n;
	struct mmsghdr
		messages[PORT_BATCH]; /* msg_len: bytes of the frame, ours until it is sent */
	struct iovec iov[PORT_BATCH][OUTBOX_PARTS];
	struct outbox_origin origins[PORT_BATCH];
	unsigned n_opened;	    /* of the frames that are sent */
	uint32_t sizes[PORT_BATCH]; /* of their segments' payload; 0: it was dropped */
	struct gso_segment segments[PORT_BATCH];
};

/* Wires its parts together, once. */
void outbox_init(struct outbox *outbox);

/* Adds a plain frame, or a segment whose header outbox_segment() holds. Not when it is full. */
void outbox_add_frame(struct outbox *outbox, const struct frame *frame);
void outbox_add_segment(struct outbox *outbox);

/* Where the next segment may be made. */
struct gso_segment *outbox_segment(struct outbox *outbox);

bool outbox_is_full(const struct outbox *outbox);
