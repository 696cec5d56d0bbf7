// SPDX-License-Identifier: GPL-2.0-or-later
#include "leases_watch.h"

#include <sys/inotify.h>

static void leases_watch_written(struct filewatch *file)
{
	settle_disturb(&container_of(file, struct leases_watch, file)->settle);
}

static void leases_watch_settled(struct settle *settle)
{
	struct leases_watch *watch = container_of(settle, struct leases_watch, settle);

	watch->changed(watch);
}

int leases_watch_start(struct leases_watch *watch, struct loop *loop, const char *path,
		       void (*changed)(struct leases_watch *watch))
{
	int ret;

	*watch = (struct leases_watch){.changed = changed};
	ret = settle_init(&watch->settle, loop, leases_watch_settled);
	if (ret == 0)
		ret = filewatch_init(&watch->file, loop, leases_watch_written);
	if (ret == 0)
		ret = filewatch_add(&watch->file, path, IN_MODIFY | IN_CLOSE_WRITE);
	if (ret < 0)
		leases_watch_stop(watch);
	return ret;
}

void leases_watch_stop(struct leases_watch *watch)
{
	filewatch_finish(&watch->file);
	settle_finish(&watch->settle);
}
