// SPDX-License-Identifier: GPL-2.0-or-later
#include "pathsocket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	PATHSOCKET_LOCK_TRIES = 50,
	PATHSOCKET_LOCK_PAUSE = 10000000, /* ns; the lock is held for less */
};

int pathsocket_connect(int fd, const struct sockaddr_un *address)
{
	return connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
}

int pathsocket_look(const struct sockaddr_un *address)
{
	struct stat st;

	if (lstat(address->sun_path, &st) < 0)
		return -errno;
	return S_ISSOCK(st.st_mode) ? 0 : -ENOTSOCK;
}

int pathsocket_probe(const struct sockaddr_un *address, int type)
{
	int ret = pathsocket_look(address);
	int fd;

	if (ret < 0)
		return ret;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	ret = pathsocket_connect(fd, address);
	close(fd);
	/* A full backlog, or a datagram socket connected to another, means live, too. */
	return ret == -EAGAIN || ret == -EPERM ? 0 : ret;
}

void pathsocket_lock(int directory)
{
	const struct timespec pause = {.tv_nsec = PATHSOCKET_LOCK_PAUSE};

	for (int i = 0; i < PATHSOCKET_LOCK_TRIES && flock(directory, LOCK_EX | LOCK_NB) < 0; i++)
		nanosleep(&pause, NULL);
}

/* The directory of the address, locked; -1 if it is not readable: then without a lock. */
static int pathsocket_lock_directory(const struct sockaddr_un *address)
{
	char directory[sizeof(address->sun_path) + 1];
	char *slash;
	int fd;

	snprintf(directory, sizeof(directory), "%s", address->sun_path);
	slash = strrchr(directory, '/');
	if (slash)
		slash[1] = '\0';
	fd = open(slash ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		pathsocket_lock(fd);
	return fd;
}

static int pathsocket_bind_locked(int fd, const struct sockaddr_un *address, int type, gid_t group,
				  int backlog)
{
	mode_t before;
	int ret = pathsocket_probe(address, type);

	if (ret == 0)
		return -EADDRINUSE;
	if (ret == -ECONNREFUSED && unlink(address->sun_path) < 0)
		return -errno;
	if (ret != -ECONNREFUSED && ret != -ENOENT)
		return ret;
	before = umask(group == (gid_t)-1 ? 0077 : 0007);
	ret = bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
	umask(before);
	if (ret < 0)
		return ret;
	if (group != (gid_t)-1 && lchown(address->sun_path, (uid_t)-1, group) < 0)
		ret = -errno;
	else if (type != SOCK_DGRAM && listen(fd, backlog) < 0)
		ret = -errno;
	if (ret < 0)
		unlink(address->sun_path);
	return ret;
}

int pathsocket_bind(int fd, const struct sockaddr_un *address, int type, gid_t group, int backlog)
{
	int directory = pathsocket_lock_directory(address);
	int ret = pathsocket_bind_locked(fd, address, type, group, backlog);

	if (directory >= 0)
		close(directory);
	return ret;
}
