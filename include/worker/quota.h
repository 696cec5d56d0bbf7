/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much may wait for a port with a rate. If more arrives than that, the queue is never empty, so
 * this is less than for a peer that does not read, and more for a higher rate.
 */
#pragma once

#include <stdint.h>

#include "pool.h"

enum {
	QUOTA_TIME = 100, /* ms at the rate, */
	QUOTA_CELLS = 64, /* but at least this many cells */
	/*
	 * Each port may have half of what is free in the first half of the memory, so that there is
	 * room for others and for what is read from the device. If that is gone, it gets this many.
	 */
	QUOTA_LEAST = 8,
	/*
	 * Time of this many frames at the rate, by which CoDel waits longer. TCP with fewer in
	 * flight notices a loss only by a timeout (RFC 5681: it needs three more to arrive).
	 */
	QUOTA_FRAMES = 4,
};

/* Zeroed: no rate. */
struct quota {
	uint32_t cells;
	int64_t patience; /* ns */
};

/* For a rate in bits per second (0: none) and frames of that many bytes. */
void quota_set(struct quota *quota, uint64_t rate, uint32_t frame);

/* Cells that may be used now. Only with a rate. */
uint32_t quota_cells(const struct quota *quota, const struct pool *pool);
