/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes JSON into the caller's memory, value by value. What does not fit is left out and
 * remembered, so that the caller can go back to a complete state. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct jsonwrite {
	char *text;
	size_t size; /* of the memory */
	size_t used; /* bytes; not NUL-terminated */
	bool full;   /* something did not fit */
	bool comma;  /* before the next value or name */
};

void jsonwrite_begin_object(struct jsonwrite *writer);
void jsonwrite_end_object(struct jsonwrite *writer);
void jsonwrite_begin_list(struct jsonwrite *writer);
void jsonwrite_end_list(struct jsonwrite *writer);

/* The name of the next value in an object. It is ours and needs no escaping. */
void jsonwrite_name(struct jsonwrite *writer, const char *name);

void jsonwrite_number(struct jsonwrite *writer, uint64_t number);
void jsonwrite_boolean(struct jsonwrite *writer, bool value);
void jsonwrite_null(struct jsonwrite *writer);

/*
 * Text from anyone, cut at JSONWRITE_TEXT_MAX bytes. What a terminal would obey, and what is not
 * UTF-8, becomes a question mark. NULL is written as null.
 */
enum { JSONWRITE_TEXT_MAX = 1024 };
void jsonwrite_text(struct jsonwrite *writer, const char *text);

/* JSON as it is, a value or a part of one; no comma is put before it. */
void jsonwrite_raw(struct jsonwrite *writer, const char *text);

/* A name and its value. */
void jsonwrite_named_text(struct jsonwrite *writer, const char *name, const char *text);
void jsonwrite_named_number(struct jsonwrite *writer, const char *name, uint64_t number);
void jsonwrite_named_boolean(struct jsonwrite *writer, const char *name, bool value);
