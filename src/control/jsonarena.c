// SPDX-License-Identifier: GPL-2.0-or-later
#include "jsonarena.h"

void *jsonarena_take(struct jsonarena *arena, size_t size)
{
	const size_t unit = _Alignof(max_align_t);
	void *memory = arena->memory + arena->used;

	if (size > JSONARENA_SIZE)
		return NULL;
	size = size == 0 ? unit : (size + unit - 1) / unit * unit;
	if (size > JSONARENA_SIZE - arena->used)
		return NULL;
	arena->used += size;
	return memory;
}

void jsonarena_empty(struct jsonarena *arena)
{
	arena->used = 0;
}
