/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of frames read from a device and of frames that wait for their peer: allocated once,
 * handed out in runs of cells. Runs are reference-counted: a frame that waits at many ports is
 * stored once. The lowest free cells are used first, because they are likely in the CPU cache.
 */
#pragma once

#include <stdint.h>

enum {
	POOL_CELL = 2048,  /* bytes: a plain frame of the usual MTU */
	POOL_CELLS = 2048, /* 4 MiB */
	POOL_WORD = 64,
};

struct pool {
	uint8_t *memory;
	unsigned n_used; /* cells */
	uint64_t used[POOL_CELLS / POOL_WORD];
	uint16_t cells[POOL_CELLS];   /* of the run that starts here */
	uint16_t holders[POOL_CELLS]; /* of that run */
};

/* 0, or -ENOMEM. Call pool_finish() also after a failure, or twice. */
int pool_init(struct pool *pool);
void pool_finish(struct pool *pool);

/* Returns a run of at least size bytes with one holder, or NULL if none is free. */
uint8_t *pool_take(struct pool *pool, uint32_t size);

/* Frees the cells of a run after its first size bytes. */
void pool_trim(struct pool *pool, const uint8_t *run, uint32_t size);

/*
 * Holds size bytes at data: adds a holder if they are in the first cell of a run or start there,
 * else copies them. Returns where they are now, or NULL if there is no room.
 */
uint8_t *pool_hold(struct pool *pool, const uint8_t *data, uint32_t size);

/* The number of cells in a run returned by pool_take() or pool_hold(). */
unsigned pool_cells_of(const struct pool *pool, const uint8_t *data);

/* Drops one holder of what pool_take() or pool_hold() returned; the last one frees it. */
void pool_give(struct pool *pool, const uint8_t *data);
