// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_conflict.h"

#include <stdio.h>
#include <string.h>

#include "cleantext.h"
#include "log.h"
#include "ula.h"

enum { HOST_CONFLICT_TEXT_MAX = 512 };

/* Proposes an option that would be free now, if there is one. */
static void host_conflict_propose(const struct host *host, char text[64])
{
	char what[LINK_OVERLAP_MAX];
	char address[SUBNET_TEXT_MAX];
	unsigned net = host->plan.form == PLAN_HOST ? SUBNET_HOST : SUBNET_SHARED;
	uint32_t gateway;

	snprintf(text, 64, "another --vmnet-gateway");
	for (unsigned n = 0; (gateway = subnet_candidate(net, n)) != 0; n++) {
		if (gateway == host->plan.subnet.gateway ||
		    link_overlaps(&host->link, gateway, host->plan.subnet.prefix, what))
			continue;
		snprintf(text, 64, "--vmnet-gateway=%s", subnet_format(gateway, address));
		break;
	}
}

/* What to say if it overlaps; false: it does not. */
static bool host_conflict_format(const char *ours, const char *what, const char *remedy,
				 char text[HOST_CONFLICT_TEXT_MAX])
{
	if (*what == '\0')
		return false;
	snprintf(text, HOST_CONFLICT_TEXT_MAX,
		 "our network %s now overlaps with %s: only one of them can be reached from here; "
		 "to use both, restart with %s",
		 ours, what, remedy);
	return true;
}

/*
 * What overlaps with the network of a family, what that network is called, and how to avoid the
 * overlap.
 */
struct host_conflict_view {
	char ours[ULA_TEXT_MAX + 8];
	char what[LINK_OVERLAP_MAX]; /* "": nothing */
	char remedy[64];
};

static void host_conflict_look_ipv4(const struct host *host, struct host_conflict_view *view)
{
	const struct subnet *subnet = &host->plan.subnet;
	char network[SUBNET_TEXT_MAX];

	if (!link_overlaps(&host->link, subnet->gateway, subnet->prefix, view->what))
		view->what[0] = '\0';
	snprintf(view->ours, sizeof(view->ours), "%s/%u",
		 subnet_format(subnet_network(subnet->gateway, subnet->prefix), network),
		 subnet->prefix);
	if (*view->what)
		host_conflict_propose(host, view->remedy);
}

static void host_conflict_look_ipv6(const struct host *host, struct host_conflict_view *view)
{
	char prefix[ULA_TEXT_MAX];

	if (!link_overlaps6(&host->link, &host->plan.prefix6, ULA_BITS, view->what))
		view->what[0] = '\0';
	snprintf(view->ours, sizeof(view->ours), "%s/%d", ula_format(&host->plan.prefix6, prefix),
		 ULA_BITS);
	snprintf(view->remedy, sizeof(view->remedy), "another --vmnet-nat66-prefix");
}

/* said: what overlapped before, if anything. */
static void host_conflict_say(const struct host_conflict_view *view, char said[LINK_OVERLAP_MAX])
{
	char text[HOST_CONFLICT_TEXT_MAX];

	if (host_conflict_format(view->ours, view->what, view->remedy, text) &&
	    strcmp(view->what, said) != 0)
		log_warning("%s", text);
	if (*view->what == '\0' && *said != '\0')
		log_info("our network %s no longer overlaps with another", view->ours);
	snprintf(said, LINK_OVERLAP_MAX, "%s", view->what);
}

void host_conflict_follow(struct host *host)
{
	struct host_conflict_view view;

	snprintf(host->link.own, sizeof(host->link.own), "%s", host->plan.device);
	host_conflict_look_ipv4(host, &view);
	host_conflict_say(&view, host->conflict.ipv4);
	if (!host->plan.ipv6)
		return;
	host_conflict_look_ipv6(host, &view);
	host_conflict_say(&view, host->conflict.ipv6);
}

void host_conflict_check(const struct host *host)
{
	char text[HOST_CONFLICT_TEXT_MAX];
	struct host_conflict_view view;

	host_conflict_look_ipv4(host, &view);
	if (host_conflict_format(view.ours, view.what, view.remedy, text))
		cleantext_print("warning    %s\n", text);
	if (!host->plan.ipv6)
		return;
	host_conflict_look_ipv6(host, &view);
	if (host_conflict_format(view.ours, view.what, view.remedy, text))
		cleantext_print("warning    %s\n", text);
}
