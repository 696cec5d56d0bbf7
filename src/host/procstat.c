// SPDX-License-Identifier: GPL-2.0-or-later
#include "procstat.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The command is in parentheses, and may contain parentheses itself. */
static int procstat_parse(struct procstat *stat, const char *text)
{
	const char *begin = strchr(text, '(');
	const char *end = strrchr(text, ')');

	if (!begin || !end || end < begin ||
	    sscanf(end,
		   ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64
		   " %*d %*d %*d %*d %*d %*d %" SCNu64,
		   &stat->state, &stat->user, &stat->system, &stat->begun) != 4)
		return -EINVAL;
	snprintf(stat->command, sizeof(stat->command), "%.*s", (int)(end - begin - 1), begin + 1);
	return 0;
}

int procstat_read(struct procstat *stat, pid_t pid)
{
	char path[32];
	char text[512];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return procstat_parse(stat, text);
}
