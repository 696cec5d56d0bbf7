// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_rules.h"

#include "log.h"

int host_rules_open(struct host *host)
{
	if (nft_open(&host->nft, host->problem) < 0)
		return -1;
	if (nft_check(&host->nft, host->plan.ruleset, host->problem) == 0)
		return 0;
	if (host->plan.form != PLAN_SHARED)
		return -1;
	host->plan.rules.dns_timeout = false;
	ruleset_format(&host->plan.rules, host->plan.ruleset);
	if (nft_check(&host->nft, host->plan.ruleset, host->problem) < 0)
		return -1;
	*host->problem = (struct problem){0};
	log_debug("the kernel has no timeouts by rule (nf_conntrack_timeout): guests' DNS keeps "
		  "its ports for longer");
	return 0;
}

int host_rules_up(struct host *host)
{
	return nft_apply(&host->nft, host->plan.ruleset, host->problem);
}

void host_rules_down(struct host *host)
{
	nft_close(&host->nft);
}
