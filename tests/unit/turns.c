// SPDX-License-Identifier: GPL-2.0-or-later
#include "turns.h"

#include <sys/eventfd.h>

#include "clock.h"
#include "unit.h"

enum {
	MANY = 40,
	MS = 1000000, /* ns */
};

struct counted {
	struct source source;
	unsigned calls;
	int64_t takes; /* ns */
};

static struct loop loop;
static struct turns turns;
static struct counted inside[MANY];
static struct counted beside;
static unsigned calls_inside;
/* When the loop is stopped: calls of one kind or the other, or a time; 0: never. */
static unsigned stop_beside;
static unsigned stop_inside;
static int64_t stop_time;

static void ready_inside(struct source *source, uint32_t events)
{
	struct counted *counted = container_of(source, struct counted, source);
	int64_t end = clock_ns() + counted->takes;

	(void)events;
	counted->calls++;
	calls_inside++;
	while (clock_ns() < end)
		;
}

static void ready_beside(struct source *source, uint32_t events)
{
	struct counted *counted = container_of(source, struct counted, source);

	(void)events;
	counted->calls++;
	if ((stop_beside && counted->calls >= stop_beside) ||
	    (stop_inside && calls_inside >= stop_inside) || (stop_time && clock_ns() >= stop_time))
		loop_stop(&loop);
}

static void watch(struct loop *where, struct counted *counted,
		  void (*ready)(struct source *, uint32_t))
{
	counted->source = (struct source){.fd = eventfd(1, EFD_CLOEXEC), .ready = ready};
	ck_assert_int_eq(loop_add(where, &counted->source, EPOLLIN), 0);
}

/* All are ready all the time, and one beside them. */
static void begin(unsigned n, int64_t takes)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(turns_init(&turns, &loop), 0);
	for (unsigned i = 0; i < n; i++) {
		inside[i].takes = takes;
		watch(&turns.loop, &inside[i], ready_inside);
	}
	watch(&loop, &beside, ready_beside);
}

START_TEST(one_is_served_a_turn_and_each_in_its_turn)
{
	begin(MANY, 0);
	stop_beside = 10 * MANY;
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_le(calls_inside, beside.calls + 1);
	for (int i = 0; i < MANY; i++) {
		ck_assert_uint_ge(inside[i].calls, calls_inside / MANY);
		ck_assert_uint_le(inside[i].calls, calls_inside / MANY + 1);
	}
}
END_TEST

START_TEST(all_together_have_a_share)
{
	int64_t start = clock_ns();
	int64_t took;

	begin(MANY, MS);
	stop_time = start + 200 * MS;
	ck_assert_int_eq(loop_run(&loop), 0);
	took = clock_ns() - start;
	/* Each is reckoned at 1 ms, whatever else ran meanwhile. */
	ck_assert_int_le(calls_inside,
			 TIMESHARE_SAVED / MS + took / MS / TIMESHARE_PART + 2 * TIMESHARE_PART);
	ck_assert_uint_ge(calls_inside, TIMESHARE_SAVED / MS);
	ck_assert_uint_gt(beside.calls, calls_inside);
}
END_TEST

START_TEST(after_a_pause_it_goes_on)
{
	begin(1, MS);
	stop_inside = 2 * TIMESHARE_SAVED / MS;
	ck_assert_int_eq(loop_run(&loop), 0);
}
END_TEST

START_TEST(it_is_finished_twice_or_never_made)
{
	turns_finish(&turns);
	begin(1, 0);
	turns_finish(&turns);
	turns_finish(&turns);
	stop_beside = 3;
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(calls_inside, 0);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(one_is_served_a_turn_and_each_in_its_turn),
		UNIT_TEST(all_together_have_a_share),
		UNIT_TEST(after_a_pause_it_goes_on),
		UNIT_TEST(it_is_finished_twice_or_never_made),
	};

	return unit_run("turns", tests, UNIT_COUNT(tests));
}
