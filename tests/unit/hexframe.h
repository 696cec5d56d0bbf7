/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames as hex, with blanks where they please, as the tests write them. */
#pragma once

#include "frame.h"
#include "unit.h"

enum { HEXFRAME_MAX = 1600 };

/* A frame in memory of its own size, which a sanitizer sees the end of; free its data. */
static inline struct frame hexframe(const char *hex)
{
	static uint8_t bytes[HEXFRAME_MAX];
	struct frame frame = {0};
	unsigned byte;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		ck_assert_uint_lt(frame.size, sizeof(bytes));
		ck_assert_int_eq(sscanf(hex, "%2x", &byte), 1);
		bytes[frame.size++] = (uint8_t)byte;
		hex++;
	}
	frame.data = malloc(frame.size);
	ck_assert_ptr_nonnull(frame.data);
	memcpy(frame.data, bytes, frame.size);
	return frame;
}
