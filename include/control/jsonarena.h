/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory for the values of one JSON text: handed out from the front, and all released at once. So
 * the cost of a text is bounded, and nothing is left behind. Pure.
 */
#pragma once

#include <stddef.h>

enum { JSONARENA_SIZE = 256 << 10 }; /* bytes; 700 port forwards take 120 KiB */

/* Zeroed, it is empty. */
struct jsonarena {
	size_t used;
	_Alignas(max_align_t) unsigned char memory[JSONARENA_SIZE];
};

/* Returns size bytes, aligned for any type; NULL: no room. */
void *jsonarena_take(struct jsonarena *arena, size_t size);

/* Releases everything. */
void jsonarena_empty(struct jsonarena *arena);
