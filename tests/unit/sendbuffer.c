// SPDX-License-Identifier: GPL-2.0-or-later
#include "sendbuffer.h"

#include "unit.h"

enum { MTU = 1500, SECOND = 1000000000 };

static const uint32_t least = SENDBUFFER_FRAMES * SENDBUFFER_FRAME;

START_TEST(more_where_all_was_read_before_we_came)
{
	struct sendbuffer buffer;
	uint32_t before;

	sendbuffer_init(&buffer, MTU, 0);
	before = buffer.size;
	ck_assert(sendbuffer_has_room(&buffer, 0, 1));
	ck_assert_uint_eq(buffer.size, 2 * before);
	for (int i = 0; i < 10; i++)
		sendbuffer_has_room(&buffer, 0, 2);
	ck_assert_uint_eq(buffer.size, SENDBUFFER_MAX);
	ck_assert(!sendbuffer_has_room(&buffer, 0, 3));
}
END_TEST

START_TEST(less_where_some_was_always_left)
{
	struct sendbuffer buffer;
	uint32_t before;

	sendbuffer_init(&buffer, MTU, 0);
	before = buffer.size;
	ck_assert(!sendbuffer_has_room(&buffer, 9000, 1));
	ck_assert(!sendbuffer_has_room(&buffer, 5000, 2));
	ck_assert(sendbuffer_has_room(&buffer, 8000, SECOND));
	ck_assert_uint_eq(buffer.size, before - 5000);
	for (int64_t i = 2; i < 50; i++)
		sendbuffer_has_room(&buffer, buffer.size / 4, i * SECOND);
	ck_assert_uint_eq(buffer.size, least);
	ck_assert(!sendbuffer_has_room(&buffer, 1, 50 * (int64_t)SECOND));
}
END_TEST

/* A peer that is now slow, now fast, has what it needs when it is fast. */
START_TEST(once_in_time_is_not_enough_for_less)
{
	struct sendbuffer buffer;
	uint32_t before;

	sendbuffer_init(&buffer, MTU, 0);
	sendbuffer_has_room(&buffer, 0, SECOND / 2);
	before = buffer.size;
	ck_assert(!sendbuffer_has_room(&buffer, 9000, SECOND / 2 + SECOND / 20));
	ck_assert_uint_eq(buffer.size, before);
}
END_TEST

START_TEST(two_frames_of_the_largest_size_fit)
{
	struct sendbuffer buffer;

	sendbuffer_init(&buffer, 65520, 0);
	for (int64_t i = 1; i < 50; i++)
		sendbuffer_has_room(&buffer, buffer.size / 4, i * SECOND);
	ck_assert_uint_ge(buffer.size, 2 * 65534);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(more_where_all_was_read_before_we_came),
		UNIT_TEST(less_where_some_was_always_left),
		UNIT_TEST(once_in_time_is_not_enough_for_less),
		UNIT_TEST(two_frames_of_the_largest_size_fit),
	};

	return unit_run("sendbuffer", tests, UNIT_COUNT(tests));
}
