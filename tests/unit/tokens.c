// SPDX-License-Identifier: GPL-2.0-or-later
#include "tokens.h"

#include <stdbool.h>

#include "unit.h"

#define SECOND INT64_C(1000000000) /* ns */

static const int64_t begin = 5 * SECOND + 7;

static const uint64_t rates[] = {
	TOKENS_RATE_MIN,
	TOKENS_RATE_MIN + 1,
	64000,
	999999,
	10000000,
	999999999,
	1000000000,
	1000000001,
	UINT64_C(12345678901),
	40000000000,
	TOKENS_RATE_MAX - 1,
	TOKENS_RATE_MAX,
};

static int64_t burst_of(uint64_t rate)
{
	int64_t bytes = (int64_t)(rate / 800);

	return bytes > TOKENS_BURST_MIN ? bytes : TOKENS_BURST_MIN;
}

START_TEST(a_bucket_begins_full_and_holds_a_burst)
{
	struct tokens tokens;
	int64_t burst = burst_of(rates[_i]);

	tokens_init(&tokens, rates[_i], begin);
	ck_assert_int_ge(tokens_left(&tokens, begin), burst);
	ck_assert_int_le(tokens_left(&tokens, begin), burst + 1);
	ck_assert_int_le(tokens_left(&tokens, begin + 3600 * SECOND), burst + 1);
	tokens_take(&tokens, (uint32_t)burst + 1);
	ck_assert_int_le(tokens_left(&tokens, begin + 3600 * SECOND), 0);
}
END_TEST

/* However often one looks: no more than the burst, the rate's bytes, and one frame. And all of it.
 */
START_TEST(what_passes_is_the_rate)
{
	static const int64_t steps[] = {1, 3, 999, 1000000, 333333333, SECOND, 7 * SECOND + 1};

	for (unsigned i = 0; i < UNIT_COUNT(steps); i++) {
		struct tokens tokens;
		int64_t now = begin;
		double allowed = (double)burst_of(rates[_i]);
		double passed = 0;
		bool always = true; /* the bucket was never full, so nothing was lost */

		tokens_init(&tokens, rates[_i], now);
		for (unsigned n = 0; n < 2000; n++) {
			int64_t left = tokens_left(&tokens, now);

			always &= n == 0 || left <= burst_of(rates[_i]) - 1;
			while (left > 0) {
				uint32_t size = left > 1000000000 ? 1000000000 : (uint32_t)left;

				tokens_take(&tokens, size);
				passed += size;
				left = tokens_left(&tokens, now);
			}
			if (passed > allowed + 2 + allowed * 1e-9)
				ck_abort_msg("%f of %f", passed, allowed);
			now += steps[i];
			allowed += (double)rates[_i] / 8 * (double)steps[i] / SECOND;
		}
		allowed -= (double)rates[_i] / 8 * (double)steps[i] / SECOND;
		if (always)
			ck_assert_msg(passed >= allowed - 2 - allowed * 1e-9, "%f of %f", passed,
				      allowed);
	}
}
END_TEST

START_TEST(who_has_taken_more_waits_until_it_is_paid)
{
	struct tokens tokens;
	int64_t bit = SECOND / (int64_t)rates[_i] + 2; /* ns, and what is rounded */
	int64_t now = begin;

	tokens_init(&tokens, rates[_i], now);
	ck_assert_int_eq(tokens_due(&tokens), now);
	for (unsigned i = 0; i < 1000; i++) {
		int64_t due;

		tokens_take(&tokens, (uint32_t)tokens_left(&tokens, now));
		tokens_take(&tokens, i * 65);
		due = tokens_due(&tokens);
		ck_assert_int_gt(due, now);
		if (due - bit > now)
			ck_assert_int_le(tokens_left(&tokens, due - bit), 0);
		now = due;
		ck_assert_int_gt(tokens_left(&tokens, now), 0);
	}
}
END_TEST

/* The time stands still, goes back, or jumps by centuries. */
START_TEST(whatever_the_clock_does)
{
	static const int64_t jumps[] = {
		0, -1, -SECOND, INT64_MIN / 2, 3600 * SECOND, INT64_MAX / 2};

	for (unsigned i = 0; i < UNIT_COUNT(jumps); i++) {
		struct tokens tokens;

		tokens_init(&tokens, rates[_i], begin);
		tokens_take(&tokens, (uint32_t)tokens_left(&tokens, begin));
		if (jumps[i] <= 0)
			ck_assert_int_le(tokens_left(&tokens, begin + jumps[i]), 0);
		else
			ck_assert_int_ge(tokens_left(&tokens, begin + jumps[i]),
					 burst_of(rates[_i]));
		ck_assert_int_le(tokens_left(&tokens, INT64_MAX), burst_of(rates[_i]) + 1);
	}
}
END_TEST

/* What cannot come, since nobody takes without a look: a debt of 4 GB more each time. */
START_TEST(a_debt_without_end)
{
	struct tokens tokens;

	tokens_init(&tokens, rates[_i], begin);
	for (unsigned i = 0; i < 1000; i++)
		tokens_take(&tokens, UINT32_MAX);
	ck_assert_int_lt(tokens_left(&tokens, begin), 0);
	ck_assert_int_gt(tokens_due(&tokens), begin);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_CASES(a_bucket_begins_full_and_holds_a_burst, rates),
		UNIT_CASES(what_passes_is_the_rate, rates),
		UNIT_CASES(who_has_taken_more_waits_until_it_is_paid, rates),
		UNIT_CASES(whatever_the_clock_does, rates),
		UNIT_CASES(a_debt_without_end, rates),
	};

	return unit_run("tokens", tests, UNIT_COUNT(tests));
}
