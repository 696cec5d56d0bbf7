// SPDX-License-Identifier: GPL-2.0-or-later
#include "settle.h"

#include "unit.h"

struct churn {
	struct loop loop;
	struct settle settle;
	struct timer timer; /* the changes */
	unsigned disturbed;
	unsigned most;
	unsigned settled;
	unsigned before; /* changes before the first look */
};

static void churn_settled(struct settle *settle)
{
	struct churn *churn = container_of(settle, struct churn, settle);

	if (churn->settled++ == 0)
		churn->before = churn->disturbed;
	if (churn->disturbed == churn->most)
		loop_stop(&churn->loop);
}

static void churn_disturb(struct timer *timer)
{
	struct churn *churn = container_of(timer, struct churn, timer);

	settle_disturb(&churn->settle);
	if (++churn->disturbed < churn->most)
		timer_arm(timer, 10);
}

/* So many changes, 10 ms apart. */
static void churn_run(struct churn *churn, unsigned changes)
{
	*churn = (struct churn){.most = changes};
	ck_assert_int_eq(loop_init(&churn->loop), 0);
	ck_assert_int_eq(settle_init(&churn->settle, &churn->loop, churn_settled), 0);
	ck_assert_int_eq(timer_init(&churn->timer, &churn->loop, churn_disturb), 0);
	timer_arm(&churn->timer, 1);
	ck_assert_int_eq(loop_run(&churn->loop), 0);
	timer_finish(&churn->timer);
	settle_finish(&churn->settle);
	loop_finish(&churn->loop);
}

START_TEST(one_change_is_looked_at_once)
{
	struct churn churn;

	churn_run(&churn, 1);
	ck_assert_uint_eq(churn.settled, 1);
}
END_TEST

/* On a busy machine the changes come further apart: even fewer of them are waited for. */
START_TEST(changes_without_an_end_are_looked_at_in_time)
{
	struct churn churn;

	churn_run(&churn, 100);
	ck_assert_uint_ge(churn.settled, 3);
	ck_assert_uint_lt(churn.settled, 100);
	ck_assert_uint_le(churn.before, SETTLE_MOST / 10 + 1);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(one_change_is_looked_at_once),
		UNIT_TEST(changes_without_an_end_are_looked_at_in_time),
	};

	return unit_run("settle", tests, UNIT_COUNT(tests));
}
