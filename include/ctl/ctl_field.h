/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of an object, which may be missing or have any type. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A string, or "" if there is none. It belongs to the object. */
const char *ctl_field_text(const json_t *object, const char *key);

/* Whether it is an integer, 0 or more. */
bool ctl_field_number(const json_t *object, const char *key, uint64_t *number);

/* The same value; 0 if there is none. */
uint64_t ctl_field_count(const json_t *object, const char *key);

bool ctl_field_is_true(const json_t *object, const char *key);

/* The object in a list with this "id"; or NULL. */
const json_t *ctl_field_find(const json_t *list, json_int_t id);
