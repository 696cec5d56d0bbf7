// SPDX-License-Identifier: GPL-2.0-or-later
#include "unixaddress.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int unixaddress_set(struct sockaddr_un *address, const char *path, const char *suffix)
{
	int length;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(address->sun_path, sizeof(address->sun_path), "%s%s", path, suffix);
	return length < (int)sizeof(address->sun_path) ? 0 : -ENAMETOOLONG;
}

int unixaddress_connect(const char *path, int type, int64_t patience)
{
	const struct timeval limit = {.tv_sec = patience / 1000, .tv_usec = patience % 1000 * 1000};
	struct sockaddr_un address;
	int ret = unixaddress_set(&address, path, "");
	int fd;

	if (ret < 0)
		return ret;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	ret = errno == EAGAIN ? -ETIMEDOUT : -errno;
	close(fd);
	return ret;
}
