// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_apart.h"

#include <errno.h>
#include <stdlib.h>

#include "apart_backlog.h"
#include "apartrules.h"
#include "host_answer.h"
#include "log.h"

enum { HOST_APART_RETRY = 1000 }; /* ms */

_Static_assert((int)REQUEST_APART_MAX <= (int)APARTRULES_CHANGE_ADDRESSES, "a change has them all");

bool host_apart_has_rules(const struct host *host)
{
	return host->plan.form == PLAN_SHARED && !host->plan.isolated;
}

/* 0, or -1 with the problem logged, if that is news. */
static int host_apart_apply(void *context, bool apart, const struct in6_addr *addresses, unsigned n)
{
	struct host *host = context;
	char text[APARTRULES_CHANGE_MAX];
	struct problem problem = {0};

	apartrules_format_change(host->plan.table, host->plan.ipv6, apart, addresses, n, text);
	if (!*text || nft_apply(&host->nft, text, &problem) == 0)
		return 0;
	if (!host->apart.failing)
		log_warning("guests may be able to reach isolated ones through forwarded ports of "
			    "this host: %s; trying again every second",
			    problem.text);
	return -1;
}

static void host_apart_change(struct host *host)
{
	struct host_apart *apart = &host->apart;
	bool failed = apart->failing;

	apart_backlog_apply(apart->backlog, host_apart_apply, host);
	apart->failing = !apart_backlog_is_done(apart->backlog);
	if (apart->failing)
		timer_arm(&apart->retry, HOST_APART_RETRY);
	else if (failed)
		log_info("guests can no longer reach isolated ones through forwarded ports of "
			 "this host");
}

static void host_apart_retry(struct timer *timer)
{
	host_apart_change(container_of(timer, struct host, apart.retry));
}

void host_apart_hear(struct host *host, const struct request *request)
{
	if (host_apart_has_rules(host)) {
		apart_backlog_add(host->apart.backlog, request->endpoint != 0, request->apart,
				  request->n_addresses);
		host_apart_change(host);
	}
	if (request->token != 0)
		host_answer(
			host, request->token,
			host->apart.failing
				? "cannot change the host's rules for isolation; the log says why"
				: "",
			-1);
}

int host_apart_up(struct host *host)
{
	int ret = timer_init(&host->apart.retry, &host->loop, host_apart_retry);

	host->apart.backlog = calloc(1, sizeof(*host->apart.backlog));
	if (ret == 0 && !host->apart.backlog)
		ret = -ENOMEM;
	return ret < 0 ? host_fail(host, "cannot prepare for isolated guests", ret) : 0;
}

void host_apart_down(struct host *host)
{
	timer_finish(&host->apart.retry);
	free(host->apart.backlog);
	host->apart.backlog = NULL;
}
