// SPDX-License-Identifier: GPL-2.0-or-later
#include "jsonwrite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cleantext.h"

static void jsonwrite_bytes(struct jsonwrite *writer, const char *bytes, size_t n)
{
	if (writer->full || n > writer->size - writer->used) {
		writer->full = true;
		return;
	}
	memcpy(writer->text + writer->used, bytes, n);
	writer->used += n;
}

void jsonwrite_raw(struct jsonwrite *writer, const char *text)
{
	jsonwrite_bytes(writer, text, strlen(text));
}

static void jsonwrite_value(struct jsonwrite *writer, const char *text, bool comma_after)
{
	if (writer->comma)
		jsonwrite_raw(writer, ",");
	jsonwrite_raw(writer, text);
	writer->comma = comma_after;
}

static void jsonwrite_end(struct jsonwrite *writer, const char *text)
{
	jsonwrite_raw(writer, text);
	writer->comma = true;
}

void jsonwrite_begin_object(struct jsonwrite *writer)
{
	jsonwrite_value(writer, "{", false);
}

void jsonwrite_end_object(struct jsonwrite *writer)
{
	jsonwrite_end(writer, "}");
}

void jsonwrite_begin_list(struct jsonwrite *writer)
{
	jsonwrite_value(writer, "[", false);
}

void jsonwrite_end_list(struct jsonwrite *writer)
{
	jsonwrite_end(writer, "]");
}

void jsonwrite_name(struct jsonwrite *writer, const char *name)
{
	jsonwrite_value(writer, "\"", false);
	jsonwrite_raw(writer, name);
	jsonwrite_raw(writer, "\": ");
}

void jsonwrite_number(struct jsonwrite *writer, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	jsonwrite_value(writer, text, true);
}

void jsonwrite_boolean(struct jsonwrite *writer, bool value)
{
	jsonwrite_value(writer, value ? "true" : "false", true);
}

void jsonwrite_null(struct jsonwrite *writer)
{
	jsonwrite_value(writer, "null", true);
}

void jsonwrite_text(struct jsonwrite *writer, const char *text)
{
	char clean[JSONWRITE_TEXT_MAX];
	size_t size;

	if (!text) {
		jsonwrite_null(writer);
		return;
	}
	size = strnlen(text, sizeof(clean));
	memcpy(clean, text, size);
	size = cleantext_clean(clean, size);
	jsonwrite_value(writer, "\"", true);
	for (size_t i = 0; i < size; i++) {
		if (clean[i] == '"' || clean[i] == '\\')
			jsonwrite_raw(writer, "\\");
		jsonwrite_bytes(writer, &clean[i], 1);
	}
	jsonwrite_raw(writer, "\"");
}

void jsonwrite_named_text(struct jsonwrite *writer, const char *name, const char *text)
{
	jsonwrite_name(writer, name);
	jsonwrite_text(writer, text);
}

void jsonwrite_named_number(struct jsonwrite *writer, const char *name, uint64_t number)
{
	jsonwrite_name(writer, name);
	jsonwrite_number(writer, number);
}

void jsonwrite_named_boolean(struct jsonwrite *writer, const char *name, bool value)
{
	jsonwrite_name(writer, name);
	jsonwrite_boolean(writer, value);
}
