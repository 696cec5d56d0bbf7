/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options were given, and, by a digest, with which values: enough to tell a change. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config_option.h"

/* All zero: none was given. */
struct config_given {
	uint32_t digests[CONFIG_OPTIONS]; /* of the values of each option, in order; 0: not given */
};

/* Notes that the option was given, once more or first, with that value, or "" for none. */
void config_given_note(struct config_given *given, enum config_option_id id, const char *value);

bool config_given_has(const struct config_given *given, enum config_option_id id);

/*
 * The next option that was given other values in a than in b, or CONFIG_OPTIONS when there
 * is none. *i: where to go on, 0 at first.
 */
enum config_option_id config_given_next_change(const struct config_given *a,
					       const struct config_given *b, unsigned *i);
