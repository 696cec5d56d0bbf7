// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_cleanup.h"

#include "undolog.h"
#include "undolog_others.h"
#include "recovery.h"
#include "log.h"

static void host_cleanup_tell_of_nothing(const char *name)
{
	char killed[UNDOLOG_NAME_MAX];

	if (undolog_find_killed(RUNDIR, name, killed))
		log_info("network '%s' left nothing behind; '%s' did: --cleanup --name=%s", name,
			 killed, killed);
	else
		log_info("network '%s' left nothing behind", name);
}

int host_cleanup(const struct config *config, struct problem *problem)
{
	struct program program;
	struct undolog undolog;
	struct loop loop;
	unsigned n;

	if (undolog_open_existing(&undolog, RUNDIR, config->name, problem) < 0) {
		if (problem->status != 0)
			return problem->status;
		host_cleanup_tell_of_nothing(config->name);
		return STATUS_STOPPED;
	}
	if (loop_init(&loop) < 0) {
		undolog_close(&undolog);
		problem_set(problem, STATUS_FAILED, "cannot create the event loop");
		return problem->status;
	}
	program_open(&program, "/proc/self/exe"); /* without it, endpoints stay */
	n = recovery_undo(&undolog, &loop, &program);
	program_close(&program);
	loop_finish(&loop);
	if (undolog.n_records > 0) { /* it was logged which */
		undolog_close(&undolog);
		return STATUS_FAILED;
	}
	undolog_remove(&undolog);
	if (n > 0)
		log_info("cleaned up %u thing%s that network '%s' left behind", n,
			 n == 1 ? "" : "s", config->name);
	else
		host_cleanup_tell_of_nothing(config->name);
	return STATUS_STOPPED;
}
