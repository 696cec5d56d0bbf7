// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_watcher.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "host_part.h"
#include "recovery.h"
#include "log.h"
#include "notify.h"
#include "parts.h"
#include "sandbox.h"

enum { HOST_WATCHER_STARTS = 8 }; /* one that is killed this often is killed on purpose */

static void host_watcher_ended(struct process *process, int status);

/* 0, or -errno. */
static int host_watcher_start(struct host *host)
{
	const char *const argv[WATCHER_ARGUMENTS + 1] = {
		[WATCHER_ARGUMENT_NAME] = WATCHER_NAME,
		[WATCHER_ARGUMENT_LEVEL] = log_level_name(log_current_level()),
		[WATCHER_ARGUMENT_NETWORK] = host->plan.name};
	int self = process_hold(getpid());
	int fds[] = {self, nft_socket(&host->nft)};
	int ret;

	if (self < 0)
		return self;
	ret = fds[1] < 0
		      ? fds[1]
		      : host_part_start_watcher(&host->watcher.process, &host->loop, &host->program,
						argv, fds, 2, host_watcher_ended);
	close(self);
	if (ret == 0)
		recovery_record_process(&host->undolog, host->watcher.process.pid);
	return ret;
}

/* What happens to the host without it. */
static const char *host_watcher_explain(const struct plan *plan)
{
	if (plan->form == PLAN_SHARED)
		return "the uplinks keep forwarding";
	return plan->bridges ? "the bridge stays, without rules"
			     : "TAPs stay on the bridge, without rules";
}

/* Nobody has a reason to end it; it is back before that matters. */
static void host_watcher_ended(struct process *process, int status)
{
	struct host *host = container_of(process, struct host, watcher.process);
	int ret = -ECANCELED;

	(void)status;
	if (host->watcher.restarts < HOST_WATCHER_STARTS) {
		host->watcher.restarts++;
		ret = host_watcher_start(host);
	}
	if (ret == 0)
		log_warning("the watcher exited and was restarted");
	else
		log_warning("the watcher is gone (%s): if this process is killed, %s "
			    "until the next start or --cleanup",
			    strerror(-ret), host_watcher_explain(&host->plan));
}

int host_watcher_up(struct host *host)
{
	int ret;

	/* Everything else we make goes by itself. */
	if (host->plan.form != PLAN_SHARED && !host->plan.hands_out)
		return 0;
	ret = host_watcher_start(host);
	if (ret < 0)
		return host_fail(host, "cannot start the watcher", ret);
	notify_keep(nft_socket(&host->nft));
	return 0;
}

void host_watcher_down(struct host *host)
{
	notify_let_go();
	process_stop(&host->watcher.process, 0);
}
