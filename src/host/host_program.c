// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_program.h"

#include "log.h"

/*
 * Whoever called sudo must never get the device. Any other user was chosen by root, so a warning is
 * enough.
 */
int host_program_up(struct host *host)
{
	const struct identity *worker = &host->plan.worker;
	int ret = program_open(&host->program, "/proc/self/exe");
	const char *exposure = host->program.exposure;

	if (ret < 0)
		return host_fail(host, "/proc/self/exe", ret);
	if (*exposure && worker->caller)
		return problem_set(host->problem, STATUS_HOST,
				   "%s, so %s could take over the worker while it starts, and with "
				   "it the network's device; change that, or run the worker as "
				   "another user (--user=nobody)",
				   exposure, worker->name);
	if (*exposure)
		log_warning("%s: other processes of the user %s can take over the worker while it "
			    "starts, and with it the network's device",
			    exposure, worker->name);
	return 0;
}

void host_program_down(struct host *host)
{
	program_close(&host->program);
}
