// SPDX-License-Identifier: GPL-2.0-or-later
#include "sendbuffer.h"

#define SENDBUFFER_LOOK INT64_C(100000000) /* ns until it may shrink */

static uint32_t sendbuffer_frames(unsigned mtu, uint32_t usual)
{
	uint32_t large = 2 * (mtu + SENDBUFFER_FRAME);

	usual *= SENDBUFFER_FRAME;
	return usual > large ? usual : large;
}

static bool sendbuffer_set(struct sendbuffer *buffer, uint32_t size, int64_t now)
{
	uint32_t before = buffer->size;

	buffer->size = size < buffer->min      ? buffer->min
		       : size > SENDBUFFER_MAX ? SENDBUFFER_MAX
					       : size;
	buffer->least_left = UINT32_MAX;
	buffer->since = now;
	return buffer->size != before;
}

void sendbuffer_init(struct sendbuffer *buffer, unsigned mtu, int64_t now)
{
	buffer->min = sendbuffer_frames(mtu, SENDBUFFER_FRAMES);
	sendbuffer_set(buffer, sendbuffer_frames(mtu, SENDBUFFER_START), now);
}

bool sendbuffer_has_room(struct sendbuffer *buffer, uint32_t left, int64_t now)
{
	if (left == 0) /* the peer had to wait for us */
		return sendbuffer_set(buffer, 2 * buffer->size, now);
	if (left < buffer->least_left)
		buffer->least_left = left;
	if (now - buffer->since < SENDBUFFER_LOOK)
		return false;
	return sendbuffer_set(buffer, buffer->size - buffer->least_left, now);
}
