// SPDX-License-Identifier: GPL-2.0-or-later
#include "timer.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static void timer_ready(struct source *source, uint32_t events)
{
	struct timer *timer = container_of(source, struct timer, source);
	uint64_t count;

	(void)events;
	/* A timer rearmed or disarmed in this turn has nothing to read. */
	if (read(source->fd, &count, sizeof(count)) == sizeof(count))
		timer->expired(timer);
}

int timer_init(struct timer *timer, struct loop *loop, void (*expired)(struct timer *timer))
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	int ret;

	*timer = (struct timer){
		.source = {.fd = fd, .ready = timer_ready}, .loop = loop, .expired = expired};
	ret = fd < 0 ? -errno : loop_add(loop, &timer->source, EPOLLIN);
	if (ret < 0 && fd >= 0)
		close(fd);
	if (ret < 0)
		*timer = (struct timer){0};
	return ret;
}

void timer_finish(struct timer *timer)
{
	if (timer->loop)
		loop_close(timer->loop, &timer->source);
}

void timer_arm(struct timer *timer, unsigned milliseconds)
{
	struct itimerspec when = {
		.it_value = {.tv_sec = milliseconds / 1000,
			     .tv_nsec = (milliseconds % 1000) * 1000000L + 1},
	};

	timerfd_settime(timer->source.fd, 0, &when, NULL);
}

void timer_arm_at(struct timer *timer, int64_t time)
{
	struct itimerspec when = {
		.it_value = {.tv_sec = time / 1000000000, .tv_nsec = time % 1000000000},
	};

	timerfd_settime(timer->source.fd, TFD_TIMER_ABSTIME, &when, NULL);
}

void timer_disarm(struct timer *timer)
{
	timerfd_settime(timer->source.fd, 0, &(struct itimerspec){0}, NULL);
}
