// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_given.h"

/* FNV-1a (RFC 9923), the final zero included, so that "a", "b" is not "ab". */
void config_given_note(struct config_given *given, enum config_option_id id, const char *value)
{
	uint32_t *digest = &given->digests[id];

	if (*digest == 0)
		*digest = 0x811c9dc5u;
	do
		*digest = (*digest ^ (uint8_t)*value) * 0x01000193u;
	while (*value++ != '\0');
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
