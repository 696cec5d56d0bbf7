// SPDX-License-Identifier: GPL-2.0-or-later
#include "quota.h"

void quota_set(struct quota *quota, uint64_t rate, uint32_t frame)
{
	const uint64_t second = 1000000000; /* ns */
	uint64_t cells = rate / 8 / POOL_CELL * QUOTA_TIME / 1000;

	*quota = (struct quota){0};
	if (rate == 0)
		return;
	if (cells < QUOTA_CELLS)
		cells = QUOTA_CELLS;
	quota->cells = cells < POOL_CELLS ? (uint32_t)cells : POOL_CELLS;
	quota->patience = (int64_t)(8 * second * QUOTA_FRAMES * frame / rate);
}

uint32_t quota_cells(const struct quota *quota, const struct pool *pool)
{
	const uint32_t half = POOL_CELLS / 2;
	uint32_t shared = pool->n_used < half ? (half - pool->n_used) / 2 : 0;

	if (shared < QUOTA_LEAST)
		shared = QUOTA_LEAST;
	return quota->cells < shared ? quota->cells : shared;
}
