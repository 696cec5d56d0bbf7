// SPDX-License-Identifier: GPL-2.0-or-later
#include "ptpdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory.h"
#include "endpoint.h"

/* False: it is the current directory or the root, which exist. */
static bool ptpdir_name(const char *path, char name[ENDPOINT_PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return false;
	snprintf(name, ENDPOINT_PATH_MAX, "%.*s", (int)(slash - path), path);
	return true;
}

/* By modes that nobody else gives to a directory of this user. */
static bool ptpdir_is_marked(const struct stat *st)
{
	mode_t mode = st->st_mode & 07777;

	return S_ISDIR(st->st_mode) && st->st_uid == geteuid() &&
	       (mode == 01700 || mode == 01770 || mode == 03770);
}

static int ptpdir_set_group(const char *name, gid_t group)
{
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		ret = -errno;
	else if (!ptpdir_is_marked(&st)) /* the owner of its parent has replaced it */
		ret = -EPERM;
	else if (group != (gid_t)-1 && fchown(fd, (uid_t)-1, group) < 0)
		ret = -errno;
	else
		ret = directory_chmod(fd, group == (gid_t)-1 ? 01700 : 03770);
	close(fd);
	return ret;
}

int ptpdir_make(const char *path, gid_t group)
{
	char name[ENDPOINT_PATH_MAX];
	mode_t before = umask(0);
	int ret = 0;

	if (ptpdir_name(path, name) && mkdir(name, 01700) < 0 && errno != EEXIST)
		ret = -errno;
	umask(before);
	if (ret == 0 && ptpdir_is_ours(path))
		ret = ptpdir_set_group(name, group);
	return ret;
}

bool ptpdir_is_ours(const char *path)
{
	char name[ENDPOINT_PATH_MAX];
	struct stat st;

	return ptpdir_name(path, name) && lstat(name, &st) == 0 && ptpdir_is_marked(&st);
}

bool ptpdir_lets_in(const char *path, gid_t group)
{
	char name[ENDPOINT_PATH_MAX];
	struct stat st;

	if (!ptpdir_name(path, name) || stat(name, &st) < 0)
		return true; /* we cannot see it, so we cannot tell */
	return (st.st_mode & S_IWOTH) || (st.st_gid == group && (st.st_mode & S_IWGRP));
}

void ptpdir_remove(const char *path)
{
	char name[ENDPOINT_PATH_MAX];

	if (ptpdir_is_ours(path) && ptpdir_name(path, name))
		rmdir(name); /* fails, as intended, while anything is in it */
}
