// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_sharedbridge.h"

#include <errno.h>

#include "bridgefilter.h"
#include "log.h"

void host_sharedbridge_warn_of_filter(const char *bridge)
{
	const char *program = bridgefilter_program();

	if (program)
		log_warning("net.bridge.bridge-nf-call-%s is on: other firewalls' FORWARD rules "
			    "(Docker's drop traffic) also apply to %s; allow its traffic there, or "
			    "set that to 0",
			    program, bridge);
}

static int host_sharedbridge_refuse(struct host *host)
{
	return problem_set(host->problem, STATUS_HOST,
			   "a device %s already exists, and is not one of our bridges; remove it",
			   host->plan.sharedbridge.bridge);
}

int host_sharedbridge_check(struct host *host)
{
	int ret = sharedbridge_check(&host->plan.sharedbridge, &host->undolog);

	return ret < 0 ? host_sharedbridge_refuse(host) : 0;
}

int host_sharedbridge_up(struct host *host)
{
	const struct sharedbridge *shared = &host->plan.sharedbridge;
	int ret = sharedbridge_join(shared, &host->undolog, &host->link, host->plan.device);

	if (ret == -EEXIST)
		return host_sharedbridge_refuse(host);
	if (ret == -EOPNOTSUPP)
		return problem_set(host->problem, STATUS_HOST,
				   "the kernel cannot create the bridge %s; try: modprobe bridge",
				   shared->bridge);
	if (ret < 0)
		return host_fail(host, shared->bridge, ret);
	host_sharedbridge_warn_of_filter(shared->bridge);
	return 0;
}

void host_sharedbridge_down(struct host *host)
{
	sharedbridge_leave(&host->undolog);
}
