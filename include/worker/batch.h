/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory for frames received from message sockets, one batch at a time. The worker needs only
 * one: a batch has been sent on before the next one is read.
 */
#pragma once

#include <stddef.h>
#include <sys/socket.h>

#include "port.h"

struct batch {
	unsigned mtu;  /* bytes of payload that a frame may have, */
	unsigned room; /* and that a frame from a peer has room for */
	size_t stride; /* bytes from one frame to the next */
	uint8_t *memory;
	struct mmsghdr messages[PORT_BATCH];
	struct iovec iov[PORT_BATCH];
	struct frame frames[PORT_BATCH];
};

/* Makes room for PORT_BATCH frames of mtu bytes of payload. 0, or -ENOMEM. */
int batch_init(struct batch *batch, unsigned mtu);

/*
 * The same where peers send more than the MTU: frames have room bytes of payload. Memory beyond the
 * MTU is only touched by frames that need it.
 */
int batch_init_large(struct batch *batch, unsigned mtu, unsigned room);
void batch_finish(struct batch *batch);

/*
 * Receives what is there, at most PORT_BATCH frames, into batch->frames; does not wait. For a frame
 * that did not fit, size is the size that was sent. Returns the number of frames (0: none), or
 * -errno.
 */
int batch_receive(struct batch *batch, int fd);
