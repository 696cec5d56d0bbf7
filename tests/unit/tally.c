// SPDX-License-Identifier: GPL-2.0-or-later
/* A count that is told of when it has grown. */
#include "tally.h"

#include "unit.h"

START_TEST(what_has_grown_is_told_once_a_minute)
{
	struct tally tally = {0};

	ck_assert_uint_eq(tally_take(&tally, 0, 1), 0);
	ck_assert_uint_eq(tally_take(&tally, 5, 1), 5);
	ck_assert_uint_eq(tally_take(&tally, 9, TALLY_SILENCE), 0);
	ck_assert_uint_eq(tally_take(&tally, 9, 1 + TALLY_SILENCE), 4);
	ck_assert_uint_eq(tally_take(&tally, 9, 1000 * TALLY_SILENCE), 0);
	/* One that begins anew has not grown. */
	ck_assert_uint_eq(tally_take(&tally, 3, 1000 * TALLY_SILENCE), 0);
	ck_assert_uint_eq(tally_take(&tally, 10, 1000 * TALLY_SILENCE), 1);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {UNIT_TEST(what_has_grown_is_told_once_a_minute)};

	return unit_run("tally", tests, UNIT_COUNT(tests));
}
