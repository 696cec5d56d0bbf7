// SPDX-License-Identifier: GPL-2.0-or-later
#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* With effective rights: access(2) would check those of sudo's caller, or ignore capabilities. */
int directory_can_fill(const char *path)
{
	return faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int directory_can_make(const char *path)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%.*s/", slash ? (int)(slash - path) : 0, path);
	return directory_can_fill(slash ? parent : ".");
}

const char *directory_advice(int error)
{
	switch (error) {
	case EROFS:
		return "; mount it writable";
	case EACCES:
		return "; start it with sudo, or as a service";
	case ENOSPC:
	case EDQUOT:
		return "; free some space there";
	case ENOENT:
		return "; create its parent directory";
	case ENOTDIR:
	case EISDIR:
	case ELOOP:
	case EINVAL:
		return "; something else is in its place: remove it";
	default:
		return "";
	}
}

int directory_chmod(int directory, mode_t mode)
{
	if (fchmod(directory, mode) == 0)
		return 0;
	if (errno != EPERM || fchmod(directory, mode & ~(mode_t)S_ISGID) < 0)
		return -errno;
	return 0;
}
