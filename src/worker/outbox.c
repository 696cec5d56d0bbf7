// SPDX-License-Identifier: GPL-2.0-or-later
#include "outbox.h"

#include <assert.h>

static const uint8_t outbox_zeros[FRAME_MIN];

void outbox_init(struct outbox *outbox)
{
	outbox->n = 0;
	for (unsigned i = 0; i < PORT_BATCH; i++)
		outbox->messages[i] = (struct mmsghdr){.msg_hdr.msg_iov = outbox->iov[i]};
}

bool outbox_is_full(const struct outbox *outbox)
{
	return outbox->n == PORT_BATCH;
}

struct gso_segment *outbox_segment(struct outbox *outbox)
{
	assert(!outbox_is_full(outbox));
	return &outbox->segments[outbox->n];
}

void outbox_add_frame(struct outbox *outbox, const struct frame *frame)
{
	struct mmsghdr *message = &outbox->messages[outbox->n];

	assert(!outbox_is_full(outbox));
	outbox->iov[outbox->n++][0] = (struct iovec){frame->data, frame->size};
	message->msg_hdr.msg_iovlen = 1;
	message->msg_len = frame->size;
}

void outbox_add_segment(struct outbox *outbox)
{
	const struct gso_segment *segment = &outbox->segments[outbox->n];
	struct mmsghdr *message = &outbox->messages[outbox->n];
	struct iovec *iov = outbox->iov[outbox->n++];
	unsigned n = 0;

	message->msg_len = segment->header_size + segment->payload_size;
	if (segment->header_size > 0)
		iov[n++] = (struct iovec){(void *)segment->header, segment->header_size};
	if (segment->payload_size > 0)
		iov[n++] = (struct iovec){(void *)segment->payload, segment->payload_size};
	if (message->msg_len < FRAME_MIN) {
		iov[n++] = (struct iovec){(void *)outbox_zeros, FRAME_MIN - message->msg_len};
		message->msg_len = FRAME_MIN;
	}
	message->msg_hdr.msg_iovlen = n;
}
