// SPDX-License-Identifier: GPL-2.0-or-later
#include "stranger.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connect.h"

static bool stranger_is_known(const struct stat *st, gid_t group)
{
	return st->st_uid == 0 || st->st_uid == geteuid() ||
	       (group != (gid_t)-1 && st->st_gid == group);
}

/* Checks the path as it is written, from its end to the root. */
static int stranger_check_way(const char *path, gid_t group)
{
	char name[PATH_MAX];
	struct stat above;
	struct stat st;
	char *slash;

	if (snprintf(name, sizeof(name), "%s", path) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	while ((slash = strrchr(name, '/'))) {
		if (lstat(name, &st) < 0)
			return -errno;
		*slash = '\0';
		if (stat(*name ? name : "/", &above) < 0)
			return -errno;
		if ((above.st_mode & S_IWOTH) && !stranger_is_known(&st, group))
			return -CONNECT_STRANGER;
	}
	return 0;
}

int stranger_check(const char *path, gid_t group)
{
	char resolved[PATH_MAX];
	int ret = stranger_check_way(path, group);

	if (ret == 0 && !realpath(path, resolved))
		ret = -errno;
	if (ret == 0)
		ret = stranger_check_way(resolved, group);
	return ret == 0 || ret == -CONNECT_STRANGER ? ret : -ENOENT;
}
