// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_undolog.h"

#include <string.h>

#include "directory.h"
#include "host_signals.h"
#include "recovery.h"
#include "log.h"
#include "undolog_others.h"

enum { HOST_UNDOLOG_TRIES = 10 }; /* calls of undolog_lock_all() */

/*
 * Held until the address is set, so that no two instances choose the same subnet. Many may be
 * starting at once.
 */
static int host_undolog_lock_all(struct host *host)
{
	for (int i = 0; i < HOST_UNDOLOG_TRIES; i++) {
		if (undolog_lock_all(&host->undolog) == 0)
			return 0;
		if (host_signals_tell_to_stop()) {
			log_info("stopping before anything was done");
			host->problem->status = STATUS_STOPPED;
			return -1;
		}
		if (i == 0)
			log_info("another network has locked %s while it starts; waiting for it",
				 RUNDIR);
	}
	return problem_set(host->problem, STATUS_HOST,
			   "another network has kept %s locked for too long; is a vde_vmnet "
			   "stopped (Ctrl-Z)? Resume it, or end it",
			   RUNDIR);
}

int host_undolog_up(struct host *host)
{
	unsigned n;
	int ret;

	if (undolog_open(&host->undolog, RUNDIR, host->plan.name, host->problem) < 0)
		return -1;
	n = recovery_undo(&host->undolog, &host->loop, &host->program);
	if (n > 0)
		log_info("cleaned up %u thing%s that a killed instance left behind", n,
			 n == 1 ? "" : "s");
	ret = undolog_add_network(&host->undolog);
	if (ret < 0)
		return problem_set(host->problem, STATUS_HOST, "cannot write to %s/%s: %s%s",
				   RUNDIR, host->undolog.file, strerror(-ret),
				   directory_advice(-ret));
	return host_undolog_lock_all(host);
}

void host_undolog_down(struct host *host)
{
	if (recovery_stays(&host->undolog))
		undolog_close(&host->undolog);
	else
		undolog_remove(&host->undolog);
}
