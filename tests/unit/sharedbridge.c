// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of the record of a shared bridge that cannot be looked at. The rest needs a kernel:
 * net/46-segment. */
#include "sharedbridge.h"
#include "unit_undolog.h"

#define RECORD "segment vmnet-_0123456789 01234567-89ab-cdef-0123-456789abcdef vmnet-lab"

START_TEST(the_record_stays_if_the_bridge_cannot_be_looked_for)
{
	bool undone;

	open_undolog();
	add(RECORD);
	unit_limit_descriptors(0);
	undone = sharedbridge_undo(&undolog, RECORD);
	unit_limit_descriptors(RLIM_INFINITY);
	ck_assert(!undone);
	ck_assert_str_eq(standing(), RECORD ";");
}
END_TEST

START_TEST(that_of_a_bridge_that_is_gone_goes)
{
	open_undolog();
	add(RECORD);
	ck_assert(sharedbridge_undo(&undolog, RECORD));
	ck_assert_str_eq(standing(), "");
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(the_record_stays_if_the_bridge_cannot_be_looked_for),
		UNIT_TEST(that_of_a_bridge_that_is_gone_goes),
	};

	return unit_run("sharedbridge", tests, UNIT_COUNT(tests));
}
