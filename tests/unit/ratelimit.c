// SPDX-License-Identifier: GPL-2.0-or-later
#include "ratelimit.h"

#include "unit.h"

static unsigned take_until_none(struct ratelimit *ratelimit, uint64_t now, unsigned tries)
{
	unsigned n = 0;

	for (unsigned i = 0; i < tries; i++)
		n += ratelimit_take(ratelimit, now);
	return n;
}

START_TEST(so_many_and_no_more)
{
	struct ratelimit ratelimit = {.per_period = 5};

	ck_assert_uint_eq(take_until_none(&ratelimit, 70, 100), 5);
	ck_assert_uint_eq(take_until_none(&ratelimit, 70 + RATELIMIT_PERIOD - 1, 100), 0);
	ck_assert_uint_eq(take_until_none(&ratelimit, 70 + RATELIMIT_PERIOD, 100), 5);
}
END_TEST

START_TEST(all_or_none)
{
	struct ratelimit ratelimit = {.per_period = 5};

	ck_assert(ratelimit_take_all(&ratelimit, 3, 1000));
	ck_assert(!ratelimit_take_all(&ratelimit, 3, 1000));
	ck_assert(ratelimit_take_all(&ratelimit, 2, 1000));
	ck_assert(!ratelimit_take(&ratelimit, 1000));
	ratelimit.per_period = 1; /* less than were taken */
	ck_assert(!ratelimit_take(&ratelimit, 1000));
}
END_TEST

START_TEST(what_was_not_taken_is_not_saved_up)
{
	struct ratelimit ratelimit = {.per_period = 5};

	ck_assert_uint_eq(take_until_none(&ratelimit, 70, 1), 1);
	ck_assert_uint_eq(take_until_none(&ratelimit, 70 + 100 * RATELIMIT_PERIOD, 100), 5);
}
END_TEST

START_TEST(none_is_none)
{
	struct ratelimit ratelimit = {0};

	ck_assert_uint_eq(take_until_none(&ratelimit, 70, 100), 0);
}
END_TEST

START_TEST(there_are_more_after_the_wait)
{
	struct ratelimit ratelimit = {.per_period = 5};

	take_until_none(&ratelimit, 70, 5);
	ck_assert_uint_eq(ratelimit_wait(&ratelimit, 70), RATELIMIT_PERIOD);
	ck_assert_uint_eq(ratelimit_wait(&ratelimit, 80), RATELIMIT_PERIOD - 10);
	ck_assert_uint_eq(ratelimit_wait(&ratelimit, 5 * RATELIMIT_PERIOD), 1);
	ck_assert(!ratelimit_take(&ratelimit, 80));
	ck_assert(ratelimit_take(&ratelimit, 80 + RATELIMIT_PERIOD - 10));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(so_many_and_no_more),
		UNIT_TEST(all_or_none),
		UNIT_TEST(what_was_not_taken_is_not_saved_up),
		UNIT_TEST(none_is_none),
		UNIT_TEST(there_are_more_after_the_wait),
	};

	return unit_run("ratelimit", tests, UNIT_COUNT(tests));
}
