// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_watchdog.h"

#include "host_worker.h"
#include "log.h"
#include "notify.h"

/* One question at a time: those to a worker that hangs would fill its socket. */
static void host_watchdog_ask(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, watchdog);

	if (host->asked && !host->hung) {
		log_warning(
			"the worker does not answer; the service manager's watchdog is not fed");
		notify_status("The worker does not answer");
		host->hung = true;
	}
	if (!host->asked)
		host_worker_ask(host);
	host->asked = true;
	timer_arm(timer, host->alive_interval);
}

int host_watchdog_up(struct host *host)
{
	int ret;

	host->alive_interval = notify_alive_interval();
	if (host->alive_interval == 0)
		return 0;
	ret = timer_init(&host->watchdog, &host->loop, host_watchdog_ask);
	if (ret < 0)
		return host_fail(host, "a timer", ret);
	timer_arm(&host->watchdog, host->alive_interval);
	return 0;
}

void host_watchdog_down(struct host *host)
{
	timer_finish(&host->watchdog);
}

void host_watchdog_answered(struct host *host)
{
	if (host->hung) {
		log_info("the worker answers again");
		notify_status(host->summary);
	}
	host->asked = false;
	host->hung = false;
	notify_alive();
}
