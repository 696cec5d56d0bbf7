// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_segment.h"

#include <errno.h>

#include "bridgefilter.h"
#include "log.h"

static void host_segment_warn_of_filter(const struct segment *segment)
{
	const char *program = bridgefilter_program();

	if (program)
		log_warning(
			"net.bridge.bridge-nf-call-%s is on: rules of another firewall for what "
			"is forwarded (Docker's drop it) hold on %s too; allow it there, or set "
			"it to 0",
			program, segment->bridge);
}

static int host_segment_refuse(struct host *host)
{
	return problem_set(host->problem, STATUS_HOST,
			   "a device %s is there already, and no bridge of ours; remove it",
			   host->plan.segment.bridge);
}

int host_segment_check(struct host *host)
{
	int ret = segment_check(&host->plan.segment, &host->journal);

	return ret < 0 ? host_segment_refuse(host) : 0;
}

int host_segment_up(struct host *host)
{
	const struct segment *segment = &host->plan.segment;
	int ret = segment_join(segment, &host->journal, &host->link, host->plan.device);

	if (ret == -EEXIST)
		return host_segment_refuse(host);
	if (ret == -EOPNOTSUPP)
		return problem_set(host->problem, STATUS_HOST,
				   "the kernel makes no bridge %s; try: modprobe bridge",
				   segment->bridge);
	if (ret < 0)
		return host_fail(host, segment->bridge, ret);
	host_segment_warn_of_filter(segment);
	return 0;
}

void host_segment_down(struct host *host)
{
	segment_leave(&host->journal);
}
