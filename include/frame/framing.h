/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames in a stream of bytes, as QEMU's -netdev stream has them: before each its length, 4 bytes,
 * the highest first. Memory only; whoever reads keeps what is not a whole frame yet, and gives it
 * again with what comes after it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame;

enum {
	FRAMING_LENGTH = 4, /* bytes */
	/* What QEMU takes at most (include/net/net.h, NET_BUFSIZE): no emulator sends more. */
	FRAMING_FRAME_MAX = 4096 + 65536,
};

/* Zeroed and with room, it is at the beginning of a stream. */
struct framing {
	uint32_t room;	 /* bytes of a frame that are taken; of a longer one, its beginning is */
	uint32_t skip;	 /* of such a frame, bytes that are still to be left out */
	uint32_t length; /* that was read last, for who wants to tell it */
};

/*
 * Takes the next frame of the size bytes at *data, and moves both behind it. Its data stay where
 * they are; of one that is longer than the room, size is what its length says. Who its sender is,
 * and how short it may be, is for others to look at. 1; 0: more must come, and less than
 * FRAMING_LENGTH + room bytes are left; -EPROTO: no frame has such a length. What comes behind
 * that means nothing.
 */
int framing_next(struct framing *framing, uint8_t **data, size_t *size, struct frame *frame);

/* The length of a frame as it stands before it. */
uint32_t framing_length(uint32_t size);
