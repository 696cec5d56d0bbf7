// SPDX-License-Identifier: GPL-2.0-or-later
#include "turns.h"

#include <unistd.h>

#include "clock.h"

static void turns_ready(struct source *source, uint32_t events)
{
	struct turns *turns = container_of(source, struct turns, source);
	int64_t from = clock_ns();
	unsigned wait;

	(void)events;
	loop_serve_one(&turns->loop);
	timeshare_use(&turns->share, from, clock_ns());
	wait = timeshare_wait(&turns->share);
	if (wait == 0)
		return;
	loop_pause(turns->outer, source);
	timer_arm(&turns->pause, wait);
}

static void turns_resume(struct timer *timer)
{
	struct turns *turns = container_of(timer, struct turns, pause);

	if (loop_add(turns->outer, &turns->source, EPOLLIN) < 0) /* out of memory */
		timer_arm(timer, TIMESHARE_PAUSE);
}

int turns_init(struct turns *turns, struct loop *outer)
{
	int ret = loop_init(&turns->loop);

	if (ret < 0)
		return ret;
	turns->outer = outer;
	turns->source = (struct source){.fd = turns->loop.epoll_fd, .ready = turns_ready};
	ret = timer_init(&turns->pause, outer, turns_resume);
	return ret < 0 ? ret : loop_add(outer, &turns->source, EPOLLIN);
}

void turns_finish(struct turns *turns)
{
	if (!turns->outer)
		return;
	timer_finish(&turns->pause);
	loop_remove(turns->outer, &turns->source);
	loop_finish(&turns->loop);
	turns->outer = NULL;
}
