// SPDX-License-Identifier: GPL-2.0-or-later
#include "filewatch.h"

#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

/* What was written does not matter: whoever handles it reads the file. */
static void filewatch_ready(struct source *source, uint32_t events)
{
	struct filewatch *watch = container_of(source, struct filewatch, source);
	char buffer[4096] __attribute__((aligned(8)));

	(void)events;
	if (read(source->fd, buffer, sizeof(buffer)) > 0)
		watch->changed(watch);
}

int filewatch_init(struct filewatch *watch, struct loop *loop,
		   void (*changed)(struct filewatch *watch))
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int ret;

	*watch = (struct filewatch){.source = {.fd = fd, .ready = filewatch_ready},
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

void filewatch_finish(struct filewatch *watch)
{
	if (watch->loop)
		loop_close(watch->loop, &watch->source);
	watch->loop = NULL;
}

int filewatch_add(struct filewatch *watch, const char *path, uint32_t events)
{
	return inotify_add_watch(watch->source.fd, path, events) < 0 ? -errno : 0;
}

void filewatch_add_sysctl(struct filewatch *watch, const char *key)
{
	char path[160];

	if (watch->loop &&
	    snprintf(path, sizeof(path), "/proc/sys/net/%s", key) < (int)sizeof(path))
		(void)filewatch_add(watch, path, IN_MODIFY);
}
