/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory that frames are received into, one batch at a time. One for the
 * whole worker: a batch has been sent on before the next is read.
 */
#pragma once

#include <stddef.h>

#include "port.h"

struct batch {
	size_t stride; /* bytes between two frames */
	uint8_t *memory;
	struct frame frames[PORT_BATCH];
};

/* Makes room for PORT_BATCH frames of mtu bytes of payload. 0, or -ENOMEM. */
int batch_init(struct batch *batch, unsigned mtu);
void batch_finish(struct batch *batch);

/* The room of frame i, of batch->stride bytes. */
uint8_t *batch_buffer(const struct batch *batch, unsigned i);
