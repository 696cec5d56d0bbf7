// SPDX-License-Identifier: GPL-2.0-or-later
#include "framing.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "frame.h"

uint32_t framing_length(uint32_t size)
{
	return htobe32(size);
}

static void framing_advance(uint8_t **data, size_t *size, size_t n)
{
	*data += n;
	*size -= n;
}

/* Skips what is there of a frame that was too long. Whether all of it is skipped. */
static bool framing_skip(struct framing *framing, uint8_t **data, size_t *size)
{
	uint32_t n = *size < framing->skip ? (uint32_t)*size : framing->skip;

	framing_advance(data, size, n);
	framing->skip -= n;
	return framing->skip == 0;
}

int framing_next(struct framing *framing, uint8_t **data, size_t *size, struct frame *frame)
{
	uint32_t taken;

	if (!framing_skip(framing, data, size) || *size < FRAMING_LENGTH)
		return 0;
	memcpy(&framing->length, *data, FRAMING_LENGTH);
	framing->length = be32toh(framing->length);
	if (framing->length == 0 || framing->length > FRAMING_FRAME_MAX)
		return -EPROTO;
	taken = framing->length < framing->room ? framing->length : framing->room;
	if (*size - FRAMING_LENGTH < taken)
		return 0;
	*frame = (struct frame){.data = *data + FRAMING_LENGTH, .size = framing->length};
	framing->skip = framing->length - taken;
	framing_advance(data, size, FRAMING_LENGTH + taken);
	return 1;
}
