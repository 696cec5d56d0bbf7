// SPDX-License-Identifier: GPL-2.0-or-later
#include "asker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static int asker_read(pid_t pid, struct asker *asker)
{
	struct procstat stat;
	int ret = procstat_read(&stat, pid);

	if (ret < 0)
		return ret;
	*asker = (struct asker){.pid = pid, .begun = stat.begun};
	memcpy(asker->command, stat.command, sizeof(asker->command));
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
	if (asker->begun == 0) { /* a service cannot see other users' processes */
		if (kill(asker->pid, 0) < 0 && errno == ESRCH)
			asker->pid = 0;
	} else if (asker_read(asker->pid, &now) == 0 && now.begun == asker->begun) {
		*asker = now;
	} else {
		asker->pid = 0;
	}
}
