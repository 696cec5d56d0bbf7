// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "clock.h"

int loop_init(struct loop *loop)
{
	*loop = (struct loop){.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
	return loop->epoll_fd < 0 ? -errno : 0;
}

void loop_finish(struct loop *loop)
{
	if (loop->epoll_fd > 0)
		close(loop->epoll_fd);
	loop->epoll_fd = -1;
}

int loop_add(struct loop *loop, struct source *source, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0 ? -errno : 0;
}

void loop_watch(struct loop *loop, struct source *source, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &event);
}

void loop_pause(struct loop *loop, const struct source *source)
{
	if (source->fd < 0)
		return;
	epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	for (int i = 0; i < loop->pending; i++) {
		if (loop->events[i].data.ptr == source)
			loop->events[i].data.ptr = NULL;
	}
}

void loop_remove(struct loop *loop, struct source *source)
{
	loop_pause(loop, source);
	source->fd = -1;
}

void loop_close(struct loop *loop, struct source *source)
{
	int fd = source->fd;

	if (fd < 0)
		return;
	loop_remove(loop, source);
	close(fd);
}

static int loop_sleep(struct loop *loop)
{
	return epoll_wait(loop->epoll_fd, loop->events, LOOP_EVENTS, -1);
}

/* Lets other processes run first. 0: it is better to sleep. */
static int loop_look(struct loop *loop, int64_t since)
{
	int64_t yielded;
	int n;

	do {
		n = epoll_wait(loop->epoll_fd, loop->events, LOOP_EVENTS, 0);
		if (n != 0)
			break;
		yielded = clock_ns();
		sched_yield();
	} while (spin_goes_on(&loop->spin, since, yielded, clock_ns()));
	return n;
}

static int loop_spin(struct loop *loop)
{
	int64_t since = clock_ns();
	int n = spin_is_worth(&loop->spin, since) ? loop_look(loop, since) : 0;

	if (n == 0)
		n = loop_sleep(loop);
	spin_ended(&loop->spin, n == 1 ? loop->events[0].data.ptr : NULL, since, clock_ns());
	return n;
}

/* Serves n events. */
static void loop_serve(struct loop *loop, int n)
{
	loop->pending = n;
	for (int i = 0; i < n && !loop->stopped; i++) {
		struct source *source = loop->events[i].data.ptr;

		if (source)
			source->ready(source, loop->events[i].events);
	}
	loop->pending = 0;
}

int loop_run(struct loop *loop)
{
	loop->stopped = false;
	while (!loop->stopped) {
		int n = loop->spins ? loop_spin(loop) : loop_sleep(loop);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		loop_serve(loop, n);
	}
	return 0;
}

void loop_serve_one(struct loop *loop)
{
	/* The kernel moves the source that it reports to the end of its list of ready ones. */
	int n = epoll_wait(loop->epoll_fd, loop->events, 1, 0);

	loop_serve(loop, n > 0 ? n : 0);
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}
