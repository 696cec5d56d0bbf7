// SPDX-License-Identifier: GPL-2.0-or-later
/* When the next event is looked for, and when it is slept for. */
#include "spin.h"

#include "unit.h"

#define US INT64_C(1000)

static struct spin spin;
static int64_t now = US;
static const char guest, host;

/* After so long an event of the source comes, which is dealt with for a µs. */
static void comes(const void *source, int64_t after)
{
	int64_t since = now;

	now += after;
	spin_ended(&spin, source, since, now);
	now += US;
}

static void trips(unsigned n, int64_t after)
{
	for (unsigned i = 0; i < n; i++) {
		comes(&guest, after);
		comes(&host, after);
	}
}

START_TEST(answers_in_a_row_are_looked_for)
{
	ck_assert(!spin_is_worth(&spin, now));
	trips(SPIN_STREAK / 2, 20 * US);
	ck_assert(spin_is_worth(&spin, now));
}
END_TEST

START_TEST(a_few_answers_are_not)
{
	trips(SPIN_STREAK / 2 - 1, 20 * US);
	ck_assert(!spin_is_worth(&spin, now));
}
END_TEST

START_TEST(one_late_answer_ends_it)
{
	trips(SPIN_STREAK, 20 * US);
	comes(&guest, SPIN_LOOK);
	ck_assert(!spin_is_worth(&spin, now));
	trips(SPIN_STREAK / 2 - 1, 20 * US);
	ck_assert(!spin_is_worth(&spin, now));
}
END_TEST

/* What comes from one side only answers nothing: a film, a download's many frames. */
START_TEST(one_source_is_not_looked_for)
{
	for (unsigned i = 0; i < 10 * SPIN_STREAK; i++)
		comes(&guest, 20 * US);
	ck_assert(!spin_is_worth(&spin, now));
}
END_TEST

START_TEST(many_events_at_once_are_not_looked_for)
{
	trips(SPIN_STREAK, 20 * US);
	comes(NULL, 20 * US);
	ck_assert(!spin_is_worth(&spin, now));
}
END_TEST

START_TEST(who_was_busy_for_long_sleeps)
{
	trips(SPIN_STREAK, 20 * US);
	now += SPIN_AWAKE;
	ck_assert(!spin_is_worth(&spin, now));
}
END_TEST

/* Looks, and others have the CPU; how many answers later it looks again. */
static unsigned others_run(void)
{
	unsigned n = 0;

	ck_assert(!spin_goes_on(&spin, now, now, now + SPIN_LOOK));
	for (; !spin_is_worth(&spin, now); n++)
		comes(spin.last == &guest ? &host : &guest, 20 * US);
	return n;
}

START_TEST(a_busy_machine_is_left_alone)
{
	unsigned n = 0;

	trips(SPIN_STREAK, 20 * US);
	ck_assert_uint_eq(others_run(), SPIN_STREAK);
	for (unsigned i = 0; i < 20; i++) {
		unsigned before = n;

		n = others_run();
		ck_assert_uint_ge(n, before);
	}
	ck_assert_uint_eq(n, SPIN_REST + SPIN_STREAK);
}
END_TEST

START_TEST(one_that_is_idle_again_is_trusted)
{
	trips(SPIN_STREAK, 20 * US);
	for (unsigned i = 0; i < 10; i++)
		others_run();
	trips(2000, 20 * US);
	ck_assert_uint_eq(others_run(), SPIN_STREAK);
}
END_TEST

START_TEST(it_looks_for_a_moment_only)
{
	trips(SPIN_STREAK, 20 * US);
	ck_assert(spin_goes_on(&spin, now, now + US, now + 2 * US));
	ck_assert(!spin_goes_on(&spin, now, now + SPIN_LOOK - US, now + SPIN_LOOK));
	ck_assert(spin_is_worth(&spin, now));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(answers_in_a_row_are_looked_for),
		UNIT_TEST(a_few_answers_are_not),
		UNIT_TEST(one_late_answer_ends_it),
		UNIT_TEST(one_source_is_not_looked_for),
		UNIT_TEST(many_events_at_once_are_not_looked_for),
		UNIT_TEST(a_busy_machine_is_left_alone),
		UNIT_TEST(one_that_is_idle_again_is_trusted),
		UNIT_TEST(it_looks_for_a_moment_only),
		UNIT_TEST(who_was_busy_for_long_sleeps),
	};

	return unit_run("spin", tests, UNIT_COUNT(tests));
}
