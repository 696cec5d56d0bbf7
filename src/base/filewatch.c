// SPDX-License-Identifier: GPL-2.0-or-later
#include "filewatch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "log.h"

/* What was written does not matter: whoever handles it reads the file. */
static void filewatch_ready(struct source *source, uint32_t events)
{
	struct filewatch *watch = container_of(source, struct filewatch, source);
	char buffer[4096] __attribute__((aligned(8)));

	(void)events;
	if (read(source->fd, buffer, sizeof(buffer)) > 0)
		watch->changed(watch);
}

static void filewatch_expired(struct timer *timer)
{
	struct filewatch *watch = container_of(timer, struct filewatch, poll);

	timer_arm(timer, FILEWATCH_POLL);
	watch->changed(watch);
}

/* For want of one of inotify's; said once. 0, or -errno. */
static int filewatch_poll(struct filewatch *watch, int error)
{
	static bool said;
	int ret;

	if (watch->poll.loop)
		return 0;
	ret = timer_init(&watch->poll, watch->loop, filewatch_expired);
	if (ret < 0)
		return ret;
	timer_arm(&watch->poll, FILEWATCH_POLL);
	if (!said)
		log_info("cannot be told when files or sysctls change: %s; looking every %d s; to "
			 "be told, raise the sysctl fs.inotify.max_user_%s",
			 strerror(error), FILEWATCH_POLL / 1000,
			 error == ENOSPC ? "watches" : "instances");
	said = true;
	return 0;
}

int filewatch_init(struct filewatch *watch, struct loop *loop,
		   void (*changed)(struct filewatch *watch))
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int ret = fd < 0 ? -errno : 0;

	*watch = (struct filewatch){
		.source = {.fd = fd, .ready = filewatch_ready}, .loop = loop, .changed = changed};
	if (ret == 0)
		ret = loop_add(loop, &watch->source, EPOLLIN);
	else if (ret == -EMFILE)
		ret = filewatch_poll(watch, EMFILE);
	if (ret < 0 && fd >= 0)
		close(fd);
	if (ret < 0)
		watch->loop = NULL;
	return ret;
}

void filewatch_finish(struct filewatch *watch)
{
	if (watch->loop)
		loop_close(watch->loop, &watch->source);
	timer_finish(&watch->poll);
	watch->loop = NULL;
}

int filewatch_add(struct filewatch *watch, const char *path, uint32_t events)
{
	if (watch->source.fd < 0) /* it polls */
		return 0;
	if (inotify_add_watch(watch->source.fd, path, events) >= 0)
		return 0;
	return errno == ENOSPC ? filewatch_poll(watch, ENOSPC) : -errno;
}

void filewatch_add_sysctl(struct filewatch *watch, const char *key)
{
	char path[160];

	if (watch->loop &&
	    snprintf(path, sizeof(path), "/proc/sys/net/%s", key) < (int)sizeof(path))
		(void)filewatch_add(watch, path, IN_MODIFY);
}
