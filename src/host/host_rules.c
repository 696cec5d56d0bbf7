// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_rules.h"

#include <stdio.h>
#include <time.h>

#include "log.h"
#include "notify.h"
#include "ruleneeds.h"

enum { HOST_RULES_OLD = 200 }; /* times 10 ms: a busy service manager may take that long */

/*
 * If an instance was killed together with its watcher, the service manager has kept its rules in
 * force until now, when everything they guarded has been undone. Nobody can change them; they go
 * once it has closed its copy of the socket.
 */
static void host_rules_end_old(struct host *host)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	char table[PLAN_TABLE_MAX + sizeof("table bridge  { flags owner; }\n")];

	snprintf(table, sizeof(table), "table %s %s { flags owner; }\n",
		 host->plan.form & PLAN_SERVED ? "inet" : "bridge", host->plan.table);
	notify_let_go();
	for (int i = 0; i < HOST_RULES_OLD; i++) {
		struct problem problem = {0};

		if (nft_check(&host->nft, table, &problem) == 0)
			return;
		nanosleep(&pause, NULL);
	}
}

static bool host_rules_can(void *nft, const char *commands)
{
	struct problem problem = {0};

	return nft_check(nft, commands, &problem) == 0;
}

/* The rules were refused: says because of which part, if that is known, because nft does not. */
static int host_rules_refuse(struct host *host)
{
	const struct ruleneed *missing = NULL;

	if (host->plan.form & PLAN_SERVED)
		missing = ruleneed_find_missing(host->plan.form == PLAN_SHARED, host_rules_can,
						&host->nft);
	if (missing)
		problem_set(host->problem, STATUS_HOST,
			    "this kernel's nftables does not support '%s', which our rules need; "
			    "try: modprobe %s (for a container, on its host), or use a kernel with "
			    "that module",
			    missing->expression, missing->module);
	return -1;
}

/* Does without rules that the kernel may lack. 0, or -1 with the problem of the other rules. */
static int host_rules_do_without(struct host *host)
{
	host->plan.rules.limits.dns_timeout = false;
	ruleset_format(&host->plan.rules, host->plan.ruleset);
	if (nft_check(&host->nft, host->plan.ruleset, host->problem) < 0)
		return host_rules_refuse(host);
	*host->problem = (struct problem){0};
	log_debug("the kernel cannot set timeouts by rule (nf_conntrack_timeout): guests' DNS "
		  "queries keep their ports for longer");
	return 0;
}

/* Rules of family bridge, which a kernel may lack. */
static int host_rules_check_tapguard(struct host *host)
{
	struct problem why = {0};

	if (!*host->plan.tapguard || nft_check(&host->nft, host->plan.tapguard, &why) == 0)
		return 0;
	return problem_set(host->problem, STATUS_HOST,
			   "this kernel's nftables rejects the bridge rules that guard TAPs, which "
			   "tap:// needs (NF_TABLES_BRIDGE): %s",
			   why.text);
}

/* On a bridge of the host's there are only those for TAPs. */
static bool host_rules_are_any(const struct plan *plan)
{
	return *plan->ruleset || *plan->tapguard;
}

int host_rules_open(struct host *host)
{
	if (!host_rules_are_any(&host->plan))
		return 0;
	if (nft_open(&host->nft, host->problem) < 0)
		return -1;
	if (notify_has_kept())
		host_rules_end_old(host);
	if (*host->plan.ruleset && nft_check(&host->nft, host->plan.ruleset, host->problem) < 0 &&
	    (!((int)host->plan.form & PLAN_SERVED) || host_rules_do_without(host) < 0))
		return -1;
	if ((int)host->plan.form & PLAN_SERVED)
		plan_share_connections(&host->plan);
	return host_rules_check_tapguard(host);
}

int host_rules_up(struct host *host)
{
	if (*host->plan.ruleset && nft_apply(&host->nft, host->plan.ruleset, host->problem) < 0)
		return -1;
	return *host->plan.tapguard ? nft_apply(&host->nft, host->plan.tapguard, host->problem) : 0;
}

void host_rules_down(struct host *host)
{
	nft_close(&host->nft);
}
