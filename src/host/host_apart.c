// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_apart.h"

#include "apartrules.h"
#include "host_answer.h"
#include "log.h"

_Static_assert((int)REQUEST_APART_MAX <= (int)APARTRULES_CHANGE_ADDRESSES, "a change has them all");

bool host_apart_has_rules(const struct host *host)
{
	return host->plan.form == PLAN_SHARED && !host->plan.isolated;
}

static void host_apart_change(struct host *host, const struct request *request)
{
	char text[APARTRULES_CHANGE_MAX];
	struct problem problem = {0};

	apartrules_format_change(host->plan.table, host->plan.ipv6, request->endpoint != 0,
				 request->apart, request->n_addresses, text);
	if (!*text)
		return;
	if (nft_apply(&host->nft, text, &problem) == 0) {
		host->apart.failing = false;
		return;
	}
	if (!host->apart.failing)
		log_warning("guests may be able to reach isolated ones through forwarded ports of "
			    "this host: %s",
			    problem.text);
	host->apart.failing = true;
}

void host_apart_hear(struct host *host, const struct request *request)
{
	if (host_apart_has_rules(host))
		host_apart_change(host, request);
	if (request->token != 0)
		host_answer(
			host, request->token,
			host->apart.failing
				? "cannot change the host's rules for isolation; the log says why"
				: "",
			-1);
}
