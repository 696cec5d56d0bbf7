// SPDX-License-Identifier: GPL-2.0-or-later
#include "cleantext.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CLEANTEXT_MAX = 4096 }; /* bytes per call */

/*
 * What is not shown, besides control characters: what terminals obey (C1), what reverses a line's
 * direction, and what is invisible. Most of Unicode's Default_Ignorable_Code_Point.
 */
static bool cleantext_is_hidden(uint32_t point)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} hidden[] = {
		{0x00, 0x1f},	    {0x7f, 0x9f},     {0xad, 0xad},	{0x34f, 0x34f},
		{0x61c, 0x61c},	    {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
		{0x200b, 0x200f},   {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
		{0xfe00, 0xfe0f},   {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb},
		{0xe0000, 0xe0fff},
	};

	for (unsigned i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		if (point >= hidden[i].first && point <= hidden[i].last)
			return true;
	}
	return false;
}

/* The length of the UTF-8 character (RFC 3629) at the start of text; 0: not valid. */
static size_t cleantext_read_character(const char *text, size_t size, uint32_t *point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char first = (unsigned char)text[0];
	size_t length = first < 0x80   ? 1
			: first < 0xc0 ? 0
			: first < 0xe0 ? 2
			: first < 0xf0 ? 3
			: first < 0xf8 ? 4
				       : 0;

	if (length == 0 || length > size)
		return 0;
	*point = length == 1 ? first : first & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (*point < least[length] || *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return length;
}

size_t cleantext_clean(char *text, size_t size)
{
	size_t kept = 0;

	for (size_t at = 0; at < size;) {
		uint32_t point;
		size_t length = cleantext_read_character(text + at, size - at, &point);

		if (length == 0 || cleantext_is_hidden(point)) {
			text[kept++] = '?';
			at += length ? length : 1;
			continue;
		}
		memmove(text + kept, text + at, length);
		kept += length;
		at += length;
	}
	return kept;
}

void cleantext_print(const char *format, ...)
{
	char text[CLEANTEXT_MAX];
	va_list args;
	int length;
	bool ends;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length > CLEANTEXT_MAX - 1)
		length = CLEANTEXT_MAX - 1;
	/* A line ends where the format says so, not where a value does. */
	ends = format[0] != '\0' && format[strlen(format) - 1] == '\n';
	fwrite(text, 1, cleantext_clean(text, (size_t)(length - ends)), stdout);
	if (ends)
		fputc('\n', stdout);
}
