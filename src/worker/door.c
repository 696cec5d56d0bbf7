// SPDX-License-Identifier: GPL-2.0-or-later
#include "door.h"

#include <errno.h>
#include <sys/socket.h>

#include "clock.h"
#include "shortage.h"

enum { DOOR_PAUSE = 500 }; /* ms */

static void door_listener_ready(struct source *source, uint32_t events)
{
	struct door *door = container_of(source, struct door, listener);
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd >= 0) {
		door->take(door, fd);
	} else if (shortage_is(errno)) {
		if (door->waits && notice_take(&door->short_of, clock_now()))
			door->waits(door, errno);
		loop_pause(door->loop, source);
		timer_arm(&door->pause, DOOR_PAUSE);
	}
}

static void door_resume(struct timer *timer)
{
	struct door *door = container_of(timer, struct door, pause);

	/* If memory ran out: try again, or nobody could ever connect. */
	if (door_is_open(door) && loop_add(door->loop, &door->listener, EPOLLIN) < 0)
		timer_arm(timer, DOOR_PAUSE);
}

int door_init(struct door *door, struct loop *loop)
{
	door->loop = loop;
	door->listener = (struct source){.fd = -1, .ready = door_listener_ready};
	return timer_init(&door->pause, loop, door_resume);
}

int door_open(struct door *door, int fd)
{
	int ret;

	door->listener.fd = fd;
	ret = loop_add(door->loop, &door->listener, EPOLLIN);
	if (ret < 0)
		door->listener.fd = -1;
	return ret;
}

bool door_is_open(const struct door *door)
{
	return door->listener.fd >= 0;
}

void door_finish(struct door *door)
{
	if (!door->loop)
		return;
	loop_close(door->loop, &door->listener);
	timer_finish(&door->pause);
}
