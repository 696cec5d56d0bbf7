/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of QMP's: {"execute": NAME, "arguments": {...}, "id": ANY}. It comes from whoever may
 * connect, so jansson, which reads it, gets its memory from an arena (jsonarena.h), and asks the
 * system for none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jsonarena.h"

enum {
	JSONREAD_ID_MAX = 256, /* bytes of an id as text, with its end */
	JSONREAD_PROBLEM_MAX = 256,
};

enum jsonread_kind {
	JSONREAD_NUMBER, /* whole, not below 0 */
	JSONREAD_NUMBER_OR_NULL,
	JSONREAD_BOOLEAN,
	JSONREAD_TEXT,
	JSONREAD_TEXTS, /* a list of them */
};

/* An argument that a command takes. name NULL: there are no more. */
struct jsonread_argument {
	const char *name;
	enum jsonread_kind kind;
	bool needed;
};

struct jsonread {
	struct jsonarena arena;
	const void *arguments;	  /* jansson's; NULL: none were given */
	const char *command;	  /* until the next text is read */
	char id[JSONREAD_ID_MAX]; /* as JSON; "": none was given */
	char problem[JSONREAD_PROBLEM_MAX];
};

/*
 * Takes a zeroed one. From here on all of jansson in this process has its memory from it. seed is
 * random: nobody shall choose names that fall together in its tables.
 */
void jsonread_init(struct jsonread *reader, uint32_t seed);

/* Reads size bytes, one object. 0, or -1 with reader->problem. */
int jsonread_parse(struct jsonread *reader, const char *text, size_t size);

/*
 * Whether the arguments that were given are among those, and all are there that are needed. 0, or
 * -1 with reader->problem.
 */
int jsonread_check(struct jsonread *reader, const struct jsonread_argument *arguments);

/* The value of an argument. False, NULL or 0: it was not given, or is null. */
bool jsonread_number(const struct jsonread *reader, const char *name, uint64_t *number);
bool jsonread_is_null(const struct jsonread *reader, const char *name);
bool jsonread_boolean(const struct jsonread *reader, const char *name, bool *value);
const char *jsonread_text(const struct jsonread *reader, const char *name);
/* How many texts are in the list; and the one at index, which is below that. */
size_t jsonread_texts(const struct jsonread *reader, const char *name);
const char *jsonread_text_at(const struct jsonread *reader, const char *name, size_t index);

/* Forgets the text, and all that was made of it. */
void jsonread_empty(struct jsonread *reader);
