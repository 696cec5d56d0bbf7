// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_directory.h"

#include "recovery.h"
#include "worker_directory.h"

/* RUNDIR is ours alone, so a directory for the worker to fill is made there and given to it. */
int host_directory_up(struct host *host)
{
	const struct identity *owner = &host->plan.worker;
	const char *path = host->plan.directory;
	int ret;

	if (!*path)
		return 0;
	ret = recovery_record_directory(&host->undolog, path);
	if (ret == 0)
		ret = worker_directory_make(path, owner);
	return ret < 0 ? host_fail(host, path, ret) : 0;
}

void host_directory_down(struct host *host)
{
	if (*host->plan.directory)
		worker_directory_remove(host->plan.directory);
}
