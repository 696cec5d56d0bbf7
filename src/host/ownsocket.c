// SPDX-License-Identifier: GPL-2.0-or-later
#include "ownsocket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fdpass.h"
#include "unixaddress.h"

int ownsocket_bind(const char *path, int type)
{
	struct sockaddr_un address;
	mode_t before;
	int ret = unixaddress_set(&address, path, "");
	int fd;

	if (ret < 0)
		return ret;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	fdpass_refuse(fd);
	before = umask(0177);
	ret = (unlink(path) < 0 && errno != ENOENT) ||
			      bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0
		      ? -errno
		      : fd;
	umask(before);
	if (ret < 0)
		close(fd);
	return ret;
}
