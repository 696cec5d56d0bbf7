// SPDX-License-Identifier: GPL-2.0-or-later
#include "pathsocket.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int pathsocket_address(struct sockaddr_un *address, const char *path, const char *suffix)
{
	int length;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(address->sun_path, sizeof(address->sun_path), "%s%s", path, suffix);
	return length < (int)sizeof(address->sun_path) ? 0 : -ENAMETOOLONG;
}

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
	/* Live are also a full backlog, and a datagram socket that is connected to another. */
	return ret == -EAGAIN || ret == -EPERM ? 0 : ret;
}

int pathsocket_bind(int fd, const struct sockaddr_un *address, int type, gid_t group)
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
	if (ret == 0 && group != (gid_t)-1 && lchown(address->sun_path, (uid_t)-1, group) < 0) {
		ret = -errno;
		unlink(address->sun_path);
	}
	return ret;
}
