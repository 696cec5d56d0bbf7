/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of an object, whatever the other side has put there, or nothing. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A text, "" where there is none. It is the object's. */
const char *ctl_field_text(const json_t *object, const char *key);

/* Whether it is a whole number, not below 0. */
bool ctl_field_number(const json_t *object, const char *key, uint64_t *number);

/* The same, 0 where there is none. */
uint64_t ctl_field_count(const json_t *object, const char *key);

bool ctl_field_is_true(const json_t *object, const char *key);

/* The object of a list that has this "id"; NULL: there is none. */
const json_t *ctl_field_find(const json_t *list, json_int_t id);
