// SPDX-License-Identifier: GPL-2.0-or-later
#include "allowance.h"

#include "unit.h"

static unsigned take_all(struct allowance *allowance, uint64_t now, unsigned tries)
{
	unsigned n = 0;

	for (unsigned i = 0; i < tries; i++)
		n += allowance_take(allowance, now);
	return n;
}

START_TEST(so_many_and_no_more)
{
	struct allowance allowance = {.per_period = 5};

	ck_assert_uint_eq(take_all(&allowance, 70, 100), 5);
	ck_assert_uint_eq(take_all(&allowance, 70 + ALLOWANCE_PERIOD - 1, 100), 0);
	ck_assert_uint_eq(take_all(&allowance, 70 + ALLOWANCE_PERIOD, 100), 5);
}
END_TEST

START_TEST(what_was_not_taken_is_not_saved_up)
{
	struct allowance allowance = {.per_period = 5};

	ck_assert_uint_eq(take_all(&allowance, 70, 1), 1);
	ck_assert_uint_eq(take_all(&allowance, 70 + 100 * ALLOWANCE_PERIOD, 100), 5);
}
END_TEST

START_TEST(none_is_none)
{
	struct allowance allowance = {0};

	ck_assert_uint_eq(take_all(&allowance, 70, 100), 0);
}
END_TEST

START_TEST(there_are_more_after_the_wait)
{
	struct allowance allowance = {.per_period = 5};

	take_all(&allowance, 70, 5);
	ck_assert_uint_eq(allowance_wait(&allowance, 70), ALLOWANCE_PERIOD);
	ck_assert_uint_eq(allowance_wait(&allowance, 80), ALLOWANCE_PERIOD - 10);
	ck_assert_uint_eq(allowance_wait(&allowance, 5 * ALLOWANCE_PERIOD), 1);
	ck_assert(!allowance_take(&allowance, 80));
	ck_assert(allowance_take(&allowance, 80 + ALLOWANCE_PERIOD - 10));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(so_many_and_no_more),
		UNIT_TEST(what_was_not_taken_is_not_saved_up),
		UNIT_TEST(none_is_none),
		UNIT_TEST(there_are_more_after_the_wait),
	};

	return unit_run("allowance", tests, UNIT_COUNT(tests));
}
