/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames in a byte stream, as in QEMU's -netdev stream: before each frame its length, 4 bytes, big
 * endian. Works on memory only. The reader keeps an incomplete frame and passes it again with what
 * follows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;

enum {
	FRAMING_LENGTH = 4, /* bytes */
	/* QEMU's maximum (include/net/net.h, NET_BUFSIZE): no emulator sends more. */
	FRAMING_FRAME_MAX = 4096 + 65536,
};

/* With room set and the rest zeroed, it is at the start of a stream. */
struct framing {
	uint32_t room;	 /* bytes accepted of a frame; a longer one is truncated */
	uint32_t skip;	 /* bytes of such a frame still to be skipped */
	uint32_t length; /* the last one read, for messages */
};

/*
 * Takes the next frame from the size bytes at *data, and advances both past it. The frame's data
 * stay where they are; for one longer than room, frame->size is the length it announced. The caller
 * checks its sender and its minimum size. 1; 0: more must come, and less than FRAMING_LENGTH + room
 * bytes are left; -EPROTO: invalid length, and nothing after it can be parsed.
 */
int framing_next(struct framing *framing, uint8_t **data, size_t *size, struct frame *frame);

/* The length field of a frame of that size. */
uint32_t framing_length(uint32_t size);
