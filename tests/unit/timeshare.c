// SPDX-License-Identifier: GPL-2.0-or-later
#include "timeshare.h"

#include "unit.h"

enum { MS = 1000000, US = 1000 };

static struct timeshare share;

/* Turns of that length, one right after the other, until there has to be a pause. */
static unsigned turns(int64_t *now, int64_t length)
{
	unsigned n = 0;

	do {
		timeshare_use(&share, *now, *now + length);
		*now += length;
		n++;
	} while (timeshare_wait(&share) == 0 && n < 1000000);
	return n;
}

START_TEST(some_is_saved)
{
	int64_t now = (int64_t)3600 * 1000 * MS;
	unsigned n = turns(&now, 100 * US);

	/* 20 ms, and what came in meanwhile. */
	ck_assert_uint_ge(n, 200);
	ck_assert_uint_le(n, 230);
}
END_TEST

START_TEST(who_never_stops_has_the_eighth_part)
{
	int64_t now = (int64_t)3600 * 1000 * MS;
	int64_t start;
	int64_t had = 0;

	turns(&now, 100 * US);
	start = now;
	for (unsigned i = 0; i < 1000; i++) {
		int64_t before;

		now += (int64_t)timeshare_wait(&share) * MS;
		before = now;
		turns(&now, 100 * US);
		had += now - before;
	}
	ck_assert_int_le(had, (now - start) / 7);
	ck_assert_int_ge(had, (now - start) / 10);
}
END_TEST

START_TEST(a_pause_is_no_longer_than_it_must_be)
{
	int64_t now = (int64_t)3600 * 1000 * MS;

	/* Also where others had the CPU for a minute in the midst of the last turn. */
	turns(&now, 100 * US);
	share = (struct timeshare){.used = TIMESHARE_SAVED - 1, .since = now};
	timeshare_use(&share, now, now + (int64_t)60 * 1000 * MS);
	ck_assert_uint_ge(timeshare_wait(&share), TIMESHARE_PAUSE);
	ck_assert_uint_le(timeshare_wait(&share), TIMESHARE_PAUSE + TIMESHARE_PART);
}
END_TEST

/* What is refused in 30 us is refused a few times a pause: 8 sockets are not full in one. */
START_TEST(short_turns_have_short_pauses)
{
	share = (struct timeshare){.used = TIMESHARE_SAVED, .since = MS};

	timeshare_use(&share, MS, MS + (int64_t)30 * US);
	ck_assert_uint_eq(timeshare_wait(&share), 1);
}
END_TEST

START_TEST(who_was_quiet_may_at_once)
{
	int64_t now = (int64_t)3600 * 1000 * MS;

	turns(&now, 100 * US);
	now += (int64_t)200 * MS;
	ck_assert_uint_ge(turns(&now, 100 * US), 150);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(some_is_saved),
		UNIT_TEST(who_never_stops_has_the_eighth_part),
		UNIT_TEST(a_pause_is_no_longer_than_it_must_be),
		UNIT_TEST(who_was_quiet_may_at_once),
		UNIT_TEST(short_turns_have_short_pauses),
	};

	return unit_run("timeshare", tests, UNIT_COUNT(tests));
}
