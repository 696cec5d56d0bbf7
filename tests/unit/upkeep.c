// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep.h"

#include "unit.h"

START_TEST(what_is_right_is_left_alone)
{
	struct upkeep upkeep = {0};

	ck_assert_int_eq(upkeep_judge(&upkeep, true, 1), UPKEEP_RIGHT);
	ck_assert_int_eq(upkeep_judge(&upkeep, true, 2), UPKEEP_RIGHT);
}
END_TEST

START_TEST(what_changed_is_put_back_once_a_minute)
{
	struct upkeep upkeep = {0};

	ck_assert_int_eq(upkeep_judge(&upkeep, false, 1), UPKEEP_MEND);
	ck_assert_int_eq(upkeep_judge(&upkeep, true, 2), UPKEEP_RIGHT);
	ck_assert_int_eq(upkeep_judge(&upkeep, false, 1 + UPKEEP_SOON), UPKEEP_MEND);
}
END_TEST

START_TEST(what_is_changed_again_at_once_is_left)
{
	struct upkeep upkeep = {0};

	upkeep_judge(&upkeep, false, 1);
	ck_assert_int_eq(upkeep_judge(&upkeep, false, UPKEEP_SOON), UPKEEP_GIVE_UP);
	ck_assert_int_eq(upkeep_judge(&upkeep, false, UPKEEP_SOON + 1), UPKEEP_LEFT);
	ck_assert_int_eq(upkeep_judge(&upkeep, false, 100 * UPKEEP_SOON), UPKEEP_LEFT);
}
END_TEST

START_TEST(what_somebody_mended_is_ours_again)
{
	struct upkeep upkeep = {0};

	upkeep_judge(&upkeep, false, 1);
	upkeep_judge(&upkeep, false, 2);
	ck_assert_int_eq(upkeep_judge(&upkeep, true, 3), UPKEEP_RIGHT);
	ck_assert_int_eq(upkeep_judge(&upkeep, false, 4), UPKEEP_GIVE_UP);
	upkeep_judge(&upkeep, true, 5);
	ck_assert_int_eq(upkeep_judge(&upkeep, false, 1 + UPKEEP_SOON), UPKEEP_MEND);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(what_is_right_is_left_alone),
		UNIT_TEST(what_changed_is_put_back_once_a_minute),
		UNIT_TEST(what_is_changed_again_at_once_is_left),
		UNIT_TEST(what_somebody_mended_is_ours_again),
	};

	return unit_run("upkeep", tests, UNIT_COUNT(tests));
}
