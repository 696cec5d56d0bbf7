// SPDX-License-Identifier: GPL-2.0-or-later
#include "filewatch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hash.h"
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

/* A sysctl's value tells of a change, and of other files when they were written. */
static uint64_t filewatch_hash_file(uint64_t hash, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	struct stat st = {0};
	char value[64];
	ssize_t n = 0;

	if (fd < 0)
		return hash_fnv64(hash, "", 1);
	if (fstat(fd, &st) == 0 && st.st_size == 0)
		n = read(fd, value, sizeof(value));
	close(fd);
	hash = hash_fnv64(hash, &st.st_ino, sizeof(st.st_ino));
	if (n > 0)
		return hash_fnv64(hash, value, (size_t)n);
	hash = hash_fnv64(hash, &st.st_size, sizeof(st.st_size));
	return hash_fnv64(hash, &st.st_mtim, sizeof(st.st_mtim));
}

static uint64_t filewatch_hash(const struct filewatch *watch)
{
	uint64_t hash = HASH_FNV64;

	for (unsigned i = 0; i < watch->n_files; i++)
		hash = filewatch_hash_file(hash, watch->files[i]);
	return hash;
}

static void filewatch_expired(struct timer *timer)
{
	struct filewatch *watch = container_of(timer, struct filewatch, poll);
	uint64_t now = filewatch_hash(watch);

	timer_arm(timer, FILEWATCH_POLL);
	if (now == watch->seen)
		return;
	watch->seen = now;
	watch->changed(watch);
}

/* For want of one of inotify's. 0, or -errno. */
static int filewatch_begin_poll(struct filewatch *watch, int error)
{
	int ret = timer_init(&watch->poll, watch->loop, filewatch_expired);

	if (ret < 0)
		return ret;
	watch->seen = filewatch_hash(watch);
	timer_arm(&watch->poll, FILEWATCH_POLL);
	log_info("no inotify %s is left for this user: checking files and sysctls every %d s; to "
		 "be told of changes instead, raise the sysctl fs.inotify.max_user_%s",
		 error == ENOSPC ? "watch" : "instance", FILEWATCH_POLL / 1000,
		 error == ENOSPC ? "watches" : "instances");
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
		ret = filewatch_begin_poll(watch, EMFILE);
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

/* Keeps the path, for a poll that may come. 0, or -errno. */
static int filewatch_keep(struct filewatch *watch, const char *path)
{
	for (unsigned i = 0; i < watch->n_files; i++) {
		if (strcmp(watch->files[i], path) == 0)
			return 0;
	}
	if (watch->n_files == FILEWATCH_FILES_MAX)
		return -ENOSPC;
	if (strlen(path) >= FILEWATCH_PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(watch->files[watch->n_files++], path, strlen(path) + 1);
	if (watch->poll.loop)
		watch->seen = filewatch_hash(watch);
	return 0;
}

int filewatch_add(struct filewatch *watch, const char *path, uint32_t events)
{
	int ret = filewatch_keep(watch, path);

	if (ret < 0 || watch->poll.loop)
		return ret;
	if (inotify_add_watch(watch->source.fd, path, events) >= 0)
		return 0;
	return errno == ENOSPC ? filewatch_begin_poll(watch, ENOSPC) : -errno;
}

void filewatch_add_sysctl(struct filewatch *watch, const char *key)
{
	char path[FILEWATCH_PATH_MAX];

	if (watch->loop &&
	    snprintf(path, sizeof(path), "/proc/sys/net/%s", key) < (int)sizeof(path))
		(void)filewatch_add(watch, path, IN_MODIFY);
}
