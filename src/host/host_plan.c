// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_plan.h"

#include <string.h>

#include "device.h"
#include "plan_names.h"
#include "sandbox.h"

int host_plan_begin(struct host *host)
{
	int ret = plan_check_host(&host->plan, host->config, host->problem);

	if (ret < 0)
		return ret;
	ret = sandbox_enter_host(*host->config->pidfile);
	return ret < 0 ? host_fail(host, "cannot drop privileges", ret) : 0;
}

int host_plan_up(struct host *host)
{
	int ret = link_init(&host->link);
	char device[IF_NAMESIZE];

	if (ret < 0)
		return host_fail(host, "rtnetlink", ret);
	plan_name_device(host->config->name, device);
	/* A leftover is only found by --check: a start has already deleted it. */
	if (device_is_left(&host->undolog, &host->link, device))
		memcpy(host->link.own, device, sizeof(device));
	return plan_make(&host->plan, host->config, &host->link, host->problem);
}

void host_plan_down(struct host *host)
{
	link_finish(&host->link);
}
