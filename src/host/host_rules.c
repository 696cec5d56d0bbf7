// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_rules.h"

#include "log.h"

int host_rules_open(struct host *host)
{
	if (nat_open(&host->nat, host->problem) < 0)
		return -1;
	if (nat_check(&host->nat, host->plan.ruleset, host->problem) == 0)
		return 0;
	if (host->plan.form != PLAN_SHARED)
		return -1;
	host->plan.rules.dns_timeout = false;
	ruleset_format(&host->plan.rules, host->plan.ruleset);
	if (nat_check(&host->nat, host->plan.ruleset, host->problem) < 0)
		return -1;
	*host->problem = (struct problem){0};
	log_debug("the kernel has no timeouts by rule (nf_conntrack_timeout): guests' DNS keeps "
		  "its ports for longer");
	return 0;
}

int host_rules_up(struct host *host)
{
	return nat_apply(&host->nat, host->plan.ruleset, host->problem);
}

void host_rules_down(struct host *host)
{
	nat_close(&host->nat);
}
