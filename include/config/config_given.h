/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options were given, with digests of their values: enough to detect a change. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config_option.h"

/* All zero: none was given. */
struct config_given {
	uint32_t digests[CONFIG_OPTIONS]; /* of each option's values, in order; 0: not given */
};

/* Notes that the option was given, possibly again, with that value ("": none). */
void config_given_note(struct config_given *given, enum config_option_id id, const char *value);

bool config_given_has(const struct config_given *given, enum config_option_id id);

/*
 * The next option whose values differ between a and b, or CONFIG_OPTIONS if there is none. *i:
 * where to continue, 0 at first.
 */
enum config_option_id config_given_next_change(const struct config_given *a,
					       const struct config_given *b, unsigned *i);
