/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory for the values of one JSON text: handed out from the front, and all of it taken back at
 * once. So what a text costs has a bound, and no text leaves anything behind. Pure.
 */
#pragma once

#include <stddef.h>

enum { JSONARENA_SIZE = 256 << 10 }; /* bytes; 700 port forwards take 120 KiB */

/* Zeroed, it is empty. */
struct jsonarena {
	size_t used;
	_Alignas(max_align_t) unsigned char memory[JSONARENA_SIZE];
};

/* size bytes, aligned for anything; NULL: there is no room for them. */
void *jsonarena_take(struct jsonarena *arena, size_t size);

/* Takes everything back. */
void jsonarena_empty(struct jsonarena *arena);
