// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#define NOTIFY_KEPT "rules"

void notify_ready(const char *status)
{
	sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

/* With the time, so that an earlier READY=1 is not taken for the end of this reload. */
void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=Reloading the configuration",
		   now.tv_sec * 1000000LL + now.tv_nsec / 1000);
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1\nSTATUS=Stopping the network");
}

void notify_status(const char *status)
{
	sd_notifyf(0, "STATUS=%s", status);
}

void notify_keep(int fd)
{
	sd_pid_notify_with_fds(0, 0, "FDSTORE=1\nFDNAME=" NOTIFY_KEPT "\nFDPOLL=0\n", &fd, 1);
}

void notify_let_go(void)
{
	sd_notify(0, "FDSTOREREMOVE=1\nFDNAME=" NOTIFY_KEPT "\n");
}

bool notify_has_kept(void)
{
	const char *names = getenv("LISTEN_FDNAMES");

	return names && strcmp(names, NOTIFY_KEPT) == 0;
}

void notify_alive(void)
{
	sd_notify(0, "WATCHDOG=1");
}

unsigned notify_alive_interval(void)
{
	uint64_t microseconds = 0;

	if (sd_watchdog_enabled(0, &microseconds) <= 0)
		return 0;
	microseconds /= 3000;
	return microseconds < 1 ? 1 : microseconds > INT32_MAX ? INT32_MAX : (unsigned)microseconds;
}
