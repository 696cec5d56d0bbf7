// SPDX-License-Identifier: GPL-2.0-or-later
#include "pool.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int pool_init(struct pool *pool)
{
	enum { ALIGN = 64 }; /* a cache line */

	*pool = (struct pool){.memory = aligned_alloc(ALIGN, (size_t)POOL_CELLS * POOL_CELL)};
	return pool->memory ? 0 : -ENOMEM;
}

void pool_finish(struct pool *pool)
{
	free(pool->memory);
	pool->memory = NULL;
}

/* The first cell from here on that is used (or free); POOL_CELLS: none. */
static unsigned pool_seek(const struct pool *pool, unsigned cell, bool used)
{
	while (cell < POOL_CELLS) {
		uint64_t word = pool->used[cell / POOL_WORD];

		word = (used ? word : ~word) >> (cell % POOL_WORD);
		if (word != 0)
			return cell + (unsigned)__builtin_ctzll(word);
		cell = (cell / POOL_WORD + 1) * POOL_WORD;
	}
	return POOL_CELLS;
}

/* Flips n cells, all used or all free. */
static void pool_flip(struct pool *pool, unsigned cell, unsigned n)
{
	while (n > 0) {
		unsigned bit = cell % POOL_WORD;
		unsigned some = n < POOL_WORD - bit ? n : POOL_WORD - bit;

		uint64_t bits = some < POOL_WORD ? (UINT64_C(1) << some) - 1 : UINT64_MAX;

		pool->used[cell / POOL_WORD] ^= bits << bit;
		cell += some;
		n -= some;
	}
}

static unsigned pool_cells(uint32_t size)
{
	return size == 0 ? 1 : (size + POOL_CELL - 1) / POOL_CELL;
}

static unsigned pool_first(const struct pool *pool, const uint8_t *data)
{
	unsigned cell = (unsigned)((size_t)(data - pool->memory) / POOL_CELL);

	assert(pool->holders[cell] > 0);
	return cell;
}

uint8_t *pool_take(struct pool *pool, uint32_t size)
{
	unsigned n = pool_cells(size);
	unsigned first = pool_seek(pool, 0, false);

	while (first < POOL_CELLS) {
		unsigned end = pool_seek(pool, first, true);

		if (end - first >= n) {
			pool_flip(pool, first, n);
			pool->n_used += n;
			pool->cells[first] = (uint16_t)n;
			pool->holders[first] = 1;
			return pool->memory + (size_t)first * POOL_CELL;
		}
		first = pool_seek(pool, end, false);
	}
	return NULL;
}

void pool_trim(struct pool *pool, const uint8_t *run, uint32_t size)
{
	unsigned first = pool_first(pool, run);
	unsigned n = pool_cells(size);
	unsigned rest = pool->cells[first] - n;

	pool_flip(pool, first + n, rest);
	pool->n_used -= rest;
	pool->cells[first] = (uint16_t)n;
}

uint8_t *pool_hold(struct pool *pool, const uint8_t *data, uint32_t size)
{
	uint8_t *copy;

	if (data >= pool->memory && data < pool->memory + (size_t)POOL_CELLS * POOL_CELL) {
		pool->holders[pool_first(pool, data)]++;
		return (uint8_t *)data;
	}
	copy = pool_take(pool, size);
	if (copy)
		memcpy(copy, data, size);
	return copy;
}

unsigned pool_cells_of(const struct pool *pool, const uint8_t *data)
{
	return pool->cells[pool_first(pool, data)];
}

void pool_give(struct pool *pool, const uint8_t *data)
{
	unsigned first = pool_first(pool, data);

	if (--pool->holders[first] > 0)
		return;
	pool_flip(pool, first, pool->cells[first]);
	pool->n_used -= pool->cells[first];
}
