// SPDX-License-Identifier: GPL-2.0-or-later
#include "sysctlwatch.h"

#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

/* What was written does not matter: it is read where it is looked at. */
static void sysctlwatch_ready(struct source *source, uint32_t events)
{
	struct sysctlwatch *watch = container_of(source, struct sysctlwatch, source);
	char buffer[4096] __attribute__((aligned(8)));

	(void)events;
	if (read(source->fd, buffer, sizeof(buffer)) > 0)
		watch->changed(watch);
}

int sysctlwatch_init(struct sysctlwatch *watch, struct loop *loop,
		     void (*changed)(struct sysctlwatch *watch))
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int ret;

	*watch = (struct sysctlwatch){.source = {.fd = fd, .ready = sysctlwatch_ready},
				      .changed = changed};
	if (fd < 0)
		return -errno;
	ret = loop_add(loop, &watch->source, EPOLLIN);
	if (ret < 0)
		close(fd);
	else
		watch->loop = loop;
	return ret;
}

void sysctlwatch_finish(struct sysctlwatch *watch)
{
	if (watch->loop)
		loop_close(watch->loop, &watch->source);
	watch->loop = NULL;
}

void sysctlwatch_add(struct sysctlwatch *watch, const char *key)
{
	char path[160];

	if (watch->loop &&
	    snprintf(path, sizeof(path), "/proc/sys/net/%s", key) < (int)sizeof(path))
		inotify_add_watch(watch->source.fd, path, IN_MODIFY);
}
