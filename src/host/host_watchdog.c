// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_watchdog.h"

#include <assert.h>

#include "firewall_legacy.h"
#include "host_tell.h"
#include "log.h"
#include "notify.h"

enum { HOST_WATCHDOG_TIME = 15000 }; /* ms: WatchdogSec= of etc/systemd/vde_vmnet@.service */

/* We feed it every third of that, and a callback may begin just before. */
enum { HOST_WATCHDOG_CALLBACK = 2 * HOST_WATCHDOG_TIME / 3 };

static_assert(2 * (int)UNDOLOG_LOCK_MAX + (int)DNSMASQ_GRACE + (int)PROCESS_EXEC_MAX <
		      (int)HOST_WATCHDOG_CALLBACK,
	      "routes change, and with them what dnsmasq says");
static_assert((int)FIREWALL_LEGACY_TIME < (int)HOST_WATCHDOG_CALLBACK, "a look at iptables-legacy");

/* Again if there was no answer: the worker cannot send one while its messages fill the socket. */
static void host_watchdog_ask(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, watchdog.timer);

	if (host->watchdog.asked && !host->watchdog.hung) {
		log_warning("the worker is not responding; the service manager's watchdog is no "
			    "longer notified");
		notify_status("The worker is not responding");
		host->watchdog.hung = true;
	}
	host_tell_ask(host);
	host->watchdog.asked = true;
	timer_arm(timer, host->watchdog.interval);
}

int host_watchdog_up(struct host *host)
{
	int ret;

	host->watchdog.interval = notify_alive_interval();
	if (host->watchdog.interval == 0)
		return 0;
	ret = timer_init(&host->watchdog.timer, &host->loop, host_watchdog_ask);
	if (ret < 0)
		return host_fail(host, "cannot create a timer", ret);
	timer_arm(&host->watchdog.timer, host->watchdog.interval);
	return 0;
}

void host_watchdog_down(struct host *host)
{
	timer_finish(&host->watchdog.timer);
}

void host_watchdog_answered(struct host *host)
{
	if (host->watchdog.hung) {
		log_info("the worker is responding again");
		notify_status(host->ready.summary);
	}
	host->watchdog.asked = false;
	host->watchdog.hung = false;
	notify_alive();
}
