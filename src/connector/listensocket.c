// SPDX-License-Identifier: GPL-2.0-or-later
#include "listensocket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory.h"
#include "fdpass.h"
#include "pathsocket.h"
#include "unixaddress.h"

/*
 * Whether the place is free, or can be made so. A live listener does not notice: a socket of
 * another type cannot connect. 0, or -errno.
 */
static int listensocket_probe(const struct sockaddr_un *address)
{
	int ret = pathsocket_probe(address, SOCK_DGRAM);
	struct stat st;

	switch (ret) {
	case 0:
	case -EPROTOTYPE:
		return -EADDRINUSE;
	case -ENOENT:
		return 0;
	case -EACCES: /* not accessible, so we cannot tell whether it is live */
	case -ECONNREFUSED:
		if (lstat(address->sun_path, &st) < 0)
			return -errno;
		return st.st_uid == geteuid() ? 0 : -EPERM;
	default:
		return ret;
	}
}

int listensocket_open(const char *path, int type, gid_t group, int *fd)
{
	struct sockaddr_un address;
	int ret = unixaddress_set(&address, path, "");

	if (ret == 0)
		ret = listensocket_probe(&address);
	if (ret < 0)
		return ret;
	*fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return -errno;
	fdpass_refuse(*fd);
	ret = pathsocket_bind(*fd, &address, type, group, PATHSOCKET_BACKLOG);
	if (ret < 0)
		close(*fd);
	return ret;
}

int listensocket_check(const char *path)
{
	struct sockaddr_un address;
	int ret = unixaddress_set(&address, path, "");

	if (ret == 0)
		ret = listensocket_probe(&address);
	return ret < 0 ? ret : directory_can_make(path);
}

void listensocket_remove(const char *path)
{
	struct sockaddr_un address;
	struct stat st;

	if (unixaddress_set(&address, path, "") == 0 &&
	    pathsocket_probe(&address, SOCK_DGRAM) == -ECONNREFUSED && lstat(path, &st) == 0 &&
	    st.st_uid == geteuid())
		unlink(path);
}
