/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parses a QMP command: {"execute": NAME, "arguments": {...}, "id": ANY}. Anyone who may connect
 * can send one, so jansson, which parses it, gets its memory from an arena (jsonarena.h) and never
 * from the system.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jsonarena.h"

enum {
	JSONREAD_ID_MAX = 256, /* bytes of an id as text, with the NUL */
	JSONREAD_PROBLEM_MAX = 256,
};

enum jsonread_kind {
	JSONREAD_NUMBER, /* an integer, 0 or more */
	JSONREAD_NUMBER_OR_NULL,
	JSONREAD_BOOLEAN,
	JSONREAD_TEXT,
	JSONREAD_TEXTS, /* a list of strings */
};

/* An argument that a command takes. name NULL: end of the list. */
struct jsonread_argument {
	const char *name;
	enum jsonread_kind kind;
	bool needed;
};

struct jsonread {
	struct jsonarena arena;
	const void *arguments;	  /* jansson's; NULL: none given */
	const char *command;	  /* valid until the next text is parsed */
	char id[JSONREAD_ID_MAX]; /* as JSON; "": none given */
	char problem[JSONREAD_PROBLEM_MAX];
};

/*
 * Takes a zeroed one. From here on, jansson gets all its memory in this process from it. seed is
 * random, so that nobody can choose names that collide in its tables.
 */
void jsonread_init(struct jsonread *reader, uint32_t seed);

/* Parses size bytes, one object. 0, or -1 with reader->problem. */
int jsonread_parse(struct jsonread *reader, const char *text, size_t size);

/*
 * Whether the command takes all given arguments, and the required ones are there. 0, or -1 with
 * reader->problem.
 */
int jsonread_check(struct jsonread *reader, const struct jsonread_argument *arguments);

/* The value of an argument. False, NULL or 0: not given, or null. */
bool jsonread_number(const struct jsonread *reader, const char *name, uint64_t *number);
bool jsonread_is_null(const struct jsonread *reader, const char *name);
bool jsonread_boolean(const struct jsonread *reader, const char *name, bool *value);
const char *jsonread_text(const struct jsonread *reader, const char *name);
/* The number of strings in the list; and the one at index, which must be below that. */
size_t jsonread_texts(const struct jsonread *reader, const char *name);
const char *jsonread_text_at(const struct jsonread *reader, const char *name, size_t index);

/* Forgets the text and everything made from it. */
void jsonread_empty(struct jsonread *reader);
