// SPDX-License-Identifier: GPL-2.0-or-later
#include "throttle.h"

#include "clock.h"
#include "unit.h"

#define MS INT64_C(1000000)

static struct loop loop;
static struct throttles throttles;
static struct throttle some[THROTTLES_MAX];
static unsigned n_reached;
static int64_t last_due;
static unsigned wanted;

static void reached(struct throttle *throttle)
{
	ck_assert(!throttle_waits(throttle));
	ck_assert_int_le(throttle->due, clock_ns());
	n_reached++;
	if (n_reached == wanted)
		loop_stop(&loop);
}

static void reached_in_order(struct throttle *throttle)
{
	ck_assert_int_le(last_due, throttle->due);
	last_due = throttle->due;
	reached(throttle);
}

static void begin(void)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(throttles_init(&throttles, &loop), 0);
}

static void end(void)
{
	ck_assert_uint_eq(throttles.n, 0);
	throttles_finish(&throttles);
	throttles_finish(&throttles);
	loop_finish(&loop);
}

/* At that rate, with a debt of so many bytes. */
static void owe(struct throttle *throttle, uint64_t rate, uint32_t bytes,
		void (*function)(struct throttle *throttle))
{
	int64_t now = clock_ns();

	throttle_begin(throttle, &throttles, rate, now, function);
	throttle_take(throttle, (uint32_t)throttle_allows(throttle, now) + bytes);
	throttle_wait(throttle, now);
	ck_assert(throttle_waits(throttle));
}

static void run(unsigned n)
{
	n_reached = 0;
	wanted = n;
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(n_reached, n);
}

START_TEST(without_a_rate_all_may_pass)
{
	struct throttle throttle = {0};

	throttle_take(&throttle, UINT32_MAX);
	ck_assert_int_eq(throttle_allows(&throttle, 1), INT64_MAX);
	ck_assert(!throttle_waits(&throttle));
	throttle_stop(&throttle);
	throttle_end(&throttle);
}
END_TEST

START_TEST(it_is_called_when_the_debt_is_paid)
{
	int64_t before;

	begin();
	before = clock_ns();
	owe(&some[0], 80000, 100, reached); /* 10 ms */
	run(1);
	ck_assert_int_ge(clock_ns() - before, 10 * MS);
	ck_assert_int_gt(throttle_allows(&some[0], clock_ns()), 0);
	/* However high the rate: not for every byte. */
	owe(&some[0], TOKENS_RATE_MAX, 1, reached);
	ck_assert_int_ge(some[0].due - clock_ns(), 0);
	run(1);
	/* Where something may pass, at once. */
	throttle_begin(&some[0], &throttles, 80000, clock_ns(), reached);
	throttle_wait(&some[0], clock_ns());
	run(1);
	end();
}
END_TEST

START_TEST(each_is_called_in_its_turn)
{
	uint64_t seed = 1;

	begin();
	for (unsigned round = 0; round < 5; round++) {
		unsigned waiting = 0;

		last_due = 0;
		for (unsigned i = 0; i < THROTTLES_MAX; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
			owe(&some[i], 80000000, (uint32_t)(seed >> 33) % 400000, reached_in_order);
		}
		/* Some change their minds. */
		for (unsigned i = 0; i < THROTTLES_MAX; i += 3) {
			if (i % 2)
				throttle_end(&some[i]);
			else
				throttle_wait(&some[i], clock_ns());
		}
		for (unsigned i = 0; i < THROTTLES_MAX; i++) {
			waiting += throttle_waits(&some[i]);
			if (some[i].place > 1)
				ck_assert_int_le(throttles.heap[some[i].place / 2 - 1]->due,
						 some[i].due);
			if (some[i].place > 0)
				ck_assert_ptr_eq(throttles.heap[some[i].place - 1], &some[i]);
		}
		ck_assert_uint_eq(waiting, throttles.n);
		run(waiting);
	}
	end();
}
END_TEST

static int pipe_ends[2];
static struct source other;
static unsigned n_others;

static void other_ready(struct source *source, uint32_t events)
{
	(void)source;
	(void)events;
	n_others++;
	/* At most a turn's are called before each of ours. */
	ck_assert_uint_le(n_reached, n_others * THROTTLES_TURN);
}

START_TEST(others_of_the_loop_have_their_turn)
{
	begin();
	ck_assert_int_eq(pipe2(pipe_ends, O_CLOEXEC), 0);
	ck_assert_int_eq(write(pipe_ends[1], "", 1), 1);
	other = (struct source){.fd = pipe_ends[0], .ready = other_ready};
	ck_assert_int_eq(loop_add(&loop, &other, EPOLLIN), 0);
	for (unsigned i = 0; i < 100; i++)
		owe(&some[i], TOKENS_RATE_MAX, 1, reached);
	run(100);
	ck_assert_uint_ge(n_others, 100 / THROTTLES_TURN);
	loop_remove(&loop, &other);
	end();
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(without_a_rate_all_may_pass),
		UNIT_TEST(it_is_called_when_the_debt_is_paid),
		UNIT_TEST(each_is_called_in_its_turn),
		UNIT_TEST(others_of_the_loop_have_their_turn),
	};

	return unit_run("throttle", tests, UNIT_COUNT(tests));
}
