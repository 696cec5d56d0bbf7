// SPDX-License-Identifier: GPL-2.0-or-later
#include "asker.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* proc_pid_stat(5): the command is in parentheses, and may hold any of them. */
static int asker_read(pid_t pid, struct asker *asker)
{
	char path[32];
	char text[512];
	const char *begin;
	const char *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	begin = strchr(text, '(');
	end = strrchr(text, ')');
	if (!begin || !end || end < begin ||
	    sscanf(end,
		   ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
		   "%" SCNu64,
		   &asker->begun) != 1)
		return -EINVAL;
	snprintf(asker->command, sizeof(asker->command), "%.*s", (int)(end - begin - 1), begin + 1);
	asker->pid = pid;
	return 0;
}

void asker_note(struct asker *asker, pid_t pid)
{
	if (pid <= 0 || asker_read(pid, asker) < 0)
		*asker = (struct asker){.pid = pid};
}

void asker_look(struct asker *asker)
{
	struct asker now = {0};

	if (asker->pid <= 0)
		return;
	if (asker->begun == 0) { /* others' processes are hidden from a service */
		if (kill(asker->pid, 0) < 0 && errno == ESRCH)
			asker->pid = 0;
	} else if (asker_read(asker->pid, &now) == 0 && now.begun == asker->begun) {
		*asker = now;
	} else {
		asker->pid = 0;
	}
}
