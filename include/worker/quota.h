/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much may wait for a port with a rate. Something always does where more comes than that, so it
 * is less than what may wait for a peer that does not read, and more for a higher rate.
 */
#pragma once

#include <stdint.h>

#include "pool.h"

enum {
	QUOTA_TIME = 100, /* ms of the rate, */
	QUOTA_CELLS = 64, /* but so many cells at least */
	/*
	 * Of the first half of the memory each may have half of what is free, so that there is
	 * room for others, and for what is read from the device; where there is none, so many.
	 */
	QUOTA_LEAST = 8,
	/*
	 * Frames' time at the rate, for which CoDel is more patient. TCP that has fewer on their
	 * way sees a loss by a timeout only (RFC 5681: three more have to come).
	 */
	QUOTA_FRAMES = 4,
};

/* Zeroed: there is no rate. */
struct quota {
	uint32_t cells;
	int64_t patience; /* ns */
};

/* For a rate in bits per second (0: none) and frames of so many bytes. */
void quota_set(struct quota *quota, uint64_t rate, uint32_t frame);

/* Cells that may be taken now; with a rate only. */
uint32_t quota_cells(const struct quota *quota, const struct pool *pool);
