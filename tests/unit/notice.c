// SPDX-License-Identifier: GPL-2.0-or-later
#include "notice.h"

#include "unit.h"

START_TEST(it_is_told_once_in_a_minute)
{
	struct notice notice = {0};

	ck_assert(notice_take(&notice, 5));
	ck_assert(!notice_take(&notice, 5));
	ck_assert(!notice_take(&notice, 5 + NOTICE_SILENCE - 1));
	ck_assert(notice_take(&notice, 5 + NOTICE_SILENCE));
	ck_assert(!notice_take(&notice, 6 + NOTICE_SILENCE));
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {UNIT_TEST(it_is_told_once_in_a_minute)};

	return unit_run("notice", tests, UNIT_COUNT(tests));
}
