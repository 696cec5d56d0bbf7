// SPDX-License-Identifier: GPL-2.0-or-later
#include "frame.h"

#include <assert.h>
#include <string.h>

#include "mac.h"

bool frame_is_whole(const struct frame *frame)
{
	return frame->size >= FRAME_HEADER;
}

bool frame_is_plain(const struct frame *frame)
{
	return frame->vnet.flags == 0 && frame->vnet.gso_type == VIRTIO_NET_HDR_GSO_NONE;
}

bool frame_is_tagged(const struct frame *frame)
{
	const uint8_t *type = frame->data + MAC_SIZE + MAC_SIZE;

	return frame->size >= FRAME_HEADER + FRAME_TAG &&
	       ((type[0] == 0x81 && type[1] == 0x00) || (type[0] == 0x88 && type[1] == 0xa8));
}

uint32_t frame_limit(const struct frame *frame, unsigned mtu)
{
	return FRAME_HEADER + mtu + (frame_is_tagged(frame) ? FRAME_TAG : 0);
}

bool frame_is_multicast(const struct frame *frame)
{
	assert(frame_is_whole(frame));
	return frame->data[0] & 1;
}

uint64_t frame_address(const uint8_t mac[MAC_SIZE])
{
	uint64_t value = 0;

	for (int i = 0; i < MAC_SIZE; i++)
		value = value << 8 | mac[i];
	return value;
}

uint64_t frame_destination(const struct frame *frame)
{
	assert(frame_is_whole(frame));
	return frame_address(frame->data);
}

uint64_t frame_source(const struct frame *frame)
{
	assert(frame_is_whole(frame));
	return frame_address(frame->data + MAC_SIZE);
}

bool frame_is_link_local(const struct frame *frame)
{
	return (frame_destination(frame) & ~(uint64_t)0xf) == 0x0180c2000000;
}

void frame_pad(struct frame *frame)
{
	if (frame->size >= FRAME_MIN)
		return;
	memset(frame->data + frame->size, 0, FRAME_MIN - frame->size);
	frame->size = FRAME_MIN;
}
