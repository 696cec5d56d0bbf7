// SPDX-License-Identifier: GPL-2.0-or-later
#include "pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens and locks path with flags; an existing file must be a plain one of ours. */
static int pidfile_open(const char *path, int flags, struct problem *problem)
{
	int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	struct stat st;

	if (fd < 0 && errno == ENOENT && !(flags & O_CREAT))
		return -1;
	if (fd < 0)
		return problem_set(problem, STATUS_USAGE, "--pidfile=%.200s: %s", path,
				   errno == ELOOP ? "is a symbolic link" : strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
	    st.st_uid != geteuid() || st.st_size > 32) {
		close(fd);
		return problem_set(problem, STATUS_USAGE,
				   "--pidfile=%.200s: exists and is no pidfile of ours", path);
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return problem_set(problem, STATUS_HOST,
				   "--pidfile=%.200s: held by a running process", path);
	}
	return fd;
}

int pidfile_check(const char *path, struct problem *problem)
{
	char directory[4096];
	const char *slash = strrchr(path, '/');
	struct stat st;
	int fd;

	snprintf(directory, sizeof(directory), "%.*s/", slash ? (int)(slash - path) : 0, path);
	if (stat(directory, &st) < 0)
		return problem_set(problem, STATUS_USAGE, "--pidfile=%.200s: %s", path,
				   strerror(errno));
	problem->status = 0;
	fd = pidfile_open(path, O_RDWR, problem);
	if (fd >= 0)
		close(fd);
	return problem->status ? -1 : 0;
}

int pidfile_write(struct pidfile *pidfile, const char *path, struct problem *problem)
{
	pidfile->fd = pidfile_open(path, O_RDWR | O_CREAT, problem);
	if (pidfile->fd < 0)
		return -1;
	pidfile->path = path;
	if (ftruncate(pidfile->fd, 0) < 0 || dprintf(pidfile->fd, "%d\n", getpid()) < 0) {
		problem_set(problem, STATUS_HOST, "--pidfile=%.200s: %s", path, strerror(errno));
		pidfile_remove(pidfile);
		return -1;
	}
	return 0;
}

void pidfile_remove(struct pidfile *pidfile)
{
	if (pidfile->fd < 0)
		return;
	unlink(pidfile->path);
	close(pidfile->fd);
	pidfile->fd = -1;
}
