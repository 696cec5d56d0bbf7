/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that frames are received into from message sockets, one batch at a
 * time. One for the whole worker: a batch has been sent on before the next is
 * read.
 */
#pragma once

#include <stddef.h>
#include <sys/socket.h>

#include "port.h"

struct batch {
	unsigned mtu;  /* bytes of payload that a frame may have, */
	unsigned room; /* and that one from a peer has room for */
	size_t stride; /* bytes between two frames */
	uint8_t *memory;
	struct mmsghdr messages[PORT_BATCH];
	struct iovec iov[PORT_BATCH];
	struct frame frames[PORT_BATCH];
};

/* Makes room for PORT_BATCH frames of mtu bytes of payload. 0, or -ENOMEM. */
int batch_init(struct batch *batch, unsigned mtu);

/* The same where peers send more than the MTU: room bytes of payload, which is memory that is
 * touched by such frames alone. */
int batch_init_large(struct batch *batch, unsigned mtu, unsigned room);
void batch_finish(struct batch *batch);

/*
 * Receives what is there, at most PORT_BATCH frames, into batch->frames; does
 * not wait. A frame that was longer than the room has the size that was sent.
 * The number of frames (0: there are none), or -errno.
 */
int batch_receive(struct batch *batch, int fd);
