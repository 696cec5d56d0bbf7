// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_conflict.h"

#include <stdio.h>
#include <string.h>

#include "log.h"
#include "ula.h"

/* The option that would be free now. "": there is none. */
static const char *host_conflict_propose(const struct host *host, char text[64])
{
	char what[LINK_OVERLAP_MAX];
	char address[SUBNET_TEXT_MAX];
	unsigned net = host->plan.form == PLAN_HOST ? SUBNET_HOST : SUBNET_SHARED;
	uint32_t gateway;

	text[0] = '\0';
	for (unsigned n = 0; (gateway = subnet_candidate(net, n)) != 0; n++) {
		if (gateway == host->plan.subnet.gateway ||
		    link_overlaps(&host->link, gateway, host->plan.subnet.prefix, what))
			continue;
		snprintf(text, 64, ": --vmnet-gateway=%s", subnet_format(gateway, address));
		break;
	}
	return text;
}

/* what: that overlaps now, "": nothing; said: what did before. */
static void host_conflict_say(const char *ours, const char *what, char said[LINK_OVERLAP_MAX],
			      const char *remedy)
{
	if (*what != '\0' && strcmp(what, said) != 0)
		log_warning("%s is not only ours now, but overlaps with %s: of the two, one cannot "
			    "be reached from here; to have both, start again with another%s",
			    ours, what, remedy);
	if (*what == '\0' && *said != '\0')
		log_info("%s is ours alone again", ours);
	snprintf(said, LINK_OVERLAP_MAX, "%s", what);
}

static void host_conflict_follow_ipv4(struct host *host)
{
	const struct subnet *subnet = &host->plan.subnet;
	char network[SUBNET_TEXT_MAX];
	char ours[SUBNET_TEXT_MAX + 8];
	char what[LINK_OVERLAP_MAX];
	char remedy[64];

	if (!link_overlaps(&host->link, subnet->gateway, subnet->prefix, what))
		what[0] = '\0';
	snprintf(ours, sizeof(ours), "%s/%u",
		 subnet_format(subnet_network(subnet->gateway, subnet->prefix), network),
		 subnet->prefix);
	host_conflict_say(ours, what, host->conflict.ipv4, host_conflict_propose(host, remedy));
}

static void host_conflict_follow_ipv6(struct host *host)
{
	char prefix[ULA_TEXT_MAX];
	char ours[ULA_TEXT_MAX + 8];
	char what[LINK_OVERLAP_MAX];

	if (!host->plan.ipv6)
		return;
	if (!link_overlaps6(&host->link, &host->plan.prefix6, ULA_BITS, what))
		what[0] = '\0';
	snprintf(ours, sizeof(ours), "%s/%d", ula_format(&host->plan.prefix6, prefix), ULA_BITS);
	host_conflict_say(ours, what, host->conflict.ipv6, " --vmnet-nat66-prefix");
}

void host_conflict_follow(struct host *host)
{
	snprintf(host->link.own, sizeof(host->link.own), "%s", host->plan.device);
	host_conflict_follow_ipv4(host);
	host_conflict_follow_ipv6(host);
}
