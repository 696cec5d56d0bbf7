/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of frames that come from a device and of those that wait for their peer: made once,
 * given out in runs of cells. A run has holders: where a frame waits at many ports, it lies here
 * once. The lowest free cells are given out first, since they are in the processor's cache.
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
	uint16_t cells[POOL_CELLS];   /* of the run that begins here */
	uint16_t holders[POOL_CELLS]; /* of that run */
};

/* 0, or -ENOMEM. Finish also after a failure, or twice. */
int pool_init(struct pool *pool);
void pool_finish(struct pool *pool);

/* A run of at least size bytes with one holder, or NULL: there is none. */
uint8_t *pool_take(struct pool *pool, uint32_t size);

/* Gives back the cells of a run behind its first size bytes. */
void pool_trim(struct pool *pool, const uint8_t *run, uint32_t size);

/*
 * Keeps size bytes at data: for one holder more where they lie in the first cell of a run or begin
 * there, as a copy where they lie elsewhere. Where they are now, or NULL: there is no room.
 */
uint8_t *pool_hold(struct pool *pool, const uint8_t *data, uint32_t size);

/* Cells of the run of what pool_take() or pool_hold() returned. */
unsigned pool_cells_of(const struct pool *pool, const uint8_t *data);

/* One holder of what pool_take() or pool_hold() returned goes; the last one frees it. */
void pool_give(struct pool *pool, const uint8_t *data);
