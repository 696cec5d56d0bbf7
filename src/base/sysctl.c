// SPDX-License-Identifier: GPL-2.0-or-later
#include "sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int sysctl_open(const char *key, int flags)
{
	char path[160];
	int fd;

	if (snprintf(path, sizeof(path), "/proc/sys/net/%s", key) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int sysctl_read(const char *key, int *value)
{
	int fd = sysctl_open(key, O_RDONLY);
	char text[16];
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -EIO;
	text[n] = '\0';
	*value = (int)strtol(text, NULL, 10);
	return 0;
}

int sysctl_write(const char *key, int value)
{
	int fd = sysctl_open(key, O_WRONLY);
	char text[16];
	int length = snprintf(text, sizeof(text), "%d\n", value);
	int ret;

	if (fd < 0)
		return fd;
	ret = write(fd, text, length) == length ? 0 : -errno;
	close(fd);
	return ret;
}

int sysctl_check(const char *key)
{
	int fd = sysctl_open(key, O_WRONLY);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}
