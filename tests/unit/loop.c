// SPDX-License-Identifier: GPL-2.0-or-later
/* The event loop, and the timers in it. */
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <time.h>

#include "timer.h"
#include "unit.h"

enum { MANY = LOOP_EVENTS + 8 };

struct watched {
	struct source source;
	int fd;
	unsigned calls;
	uint32_t events;
	void (*act)(struct watched *watched);
};

static struct loop loop;
static struct watched many[MANY];
static unsigned all_calls;

static void watched_ready(struct source *source, uint32_t events)
{
	struct watched *watched = container_of(source, struct watched, source);

	watched->calls++;
	watched->events = events;
	all_calls++;
	watched->act(watched);
}

static void stop(struct watched *watched)
{
	(void)watched;
	loop_stop(&loop);
}

static void take_and_go_on(struct watched *watched)
{
	eventfd_t value;

	ck_assert_int_eq(eventfd_read(watched->fd, &value), 0);
}

static void stop_at_ten(struct watched *watched)
{
	if (watched->calls == 10)
		loop_stop(&loop);
}

static void remove_itself(struct watched *watched)
{
	loop_remove(&loop, &watched->source);
}

static void remove_all(struct watched *watched)
{
	(void)watched;
	for (int i = 0; i < MANY; i++)
		loop_remove(&loop, &many[i].source);
}

/* Removed and added again within a turn: its events are of the next one. */
static void add_all_anew(struct watched *watched)
{
	remove_all(watched);
	for (int i = 0; i < MANY; i++) {
		many[i].act = stop;
		many[i].source.fd = many[i].fd;
		ck_assert_int_eq(loop_add(&loop, &many[i].source, EPOLLIN), 0);
	}
}

static void watch(struct watched *watched, int fd, void (*act)(struct watched *watched))
{
	*watched = (struct watched){
		.source = {.fd = fd, .ready = watched_ready}, .fd = fd, .act = act};
	ck_assert_int_eq(loop_add(&loop, &watched->source, EPOLLIN), 0);
}

/* Sources that are all ready. */
static void watch_many(void (*act)(struct watched *watched))
{
	ck_assert_int_eq(loop_init(&loop), 0);
	for (int i = 0; i < MANY; i++)
		watch(&many[i], eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK), act);
}

struct watched_timer {
	struct timer timer;
	unsigned calls;
	void (*act)(struct watched_timer *watched);
};

static struct watched_timer timers[2];
static struct watched_timer the_end;

static void watched_timer_expired(struct timer *timer)
{
	struct watched_timer *watched = container_of(timer, struct watched_timer, timer);

	watched->calls++;
	watched->act(watched);
}

static void make_timer(struct watched_timer *watched, void (*act)(struct watched_timer *watched))
{
	*watched = (struct watched_timer){.act = act};
	ck_assert_int_eq(timer_init(&watched->timer, &loop, watched_timer_expired), 0);
}

static void timer_does_nothing(struct watched_timer *watched)
{
	(void)watched;
}

static void timer_stops(struct watched_timer *watched)
{
	(void)watched;
	loop_stop(&loop);
}

/* Runs the loop for that long, by a timer that is armed before all others. */
static void run_for(unsigned milliseconds)
{
	make_timer(&the_end, timer_stops);
	timer_arm(&the_end.timer, milliseconds);
	ck_assert_int_eq(loop_run(&loop), 0);
	timer_finish(&the_end.timer);
}

START_TEST(a_stop_ends_the_turn)
{
	watch_many(stop);
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(all_calls, 1);
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(all_calls, 2);
}
END_TEST

START_TEST(what_is_not_read_comes_again)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	watch(&many[0], eventfd(1, EFD_CLOEXEC), stop_at_ten);
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(many[0].calls, 10);
	ck_assert_uint_eq(many[0].events, EPOLLIN);
}
END_TEST

START_TEST(more_sources_than_events_are_all_served)
{
	watch_many(take_and_go_on);
	run_for(20);
	for (int i = 0; i < MANY; i++)
		ck_assert_uint_eq(many[i].calls, 1);
}
END_TEST

START_TEST(a_closed_peer_is_told)
{
	int fds[2];

	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	watch(&many[0], fds[0], stop);
	close(fds[1]);
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert(many[0].events & EPOLLHUP);
}
END_TEST

