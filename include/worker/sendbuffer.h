/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much a peer may have unread. What lies in its socket is out of the queue's reach, so as
 * little as keeps the peer busy until we are woken: more where it had read all of it by then, less
 * where some was always left (as byte queue limits do for a NIC's ring,
 * lib/dynamic_queue_limits.c).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sendbuffer {
	uint32_t size; /* bytes, as the kernel counts them */
	uint32_t min;
	uint32_t least_left;
	int64_t since; /* ns: from when on that is the least */
};

enum {
	SENDBUFFER_FRAMES = 8,	 /* at least, of 1514 bytes; of larger ones, two */
	SENDBUFFER_FRAME = 2304, /* what the kernel counts for one */
	SENDBUFFER_START = 32,	 /* frames, of an unknown peer */
	/*
	 * Some 180 frames of 1514 bytes, or 6 of 65534. One TCP stream to a guest is 1.2 times as
	 * fast with that as with the kernel's default, which is half of it, and four times as much
	 * made no difference (paired medians, 2 processors).
	 */
	SENDBUFFER_MAX = 425984,
};

/* For frames of mtu bytes of payload. */
void sendbuffer_init(struct sendbuffer *buffer, unsigned mtu, int64_t now);

/*
 * It was full, and now there is room, with so many bytes left unread, at that time (ns). Whether
 * the size has changed.
 */
bool sendbuffer_has_room(struct sendbuffer *buffer, uint32_t left, int64_t now);
