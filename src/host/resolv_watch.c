// SPDX-License-Identifier: GPL-2.0-or-later
#include "resolv_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	RESOLV_WATCH_LINKS_MAX = 40, /* as many as the kernel follows */
	RESOLV_WATCH_DIRECTORY = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
				 IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR,
	/* The file itself, too: it may be a mount, whose file changes in another directory. */
	RESOLV_WATCH_FILE = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF,
};

/* How far the path has been followed. */
struct resolv_watch_way {
	char at[PATH_MAX];   /* a directory, with links resolved */
	char rest[PATH_MAX]; /* of the path, from there */
	unsigned links;
	bool complete; /* everything could be watched */
};

static void resolv_watch_add(struct resolv_watch *watch, struct resolv_watch_way *way,
			     const char *path, uint32_t mask, const char *name)
{
	struct resolv_watch_step *step = &watch->steps[watch->n_steps];

	if (watch->n_steps == RESOLV_WATCH_STEPS_MAX) {
		way->complete = false;
		return;
	}
	step->wd = inotify_add_watch(watch->events.fd, path, mask);
	if (step->wd < 0) {
		way->complete &= errno == ENOENT;
		return;
	}
	snprintf(step->name, sizeof(step->name), "%s", name);
	watch->n_steps++;
}

/* Takes the next name off the rest; false: there is none. */
static bool resolv_watch_next(struct resolv_watch_way *way, char name[NAME_MAX + 1])
{
	const char *start = way->rest + strspn(way->rest, "/");
	size_t length = strcspn(start, "/");

	if (length == 0 || length > NAME_MAX)
		return false;
	memcpy(name, start, length);
	name[length] = '\0';
	memmove(way->rest, start + length, strlen(start + length) + 1);
	return true;
}

/* Continues at the link's target. False: too long, or too many links. */
static bool resolv_watch_follow(struct resolv_watch_way *way, const char *target)
{
	char rest[PATH_MAX];

	if (snprintf(rest, sizeof(rest), "%s/%s", target, way->rest) >= (int)sizeof(rest) ||
	    ++way->links > RESOLV_WATCH_LINKS_MAX)
		return false;
	memcpy(way->rest, rest, sizeof(rest));
	if (target[0] == '/')
		way->at[0] = '\0';
	return true;
}

static void resolv_watch_go_up(struct resolv_watch_way *way)
{
	char *slash = strrchr(way->at, '/');

	if (slash)
		*slash = '\0';
}

/* Follows one name. False: the path ends there. */
static bool resolv_watch_go(struct resolv_watch *watch, struct resolv_watch_way *way,
			    const char *name)
{
	char target[PATH_MAX];
	char path[PATH_MAX];
	ssize_t n;

	if (strcmp(name, ".") == 0)
		return true;
	if (strcmp(name, "..") == 0) {
		resolv_watch_go_up(way);
		return true;
	}
	if (snprintf(path, sizeof(path), "%s/%s", way->at, name) >= (int)sizeof(path))
		return false;
	resolv_watch_add(watch, way, *way->at ? way->at : "/", RESOLV_WATCH_DIRECTORY, name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n >= 0) {
		target[n] = '\0';
		return resolv_watch_follow(way, target);
	}
	memcpy(way->at, path, sizeof(path));
	return errno == EINVAL; /* it exists, and is not a link */
}

/* Removes watches that no step uses any more. */
static void resolv_watch_drop(struct resolv_watch *watch, const int *before, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		bool used = false;

		for (unsigned j = 0; j < watch->n_steps; j++)
			used |= watch->steps[j].wd == before[i];
		if (!used)
			inotify_rm_watch(watch->events.fd, before[i]);
	}
}

bool resolv_watch_renew(struct resolv_watch *watch)
{
	struct resolv_watch_way way = {.complete = true};
	int before[RESOLV_WATCH_STEPS_MAX];
	unsigned n = watch->n_steps;
	char name[NAME_MAX + 1];
	bool there = true;

	if (watch->events.fd < 0 || !watch->loop)
		return false;
	for (unsigned i = 0; i < n; i++)
		before[i] = watch->steps[i].wd;
	watch->n_steps = 0;
	snprintf(way.rest, sizeof(way.rest), "%s", watch->path);
	while (there && resolv_watch_next(&way, name))
		there = resolv_watch_go(watch, &way, name);
	if (there)
		resolv_watch_add(watch, &way, way.at, RESOLV_WATCH_FILE, "");
	resolv_watch_drop(watch, before, n);
	return way.complete && watch->mounts.fd >= 0;
}

/* Whether the event concerns a name on the path. */
static bool resolv_watch_concerns(const struct resolv_watch *watch,
				  const struct inotify_event *event)
{
	bool of_itself = event->len == 0; /* a directory, the file itself, or an overflow */

	if (event->mask & IN_IGNORED) /* its cause was reported before, or we removed the watch */
		return false;
	for (unsigned i = 0; i < watch->n_steps && !of_itself; i++) {
		if (watch->steps[i].wd == event->wd &&
		    strcmp(watch->steps[i].name, event->name) == 0)
			return true;
	}
	return of_itself;
}

static void resolv_watch_ready(struct source *source, uint32_t events)
{
	struct resolv_watch *watch = container_of(source, struct resolv_watch, events);
	_Alignas(struct inotify_event) char buffer[4096];
	ssize_t n = read(source->fd, buffer, sizeof(buffer));
	bool concerns = false;

	(void)events;
	for (ssize_t i = 0; i < n;) {
		const struct inotify_event *event = (const void *)(buffer + i);

		concerns |= resolv_watch_concerns(watch, event);
		i += (ssize_t)sizeof(*event) + event->len;
	}
	if (concerns)
		watch->changed(watch);
}

static void resolv_watch_mounted(struct source *source, uint32_t events)
{
	struct resolv_watch *watch = container_of(source, struct resolv_watch, mounts);

	(void)events;
	watch->changed(watch);
}

int resolv_watch_start(struct resolv_watch *watch, struct loop *loop, const char *path,
		       void (*changed)(struct resolv_watch *watch))
{
	int ret = 0;

	*watch = (struct resolv_watch){
		.loop = loop, .path = path, .changed = changed, .events.fd = -1, .mounts.fd = -1};
	watch->events.ready = resolv_watch_ready;
	watch->mounts.ready = resolv_watch_mounted;
	watch->events.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->events.fd < 0)
		return -errno;
	ret = loop_add(loop, &watch->events, EPOLLIN);
	watch->mounts.fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (ret == 0)
		ret = watch->mounts.fd < 0 ? -errno : loop_add(loop, &watch->mounts, EPOLLPRI);
	return ret;
}

void resolv_watch_stop(struct resolv_watch *watch)
{
	if (!watch->loop)
		return;
	loop_close(watch->loop, &watch->events);
	loop_close(watch->loop, &watch->mounts);
	*watch = (struct resolv_watch){0};
}
