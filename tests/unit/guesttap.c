// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of the record of TAPs that cannot be looked for. The rest needs a kernel:
 * net/94-taps. */
#include "guesttap.h"
#include "unit_undolog.h"

START_TEST(the_record_stays_if_they_cannot_be_listed)
{
	bool undone;

	open_undolog();
	ck_assert_int_eq(guesttap_record(&undolog), 0);
	unit_limit_descriptors(0);
	undone = guesttap_undo(&undolog, "guesttaps");
	unit_limit_descriptors(RLIM_INFINITY);
	ck_assert(!undone);
	ck_assert_str_eq(standing(), "guesttaps;");
}
END_TEST

START_TEST(other_records_are_left_alone)
{
	open_undolog();
	add("guesttaps of others");
	ck_assert(!guesttap_undo(&undolog, "guesttaps of others"));
	ck_assert_str_eq(standing(), "guesttaps of others;");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(the_record_stays_if_they_cannot_be_listed),
		UNIT_TEST(other_records_are_left_alone),
	};

	return unit_run("guesttap", tests, UNIT_COUNT(tests));
}
