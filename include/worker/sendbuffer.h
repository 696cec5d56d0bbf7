/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much a peer may have unread. The queue cannot reach what is in the socket, so this is just
 * enough to keep the peer busy until we wake up: more if it had read everything by then, less if
 * some was always left (like byte queue limits for a NIC's ring, lib/dynamic_queue_limits.c).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sendbuffer {
	uint32_t size; /* bytes, as the kernel counts them */
	uint32_t min;
	uint32_t least_left;
	int64_t since; /* ns: start of the period of least_left */
};

enum {
	SENDBUFFER_FRAMES = 8,	 /* at least, of 1514 bytes; two if larger */
	SENDBUFFER_FRAME = 2304, /* what the kernel charges for one */
	SENDBUFFER_START = 32,	 /* frames, for an unknown peer */
	/*
	 * About 180 frames of 1514 bytes, or 6 of 65534. One TCP stream to a guest is 1.2 times as
	 * fast as with the kernel's default, which is half of this; four times as much made no
	 * difference (paired medians, 2 processors).
	 */
	SENDBUFFER_MAX = 425984,
};

/* For frames of mtu bytes of payload. */
void sendbuffer_init(struct sendbuffer *buffer, unsigned mtu, int64_t now);

/*
 * It was full and now has room, with that many bytes unread, at the time now (ns). Whether the size
 * changed.
 */
bool sendbuffer_has_room(struct sendbuffer *buffer, uint32_t left, int64_t now);
