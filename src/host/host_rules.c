// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_rules.h"

#include <stdio.h>
#include <time.h>

#include "log.h"
#include "notify.h"

enum { HOST_RULES_OLD = 200 }; /* times 10 ms, for a busy service manager */

/*
 * Of an instance that was killed with its watcher: the service manager has kept its rules in
 * force until now, when what they were for has been undone. Nobody can change them; they go
 * when it has closed its copy of the socket.
 */
static void host_rules_end_old(struct host *host)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	char table[PLAN_TABLE_MAX + sizeof("table inet  { flags owner; }\n")];

	snprintf(table, sizeof(table), "table inet %s { flags owner; }\n", host->plan.table);
	notify_let_go();
	for (int i = 0; i < HOST_RULES_OLD; i++) {
		struct problem problem = {0};

		if (nft_check(&host->nft, table, &problem) == 0)
			return;
		nanosleep(&pause, NULL);
	}
}

int host_rules_open(struct host *host)
{
	if (nft_open(&host->nft, host->problem) < 0)
		return -1;
	if (notify_has_kept())
		host_rules_end_old(host);
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
