// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_transit.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "link_facts.h"
#include "link_routes.h"
#include "log.h"

static struct forwarding *host_transit_forwarding(struct host *host, bool ipv6)
{
	return ipv6 ? &host->routes.forwarding6 : &host->routes.forwarding;
}

static void host_transit_add(struct ruleset_devices *devices, int index)
{
	static_assert((int)RULESET_DEVICES_MAX >= 2 * (int)LINK_DEFAULTS_MAX, "old and new ones");
	for (unsigned i = 0; i < devices->n; i++) {
		if (devices->indexes[i] == index)
			return;
	}
	if (index > 0) /* a device that is gone has no index, and forwards nothing */
		devices->indexes[devices->n++] = index;
}

static void host_transit_add_names(struct ruleset_devices *devices, char names[][IF_NAMESIZE],
				   unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		host_transit_add(devices, (int)if_nametoindex(names[i]));
}

/*
 * Sets in the rules which devices forward only for us (those of forwarding, and next), and by which
 * guests leave. 0, or -EIO, which was logged.
 */
static int host_transit_shut(struct host *host, bool ipv6, char next[][IF_NAMESIZE], unsigned n)
{
	struct forwarding *forwarding = host_transit_forwarding(host, ipv6);
	struct plan *plan = &host->plan;
	struct ruleset_devices ours = {0};
	struct ruleset_devices uplinks = {0};
	struct problem problem = {0};
	char text[RULESET_MAX];

	for (unsigned i = 0; i < forwarding->n && !host->transit.is_router[ipv6]; i++)
		host_transit_add(&ours, forwarding->devices[i].index);
	if (!host->transit.is_router[ipv6])
		host_transit_add_names(&ours, next, n);
	host_transit_add_names(&uplinks, ipv6 ? plan->uplinks6 : plan->uplinks,
			       ipv6 ? plan->n_uplinks6 : plan->n_uplinks);
	ruleset_format_devices(plan->table, &ours, &uplinks, ipv6, text);
	if (nft_apply(&host->nft, text, &problem) == 0)
		return 0;
	log_warning("%s", problem.text);
	return -EIO;
}

/*
 * The devices that have to forward: the uplinks, and, if there are forwards, every device with an
 * address that may be called. Those of our own instances forward anyway.
 */
static unsigned host_transit_list(const struct host *host, bool ipv6,
				  char names[LINK_DEFAULTS_MAX][IF_NAMESIZE])
{
	const struct plan *plan = &host->plan;
	unsigned n = ipv6 ? plan->n_uplinks6 : plan->n_uplinks;
	unsigned kept = n;

	memcpy(names, ipv6 ? plan->uplinks6 : plan->uplinks, n * sizeof(names[0]));
	if (host->forwards.n == 0)
		return n;
	n = link_add_addressed(&host->link, ipv6 ? AF_INET6 : AF_INET, names, n, LINK_DEFAULTS_MAX);
	for (unsigned i = kept; i < n; i++) {
		if (strncmp(names[i], "vmnet-", strlen("vmnet-")) != 0)
			memmove(names[kept++], names[i], sizeof(names[0]));
	}
	return kept;
}

int host_transit_follow(struct host *host, bool ipv6)
{
	struct forwarding *forwarding = host_transit_forwarding(host, ipv6);
	char devices[LINK_DEFAULTS_MAX][IF_NAMESIZE];
	unsigned n;
	int ret;

	if (ipv6 && host->plan.forwarding6 != IPV6_FORWARDING_DEVICE)
		return host_transit_shut(host, ipv6, NULL, 0);
	n = host_transit_list(host, ipv6, devices);
	ret = host_transit_shut(host, ipv6, devices, n);
	if (ret < 0)
		return ret;
	ret = forwarding_follow(forwarding, devices, n);
	if (host_transit_shut(host, ipv6, NULL, 0) < 0 && ret == 0)
		ret = -EIO;
	return ret;
}

/* Includes devices of other instances, which enable forwarding for their guests as we do. */
static bool host_transit_is_ours(void *context, int index)
{
	const struct host *host = context;
	char device[IF_NAMESIZE];

	if (!if_indextoname((unsigned)index, device)) /* it is gone */
		return true;
	return strncmp(device, "vmnet-", strlen("vmnet-")) == 0 ||
	       forwarding_is_ours(&host->routes.forwarding, index, device);
}

/*
 * Updates the rules, and logs which packets pass from now on; only once, because what makes the
 * host a router may come and go.
 */
static void host_transit_look_at(struct host *host, bool ipv6)
{
	struct host_transit *transit = &host->transit;
	int ret = netconf_is_router(&transit->netconf, ipv6 ? AF_INET6 : AF_INET,
				    host_transit_is_ours, host);

	if (ret < 0 || transit->is_router[ipv6] == ret)
		return;
	transit->is_router[ipv6] = ret;
	host_transit_shut(host, ipv6, NULL, 0);
	if (transit->said[ipv6])
		return;
	transit->said[ipv6] = true;
	log_info("other software (Docker, libvirt, podman …) has made this host an IPv%d router: "
		 "vde_vmnet no longer keeps packets from the uplinks out of the host's other "
		 "networks; from now on, that is up to this host's firewall alone",
		 ipv6 ? 6 : 4);
}

void host_transit_look(struct host *host)
{
	host_transit_look_at(host, false);
	if (host->plan.ipv6)
		host_transit_look_at(host, true);
}

static void host_transit_changed(struct netconf *netconf)
{
	host_transit_look(container_of(netconf, struct host, transit.netconf));
}

int host_transit_up(struct host *host)
{
	struct host_transit *transit = &host->transit;
	int ret = netconf_init(&transit->netconf, &host->loop, host_transit_changed);

	/* A host that was a router before stays one, and that needs no log line. */
	for (int ipv6 = 0; ipv6 < 2 && ret == 0; ipv6++) {
		int router = netconf_is_router(&transit->netconf, ipv6 ? AF_INET6 : AF_INET,
					       host_transit_is_ours, host);

		ret = router < 0 ? router : 0;
		transit->is_router[ipv6] = router > 0;
	}
	return ret;
}

void host_transit_down(struct host *host)
{
	netconf_finish(&host->transit.netconf);
}