START_TEST(a_callback_removes_itself)
{
	watch_many(remove_itself);
	run_for(20);
	for (int i = 0; i < MANY; i++) {
		ck_assert_uint_eq(many[i].calls, 1);
		ck_assert_int_eq(many[i].source.fd, -1);
		ck_assert(fcntl(many[i].fd, F_GETFD) >= 0);
	}
}
END_TEST

START_TEST(a_callback_removes_others_of_its_turn)
{
	watch_many(remove_all);
	run_for(20);
	ck_assert_uint_eq(all_calls, 1);
}
END_TEST

START_TEST(a_source_added_anew_waits_for_the_next_turn)
{
	watch_many(add_all_anew);
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(all_calls, 2);
}
END_TEST

START_TEST(a_source_that_is_not_there_can_be_removed)
{
	struct source source = {.fd = -1};

	watch_many(stop);
	loop_remove(&loop, &source);
	loop_remove(&loop, &many[0].source);
	loop_remove(&loop, &many[0].source);
	ck_assert_int_eq(many[0].source.fd, -1);
}
END_TEST

START_TEST(a_source_is_added_once)
{
	struct source bad = {.fd = 1 << 20, .ready = watched_ready};

	watch_many(stop);
	ck_assert_int_eq(loop_add(&loop, &many[0].source, EPOLLIN), -EEXIST);
	ck_assert_int_eq(loop_add(&loop, &bad, EPOLLIN), -EBADF);
}
END_TEST

START_TEST(a_finished_loop_does_not_run)
{
	struct loop zeroed = {0};

	watch_many(stop);
	loop_finish(&loop);
	loop_finish(&loop);
	loop_finish(&zeroed);
	ck_assert_int_eq(loop_run(&loop), -EBADF);
	ck_assert(fcntl(many[0].fd, F_GETFD) >= 0);
}
END_TEST

static volatile sig_atomic_t signals;

static void count_signal(int signal)
{
	(void)signal;
	signals++;
}

/* Each speaks when it has heard the other. */
static void answer(struct watched *watched)
{
	take_and_go_on(watched);
	if (all_calls == 100)
		loop_stop(&loop);
	ck_assert_int_eq(eventfd_write(many[watched == many].fd, 1), 0);
}

START_TEST(a_loop_that_spins_hears_every_answer)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	loop.spins = true;
	watch(&many[0], eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK), answer);
	watch(&many[1], eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), answer);
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(many[0].calls, 50);
	ck_assert_uint_eq(many[1].calls, 50);
}
END_TEST

START_TEST(a_signal_does_not_end_the_loop)
{
	const struct sigaction action = {.sa_handler = count_signal};
	const struct itimerval soon = {.it_value = {.tv_usec = 5000}};

	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(loop_init(&loop), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &soon, NULL), 0);
	run_for(50);
	ck_assert_int_eq(signals, 1);
}
END_TEST

START_TEST(a_timer_expires_once)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	make_timer(&timers[0], timer_does_nothing);
	timer_arm(&timers[0].timer, 1);
	run_for(30);
	ck_assert_uint_eq(timers[0].calls, 1);
}
END_TEST

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

START_TEST(a_timer_is_not_early)
{
	long long start = now();

	ck_assert_int_eq(loop_init(&loop), 0);
	run_for(25);
	ck_assert_int_ge(now() - start, 24);
}
END_TEST

START_TEST(a_timer_of_no_time_expires_too)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	run_for(0);
}
END_TEST

START_TEST(a_new_timer_is_not_armed)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	make_timer(&timers[0], timer_does_nothing);
	run_for(10);
	ck_assert_uint_eq(timers[0].calls, 0);
}
END_TEST

START_TEST(a_disarmed_timer_is_silent)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	make_timer(&timers[0], timer_does_nothing);
	timer_arm(&timers[0].timer, 1);
	timer_disarm(&timers[0].timer);
	run_for(10);
	ck_assert_uint_eq(timers[0].calls, 0);
}
END_TEST

