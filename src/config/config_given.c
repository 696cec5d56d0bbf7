// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_given.h"

#include <string.h>

#include "hash.h"

/* Includes the NUL, so that "a", "b" differs from "ab". */
void config_given_note(struct config_given *given, enum config_option_id id, const char *value)
{
	uint32_t *digest = &given->digests[id];

	*digest = hash_fnv32(*digest != 0 ? *digest : HASH_FNV32, value, strlen(value) + 1);
}

bool config_given_has(const struct config_given *given, enum config_option_id id)
{
	return given->digests[id] != 0;
}

enum config_option_id config_given_next_change(const struct config_given *a,
					       const struct config_given *b, unsigned *i)
{
	while (*i < CONFIG_OPTIONS) {
		unsigned id = (*i)++;

		if (a->digests[id] != b->digests[id])
			return (enum config_option_id)id;
	}
	return CONFIG_OPTIONS;
}
