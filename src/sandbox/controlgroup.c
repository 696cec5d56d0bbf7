// SPDX-License-Identifier: GPL-2.0-or-later
#include "controlgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Mounted alone, or beside version 1. */
static const char *const controlgroup_mounts[] = {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"};

/* Our group's path from the root, "/user.slice/…". False: there is none. */
static bool controlgroup_find(char path[PATH_MAX])
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	bool found = false;

	while (file && !found && fgets(path, PATH_MAX, file))
		found = strncmp(path, "0::/", 4) == 0;
	if (file)
		fclose(file);
	if (!found)
		return false;
	memmove(path, path + 3, strlen(path + 3) + 1);
	path[strcspn(path, "\n")] = '\0';
	return true;
}

/* Whether it or a parent does not belong to root. */
static bool controlgroup_is_anothers(const char *mount, const char *path)
{
	char name[2 * PATH_MAX];
	struct stat st;
	char *slash;

	snprintf(name, sizeof(name), "%s%s", mount, path);
	while ((slash = strrchr(name, '/')) && slash >= name + strlen(mount)) {
		if (stat(name, &st) == 0 && st.st_uid != 0)
			return true;
		*slash = '\0';
	}
	return false;
}

static int controlgroup_enter_root(const char *mount)
{
	char name[64];
	int ret = 0;
	int fd;

	snprintf(name, sizeof(name), "%s/cgroup.procs", mount);
	fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, "0", 1) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int controlgroup_leave(void)
{
	char path[PATH_MAX];

	if (!controlgroup_find(path))
		return 0;
	for (unsigned i = 0; i < sizeof(controlgroup_mounts) / sizeof(controlgroup_mounts[0]);
	     i++) {
		const char *mount = controlgroup_mounts[i];

		if (controlgroup_is_anothers(mount, path))
			return controlgroup_enter_root(mount);
	}
	return 0;
}
