// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_pidfile.h"

#include "recovery.h"

int host_pidfile_up(struct host *host)
{
	int ret;

	if (!*host->plan.pidfile)
		return 0;
	ret = recovery_record_pidfile(&host->undolog, host->plan.pidfile);
	if (ret < 0)
		return host_fail(host, "cannot record the pidfile", ret);
	return pidfile_write(&host->pidfile, host->plan.pidfile, host->problem);
}

void host_pidfile_down(struct host *host)
{
	pidfile_remove(&host->pidfile);
}
