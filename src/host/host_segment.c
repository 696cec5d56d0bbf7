// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_segment.h"

#include <errno.h>

#include "log.h"
#include "sysctl.h"

/* Docker turns it on for all bridges; the kernel has no way to exempt one. */
static void host_segment_warn_of_filters(const struct segment *segment)
{
	int v4 = 0;
	int v6 = 0;

	sysctl_read("bridge/bridge-nf-call-iptables", &v4);
	sysctl_read("bridge/bridge-nf-call-ip6tables", &v6);
	if (v4 || v6)
		log_warning("net.bridge.bridge-nf-call-ip%stables is on: rules of another firewall "
			    "for what is forwarded (Docker's drop it) hold on %s too; allow it "
			    "there, or set it to 0",
			    v4 ? "" : "6", segment->bridge);
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
	host_segment_warn_of_filters(segment);
	return 0;
}

void host_segment_down(struct host *host)
{
	segment_leave(&host->journal);
}
