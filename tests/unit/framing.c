// SPDX-License-Identifier: GPL-2.0-or-later
#include "framing.h"

#include <errno.h>

#include "frame.h"
#include "unit.h"

enum { ROOM = 100, BYTES = 4096 };

static struct framing framing;
static uint8_t bytes[BYTES];
static size_t n_bytes;

static void setup_stream(void)
{
	framing = (struct framing){.room = ROOM};
	n_bytes = 0;
}

static void add_length(uint32_t length)
{
	const uint8_t four[] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16),
				(uint8_t)(length >> 8), (uint8_t)length};

	memcpy(bytes + n_bytes, four, sizeof(four));
	n_bytes += sizeof(four);
}

static void add_frame(uint32_t size, uint8_t byte)
{
	add_length(size);
	memset(bytes + n_bytes, byte, size);
	n_bytes += size;
}

START_TEST(a_length_has_its_highest_byte_first)
{
	uint32_t length = framing_length(0x01020304);

	ck_assert_mem_eq(&length, "\1\2\3\4", 4);
}
END_TEST

START_TEST(frames_are_taken_where_they_lie)
{
	uint8_t *data = bytes;
	struct frame frame;

	setup_stream();
	add_frame(60, 1);
	add_frame(1, 2);
	add_frame(ROOM, 3);
	memset(&frame, 0xee, sizeof(frame));
	ck_assert_int_eq(framing_next(&framing, &data, &n_bytes, &frame), 1);
	ck_assert_ptr_eq(frame.data, bytes + 4);
	ck_assert_uint_eq(frame.size, 60);
	ck_assert(frame_is_plain(&frame));
	ck_assert_int_eq(framing_next(&framing, &data, &n_bytes, &frame), 1);
	ck_assert_ptr_eq(frame.data, bytes + 64 + 4);
	ck_assert_uint_eq(frame.size, 1);
	ck_assert_int_eq(framing_next(&framing, &data, &n_bytes, &frame), 1);
	ck_assert_uint_eq(frame.data[ROOM - 1], 3);
	ck_assert_int_eq(framing_next(&framing, &data, &n_bytes, &frame), 0);
	ck_assert_uint_eq(n_bytes, 0);
}
END_TEST

/* What is left is the whole beginning, so that it can be given again. */
START_TEST(what_is_not_whole_stays)
{
	for (size_t n = 0; n < 4 + 60; n++) {
		uint8_t *data = bytes;
		struct frame frame;
		size_t size = n;

		setup_stream();
		add_frame(60, 1);
		ck_assert_int_eq(framing_next(&framing, &data, &size, &frame), 0);
		ck_assert_ptr_eq(data, bytes);
		ck_assert_uint_eq(size, n);
	}
}
END_TEST

static const uint32_t wrong[] = {
	0, FRAMING_FRAME_MAX + 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x47455420 /* "GET " */};

START_TEST(a_length_that_no_frame_has_is_told)
{
	uint8_t *data = bytes;
	struct frame frame;

	setup_stream();
	add_frame(60, 1);
	add_length(wrong[_i]);
	ck_assert_int_eq(framing_next(&framing, &data, &n_bytes, &frame), 1);
	ck_assert_int_eq(framing_next(&framing, &data, &n_bytes, &frame), -EPROTO);
	ck_assert_uint_eq(framing.length, wrong[_i]);
}
END_TEST

/* Its beginning comes, with the size that it has; the rest is left out in any pieces. */
START_TEST(a_frame_that_is_too_long_is_left_out)
{
	enum { LONG = ROOM + 50 };

	for (size_t piece = 1; piece <= 60; piece++) {
		uint8_t *data = bytes;
		size_t given = 4 + ROOM;
		struct frame frame;
		int ret;

		setup_stream();
		add_frame(LONG, 1);
		add_frame(60, 2);
		ck_assert_int_eq(framing_next(&framing, &data, &given, &frame), 1);
		ck_assert_uint_eq(frame.size, LONG);
		ck_assert_uint_eq(framing.skip, LONG - ROOM);
		n_bytes -= 4 + ROOM;
		do {
			size_t more = n_bytes < piece ? n_bytes : piece;

			given += more;
			n_bytes -= more;
			ret = framing_next(&framing, &data, &given, &frame);
			ck_assert_int_ge(ret, 0);
		} while (ret == 0 && n_bytes > 0);
		ck_assert_int_eq(ret, 1);
		ck_assert_uint_eq(frame.size, 60);
		ck_assert_uint_eq(frame.data[0], 2);
		ck_assert_uint_eq(framing.skip, 0);
	}
}
END_TEST

START_TEST(the_longest_frame_of_any_emulator_is_one)
{
	uint8_t *data = bytes;
	size_t size = 4 + ROOM;
	struct frame frame;

	setup_stream();
	add_length(FRAMING_FRAME_MAX);
	ck_assert_int_eq(framing_next(&framing, &data, &size, &frame), 1);
	ck_assert_uint_eq(frame.size, FRAMING_FRAME_MAX);
	ck_assert_uint_eq(framing.skip, FRAMING_FRAME_MAX - ROOM);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_length_has_its_highest_byte_first),
		UNIT_TEST(frames_are_taken_where_they_lie),
		UNIT_TEST(what_is_not_whole_stays),
		UNIT_CASES(a_length_that_no_frame_has_is_told, wrong),
		UNIT_TEST(a_frame_that_is_too_long_is_left_out),
		UNIT_TEST(the_longest_frame_of_any_emulator_is_one),
	};

	return unit_run("framing", tests, UNIT_COUNT(tests));
}
