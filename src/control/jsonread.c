// SPDX-License-Identifier: GPL-2.0-or-later
#include "jsonread.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* jansson's memory functions take no context, so there is one arena per process. */
static struct jsonarena *jsonread_arena;

static void *jsonread_take(size_t size)
{
	return jsonarena_take(jsonread_arena, size);
}

static void jsonread_give_back(void *memory)
{
	(void)memory; /* released with the rest by jsonread_empty() */
}

void jsonread_init(struct jsonread *reader, uint32_t seed)
{
	jsonread_arena = &reader->arena;
	json_set_alloc_funcs(jsonread_take, jsonread_give_back);
	json_object_seed(seed | 1); /* if 0, it would read one from a file */
}

void jsonread_empty(struct jsonread *reader)
{
	reader->arguments = NULL;
	reader->command = NULL;
	reader->id[0] = '\0';
	jsonarena_empty(&reader->arena);
}

static int jsonread_refuse(struct jsonread *reader, const char *what, const char *name)
{
	snprintf(reader->problem, sizeof(reader->problem), "%s%s%.100s%s", what, *name ? " '" : "",
		 name, *name ? "'" : "");
	return -1;
}

/* -1 stops jansson: no more than an id's length is written. */
static int jsonread_add_to_id(const char *part, size_t size, void *context)
{
	struct jsonread *reader = context;
	size_t used = strlen(reader->id);

	if (size >= sizeof(reader->id) - used)
		return -1;
	memcpy(reader->id + used, part, size);
	reader->id[used + size] = '\0';
	return 0;
}

/* As text, to be repeated in the answer. */
static int jsonread_take_id(struct jsonread *reader, const json_t *id)
{
	reader->id[0] = '\0';
	if (json_dump_callback(id, jsonread_add_to_id, reader, JSON_COMPACT | JSON_ENCODE_ANY) == 0)
		return 0;
	reader->id[0] = '\0';
	return jsonread_refuse(reader, "the id is too long", "");
}

static int jsonread_take_member(struct jsonread *reader, const char *name, const json_t *value)
{
	if (strcmp(name, "id") == 0)
		return jsonread_take_id(reader, value);
	if (strcmp(name, "execute") == 0) {
		reader->command = json_string_value(value);
		return reader->command ? 0
				       : jsonread_refuse(reader, "'execute' must be a string", "");
	}
	if (strcmp(name, "arguments") == 0) {
		reader->arguments = value;
		return json_is_object(value)
			       ? 0
			       : jsonread_refuse(reader, "'arguments' must be an object", "");
	}
	return jsonread_refuse(reader, "a command has no member", name);
}

int jsonread_parse(struct jsonread *reader, const char *text, size_t size)
{
	json_error_t error = {.text = ""};
	json_t *root;
	const char *name;
	json_t *value;
	int ret = 0;

	jsonread_empty(reader);
	root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		if (*error.text)
			snprintf(reader->problem, sizeof(reader->problem), "invalid JSON: %.150s",
				 error.text);
		else /* the arena is full */
			jsonread_refuse(reader, "the command is too large", "");
		return -1;
	}
	if (!json_is_object(root))
		return jsonread_refuse(reader, "a command must be an object", "");
	/* Even if something else is wrong, the answer has the id. */
	value = json_object_get(root, "id");
	if (value)
		ret = jsonread_take_id(reader, value);
	json_object_foreach(root, name, value)
	{
		if (ret == 0)
			ret = jsonread_take_member(reader, name, value);
	}
	if (ret == 0 && !reader->command)
		ret = jsonread_refuse(reader, "a command needs the member 'execute'", "");
	return ret;
}

static bool jsonread_are_texts(const json_t *list)
{
	if (!json_is_array(list))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!json_is_string(json_array_get(list, i)))
			return false;
	}
	return true;
}

static bool jsonread_is_number(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* What it must be; NULL: it is valid. */
static const char *jsonread_expected(const json_t *value, enum jsonread_kind kind)
{
	switch (kind) {
	case JSONREAD_NUMBER:
		return jsonread_is_number(value) ? NULL : "must be a whole number of at least 0";
	case JSONREAD_NUMBER_OR_NULL:
		return jsonread_is_number(value) || json_is_null(value)
			       ? NULL
			       : "must be a whole number of at least 0, or null";
	case JSONREAD_BOOLEAN:
		return json_is_boolean(value) ? NULL : "must be true or false";
	case JSONREAD_TEXT:
		return json_is_string(value) ? NULL : "must be a string";
	case JSONREAD_TEXTS:
		return jsonread_are_texts(value) ? NULL : "must be a list of strings";
	}
	return "must be something else";
}

static int jsonread_check_argument(struct jsonread *reader, const char *name, const json_t *value,
				   const struct jsonread_argument *arguments)
{
	const char *expected;

	while (arguments->name && strcmp(arguments->name, name) != 0)
		arguments++;
	if (!arguments->name)
		return jsonread_refuse(reader, "the command takes no argument", name);
	expected = jsonread_expected(value, arguments->kind);
	if (!expected)
		return 0;
	snprintf(reader->problem, sizeof(reader->problem), "the argument '%s' %s", arguments->name,
		 expected);
	return -1;
}

int jsonread_check(struct jsonread *reader, const struct jsonread_argument *arguments)
{
	/* jansson cannot iterate over a const object; nothing is changed. */
	json_t *given = (json_t *)reader->arguments;
	const char *name;
	json_t *value;

	json_object_foreach(given, name, value)
	{
		if (jsonread_check_argument(reader, name, value, arguments) < 0)
			return -1;
	}
	for (; arguments->name; arguments++) {
		if (arguments->needed && !json_object_get(given, arguments->name))
			return jsonread_refuse(reader, "the command needs the argument",
					       arguments->name);
	}
	return 0;
}

static const json_t *jsonread_get(const struct jsonread *reader, const char *name)
{
	return json_object_get(reader->arguments, name);
}

bool jsonread_number(const struct jsonread *reader, const char *name, uint64_t *number)
{
	const json_t *value = jsonread_get(reader, name);

	if (!jsonread_is_number(value))
		return false;
	*number = (uint64_t)json_integer_value(value);
	return true;
}

bool jsonread_is_null(const struct jsonread *reader, const char *name)
{
	return json_is_null(jsonread_get(reader, name));
}

bool jsonread_boolean(const struct jsonread *reader, const char *name, bool *value)
{
	const json_t *given = jsonread_get(reader, name);

	if (!json_is_boolean(given))
		return false;
	*value = json_is_true(given);
	return true;
}

const char *jsonread_text(const struct jsonread *reader, const char *name)
{
	return json_string_value(jsonread_get(reader, name));
}

size_t jsonread_texts(const struct jsonread *reader, const char *name)
{
	return json_array_size(jsonread_get(reader, name));
}

const char *jsonread_text_at(const struct jsonread *reader, const char *name, size_t index)
{
	return json_string_value(json_array_get(jsonread_get(reader, name), index));
}
