// SPDX-License-Identifier: GPL-2.0-or-later
#include "worker_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity.h"
#include "log.h"

/*
 * Makes it root's, closed to everyone else, including by access lists, and opens it: root here
 * lacks the capability to read other users' files. The descriptor, or -errno.
 */
static int worker_directory_take(const char *path)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (lchown(path, geteuid(), getegid()) < 0 || chmod(path, 0700) < 0)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Closes fd. */
static void worker_directory_empty(int fd)
{
	DIR *stream = fdopendir(fd);
	const struct dirent *entry;

	if (!stream) {
		close(fd);
		return;
	}
	while ((entry = readdir(stream))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(stream), entry->d_name, 0) < 0)
			(void)unlinkat(dirfd(stream), entry->d_name, AT_REMOVEDIR);
	}
	closedir(stream);
}

/* Under a name never used before: a fixed one might already be taken by an earlier leftover. */
static void worker_directory_set_aside(const char *path)
{
	char aside[PATH_MAX];
	uint64_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return;
	snprintf(aside, sizeof(aside), "%s.left-%016" PRIx64, path, number);
	if (rename(path, aside) == 0)
		log_warning("%s: somebody left directories in it; moved them out of the way, to "
			    "%s; remove them",
			    path, aside);
}

void worker_directory_remove(const char *path)
{
	int fd;

	if (rmdir(path) == 0 || errno == ENOENT || !identity_can_change())
		return;
	fd = worker_directory_take(path);
	if (fd < 0)
		return;
	worker_directory_empty(fd);
	if (rmdir(path) < 0)
		worker_directory_set_aside(path);
}

static int worker_directory_make_new(const char *path)
{
	return mkdir(path, 0700) < 0 ? -errno : 0;
}

int worker_directory_make(const char *path, const struct identity *owner)
{
	int ret = worker_directory_make_new(path);
	struct stat st;

	if (ret == -EEXIST && identity_can_change() && lstat(path, &st) == 0 &&
	    st.st_uid != owner->uid) {
		worker_directory_remove(path);
		ret = worker_directory_make_new(path);
	} else if (ret == -EEXIST) {
		ret = 0;
	}
	if (ret == 0 && identity_can_change() && lchown(path, owner->uid, owner->gid) < 0)
		ret = -errno;
	return ret;
}