START_TEST(arming_again_moves_a_timer)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	make_timer(&timers[0], timer_does_nothing);
	make_timer(&timers[1], timer_does_nothing);
	timer_arm(&timers[0].timer, 60000);
	timer_arm(&timers[0].timer, 1);
	timer_arm(&timers[1].timer, 1);
	timer_arm(&timers[1].timer, 60000);
	run_for(20);
	ck_assert_uint_eq(timers[0].calls, 1);
	ck_assert_uint_eq(timers[1].calls, 0);
}
END_TEST

static void timer_arms_itself(struct watched_timer *watched)
{
	if (watched->calls < 3)
		timer_arm(&watched->timer, 1);
	else
		loop_stop(&loop);
}

START_TEST(a_timer_arms_itself_again)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	make_timer(&timers[0], timer_arms_itself);
	timer_arm(&timers[0].timer, 1);
	ck_assert_int_eq(loop_run(&loop), 0);
	ck_assert_uint_eq(timers[0].calls, 3);
}
END_TEST

static struct watched_timer *other_timer(const struct watched_timer *watched)
{
	return &timers[watched == &timers[0]];
}

static void timer_disarms_other(struct watched_timer *watched)
{
	timer_disarm(&other_timer(watched)->timer);
}

static void timer_moves_other(struct watched_timer *watched)
{
	timer_arm(&other_timer(watched)->timer, 60000);
}

static void timer_finishes_both(struct watched_timer *watched)
{
	timer_finish(&other_timer(watched)->timer);
	timer_finish(&watched->timer);
}

static void (*const interferences[])(struct watched_timer *) = {
	timer_disarms_other, timer_moves_other, timer_finishes_both};

START_TEST(a_timer_silences_another_that_expired_in_its_turn)
{
	ck_assert_int_eq(loop_init(&loop), 0);
	for (int i = 0; i < 2; i++) {
		make_timer(&timers[i], interferences[_i]);
		timer_arm(&timers[i].timer, 1);
		ck_assert_int_eq(
			poll(&(struct pollfd){timers[i].timer.source.fd, POLLIN, 0}, 1, 1000), 1);
	}
	run_for(20);
	ck_assert_uint_eq(timers[0].calls + timers[1].calls, 1);
}
END_TEST

START_TEST(a_timer_is_finished_twice_or_never_made)
{
	struct timer zeroed = {0};

	ck_assert_int_eq(loop_init(&loop), 0);
	make_timer(&timers[0], timer_does_nothing);
	timer_finish(&timers[0].timer);
	timer_finish(&timers[0].timer);
	timer_finish(&zeroed);
	ck_assert_int_eq(timers[0].timer.source.fd, -1);
}
END_TEST

START_TEST(a_timer_needs_a_loop)
{
	loop.epoll_fd = -1;
	ck_assert_int_eq(timer_init(&timers[0].timer, &loop, watched_timer_expired), -EBADF);
	timer_finish(&timers[0].timer);
}
END_TEST

int main(void)
{
	const struct unit_test tests[] = {
		UNIT_TEST(a_stop_ends_the_turn),
		UNIT_TEST(what_is_not_read_comes_again),
		UNIT_TEST(more_sources_than_events_are_all_served),
		UNIT_TEST(a_closed_peer_is_told),
		UNIT_TEST(a_callback_removes_itself),
		UNIT_TEST(a_callback_removes_others_of_its_turn),
		UNIT_TEST(a_source_added_anew_waits_for_the_next_turn),
		UNIT_TEST(a_source_that_is_not_there_can_be_removed),
		UNIT_TEST(a_source_is_added_once),
		UNIT_TEST(a_finished_loop_does_not_run),
		UNIT_TEST(a_loop_that_spins_hears_every_answer),
		UNIT_TEST(a_signal_does_not_end_the_loop),
		UNIT_TEST(a_timer_expires_once),
		UNIT_TEST(a_timer_is_not_early),
		UNIT_TEST(a_timer_of_no_time_expires_too),
		UNIT_TEST(a_new_timer_is_not_armed),
		UNIT_TEST(a_disarmed_timer_is_silent),
		UNIT_TEST(arming_again_moves_a_timer),
		UNIT_TEST(a_timer_arms_itself_again),
		UNIT_CASES(a_timer_silences_another_that_expired_in_its_turn, interferences),
		UNIT_TEST(a_timer_is_finished_twice_or_never_made),
		UNIT_TEST(a_timer_needs_a_loop),
	};

	return unit_run("loop", tests, UNIT_COUNT(tests));
}
