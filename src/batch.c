// SPDX-License-Identifier: GPL-2.0-or-later
#include "batch.h"

#include <errno.h>
#include <stdlib.h>

int batch_init(struct batch *batch, unsigned mtu)
{
	enum { ALIGN = 64 }; /* a cache line */
	size_t frame = FRAME_HEADER + FRAME_TAG + (size_t)mtu;

	*batch = (struct batch){.stride = (frame + ALIGN - 1) / ALIGN * ALIGN};
	batch->memory = aligned_alloc(ALIGN, batch->stride * PORT_BATCH);
	return batch->memory ? 0 : -ENOMEM;
}

void batch_finish(struct batch *batch)
{
	free(batch->memory);
	batch->memory = NULL;
}

uint8_t *batch_buffer(const struct batch *batch, unsigned i)
{
	return batch->memory + i * batch->stride;
}
