// SPDX-License-Identifier: GPL-2.0-or-later
#include "loop.h"

#include <errno.h>
#include <unistd.h>

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

int loop_run(struct loop *loop)
{
	loop->stopped = false;
	while (!loop->stopped) {
		int n = epoll_wait(loop->epoll_fd, loop->events, LOOP_EVENTS, -1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		loop->pending = n;
		for (int i = 0; i < n && !loop->stopped; i++) {
			struct source *source = loop->events[i].data.ptr;

			if (source)
				source->ready(source, loop->events[i].events);
		}
		loop->pending = 0;
	}
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}
