// SPDX-License-Identifier: GPL-2.0-or-later
#include "batch.h"

#include <errno.h>
#include <stdlib.h>

int batch_init(struct batch *batch, unsigned mtu)
{
	return batch_init_large(batch, mtu, mtu);
}

int batch_init_large(struct batch *batch, unsigned mtu, unsigned room)
{
	enum { ALIGN = 64 }; /* a cache line */
	size_t frame = FRAME_HEADER + FRAME_ENCAPSULATION_MAX + (size_t)room;

	*batch = (struct batch){
		.mtu = mtu, .room = room, .stride = (frame + ALIGN - 1) / ALIGN * ALIGN};
	batch->memory = aligned_alloc(ALIGN, batch->stride * PORT_BATCH);
	if (!batch->memory)
		return -ENOMEM;
	for (unsigned i = 0; i < PORT_BATCH; i++) {
		batch->iov[i] = (struct iovec){batch->memory + i * batch->stride, batch->stride};
		batch->messages[i].msg_hdr.msg_iov = &batch->iov[i];
		batch->messages[i].msg_hdr.msg_iovlen = 1;
		batch->frames[i].data = batch->iov[i].iov_base;
	}
	return 0;
}

void batch_finish(struct batch *batch)
{
	free(batch->memory);
	batch->memory = NULL;
}

int batch_receive(struct batch *batch, int fd)
{
	/* MSG_TRUNC: report the size sent, even if it was more than the room. */
	int n = recvmmsg(fd, batch->messages, PORT_BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++)
		batch->frames[i].size = batch->messages[i].msg_len;
	return n;
}
