// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_advice.h"

#include <stdio.h>

static void host_advice_add(struct host_advice *advice, unsigned *n, enum log_level level,
			    const char *text)
{
	advice[*n].level = level;
	snprintf(advice[*n].text, sizeof(advice[*n].text), "%s", text);
	(*n)++;
}

/* Advice about the way out in IPv4. ipv6: why there is none in IPv6, or NULL. */
static void host_advise_ipv4(const struct plan *plan, const char *ipv6, struct host_advice *advice,
			     unsigned *n)
{
	char warning[NATPORTS_TEXT_MAX];

	if (natports_warning(&plan->nat_ports, warning))
		host_advice_add(advice, n, LOG_LEVEL_WARNING, warning);
	if (plan->n_uplinks > 0)
		return;
	if (plan->n_only > 0)
		host_advice_add(advice, n, LOG_LEVEL_WARNING,
				ipv6 ? "no --uplink device has a route; guests get out once one "
				       "does (ip route shows which do)"
				     : "no --uplink device has an IPv4 route; guests get out over "
				       "IPv6, and over IPv4 once one does");
	else if (ipv6)
		host_advice_add(advice, n, LOG_LEVEL_WARNING,
				"the host has no default route; guests get out once it has one");
	else
		host_advice_add(advice, n, LOG_LEVEL_INFO,
				"the host has no IPv4 default route; guests get out over IPv6, and "
				"over IPv4 once it has one");
}

unsigned host_advice(const struct plan *plan, struct host_advice advice[HOST_ADVICE_MAX])
{
	const char *ipv6 = ipv6_advice(plan->forwarding6, plan->n_uplinks6 > 0, plan->n_only > 0);
	char text[HOST_ADVICE_TEXT_MAX];
	unsigned n = 0;

	if (plan->form & PLAN_SHARED)
		host_advise_ipv4(plan, ipv6, advice, &n);
	if (plan->no_ipv6) {
		snprintf(text, sizeof(text), "no IPv6 for guests: %s", plan->no_ipv6);
		host_advice_add(advice, &n, LOG_LEVEL_INFO, text);
	} else if ((plan->form & PLAN_SHARED) && plan->ipv6 && ipv6) {
		host_advice_add(advice, &n, LOG_LEVEL_INFO, ipv6);
	}
	return n;
}
