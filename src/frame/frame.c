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

/* Whether a four-byte tag begins at the type at that offset. */
static bool frame_has_tag_at(const struct frame *frame, uint32_t offset)
{
	const uint8_t *type = frame->data + offset;

	return frame->size >= offset + FRAME_TYPE + FRAME_TAG &&
	       ((type[0] == 0x81 && type[1] == 0x00) || (type[0] == 0x88 && type[1] == 0xa8));
}

/*
 * The same for the double-tagging type used before IEEE 802.1ad, which Linux does not treat as a
 * tag.
 */
static bool frame_has_old_tag_at(const struct frame *frame, uint32_t offset)
{
	const uint8_t *type = frame->data + offset;

	return frame->size >= offset + FRAME_TYPE + FRAME_TAG && type[0] == 0x91 && type[1] == 0x00;
}

/* Whether MPLS labels follow the type at that offset (RFC 3032, RFC 5332). */
static bool frame_has_mpls_at(const struct frame *frame, uint32_t offset)
{
	const uint8_t *type = frame->data + offset;

	return frame->size >= offset + FRAME_TYPE + FRAME_TAG && type[0] == 0x88 &&
	       (type[1] == 0x47 || type[1] == 0x48);
}

bool frame_is_tagged(const struct frame *frame)
{
	return frame_has_tag_at(frame, MAC_SIZE + MAC_SIZE);
}

uint32_t frame_encapsulation(const struct frame *frame)
{
	uint32_t type = MAC_SIZE + MAC_SIZE;
	uint32_t n = 0;
	bool last = false;

	while (n < FRAME_ENCAPSULATION_MAX &&
	       (frame_has_tag_at(frame, type + n) || frame_has_old_tag_at(frame, type + n)))
		n += FRAME_TAG;
	if (!frame_has_mpls_at(frame, type + n))
		return n;
	for (uint32_t label = type + n + FRAME_TYPE;
	     !last && n < FRAME_ENCAPSULATION_MAX && frame->size >= label + FRAME_TAG;
	     label += FRAME_TAG) {
		last = frame->data[label + 2] & 1; /* the bottom of the stack */
		n += FRAME_TAG;
	}
	return n;
}

uint32_t frame_limit(const struct frame *frame, unsigned mtu)
{
	return FRAME_HEADER + mtu + frame_encapsulation(frame);
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

void frame_write_address(uint8_t mac[MAC_SIZE], uint64_t address)
{
	for (int i = MAC_SIZE; i-- > 0; address >>= 8)
		mac[i] = (uint8_t)address;
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
