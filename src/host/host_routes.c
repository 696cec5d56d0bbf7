// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_routes.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "cleantext.h"
#include "host_conflict.h"
#include "host_device.h"
#include "host_dnsmasq.h"
#include "host_firewall.h"
#include "host_resolv.h"
#include "host_taps.h"
#include "host_tell.h"
#include "host_transit.h"
#include "log.h"

static int host_routes_forward6(struct host *host)
{
	host->routes.routed6 = ipv6_is_routed(host->plan.forwarding6, host->plan.n_uplinks6 > 0);
	return host_transit_follow(host, true);
}

static int host_routes_follow_ipv6(struct host *host)
{
	bool routed = host->routes.routed6;
	int ret;

	if (!host->plan.ipv6)
		return 0;
	if (host->plan.forwarding6 != IPV6_FORWARDING_DEVICE)
		host->plan.forwarding6 = ipv6_find_forwarding();
	ret = host_routes_forward6(host);
	if (host->routes.routed6 != routed) {
		log_info("guests have %s way out over IPv6%s", host->routes.routed6 ? "a" : "no",
			 !host->routes.routed6 && host->plan.n_uplinks6 == 0 &&
					 host->plan.n_only == 0
				 ? ": the host has no IPv6 default route"
				 : "");
		host_dnsmasq_follow(host);
	}
	return ret;
}

static unsigned host_routes_count_rules(const struct host *host)
{
	return host->plan.ipv6 ? HOST_RULES_MAX : 1;
}

/* For software that directs all of the host's traffic to a routing table of its own. */
static void host_routes_follow_rules(struct host *host)
{
	int ret = policyrule_follow(host->routes.rules, host_routes_count_rules(host), &host->link);

	if (ret < 0)
		log_warning("cannot follow the host's routing rules: %s", strerror(-ret));
}

static void host_routes_find_uplinks(struct host *host)
{
	bool routed = host->plan.n_uplinks > 0;

	plan_find_uplinks(&host->plan, &host->link);
	if (routed != (host->plan.n_uplinks > 0))
		log_info("guests have %s way out over IPv4%s", routed ? "no" : "a",
			 routed && host->plan.n_only == 0 ? ": the host has no default route" : "");
}

static void host_routes_follow(struct settle *settle)
{
	struct host *host = container_of(settle, struct host, routes.settle);
	int ret = link_refresh(&host->link);
	int ret6 = ret;

	if (ret == 0 && host->plan.form == PLAN_SHARED) {
		host_routes_find_uplinks(host);
		ret = host_transit_follow(host, false);
		ret6 = host_routes_follow_ipv6(host);
		host_tell_facts(host);
		host_transit_look(host); /* one of our devices may have looked like another's */
	}
	host_taps_follow(host);
	if (ret == 0 && host_device_follow(host)) {
		if (host->worker.ready)
			host_tell_others(host);
		host_routes_follow_rules(host);
		host_firewall_follow(host);
		host_conflict_follow(host);
		host_resolv_follow(host);
	}
	if (ret < 0 || ret6 < 0)
		log_warning("cannot follow the host's default route: %s",
			    strerror(ret < 0 ? -ret : -ret6));
}

static void host_routes_changed(struct link *link)
{
	settle_disturb(&container_of(link, struct host, link)->routes.settle);
}

static void host_routes_written(struct filewatch *watch)
{
	settle_disturb(&container_of(watch, struct host, routes.sysctls)->routes.settle);
}

/* Writing 0 over 0 disables forwarding on every device, without an event. */
static int host_routes_watch_sysctls(struct host *host)
{
	struct filewatch *watch = &host->routes.sysctls;
	int ret = filewatch_init(watch, &host->loop, host_routes_written);

	filewatch_add_sysctl(watch, "ipv4/ip_forward");
	filewatch_add_sysctl(watch, "ipv4/conf/all/forwarding");
	filewatch_add_sysctl(watch, "ipv6/conf/all/forwarding");
	filewatch_add_sysctl(watch, "ipv6/conf/all/force_forwarding");
	host_device_watch(host, watch);
	return ret;
}

/* IPv4 first; in IPv6 also the link-local addresses that guests make themselves. */
static void host_routes_init_rules(struct host *host)
{
	const struct subnet *subnet = &host->plan.subnet;
	const struct in6_addr local = {{{0xfe, 0x80}}};
	uint32_t network = htonl(subnet_network(subnet->gateway, subnet->prefix));
	struct policyrule *rules = host->routes.rules;

	policyrule_init(&rules[0], &host->undolog, AF_INET, &network, subnet->prefix, "");
	policyrule_init(&rules[1], &host->undolog, AF_INET6, &host->plan.prefix6, ULA_BITS, "");
	policyrule_init(&rules[2], &host->undolog, AF_INET6, &local, ULA_BITS, host->plan.device);
}

int host_routes_check(struct host *host)
{
	int64_t priorities[POLICYRULES_MAX];
	unsigned n = host_routes_count_rules(host);
	int ret;

	static_assert((int)HOST_RULES_MAX <= (int)POLICYRULES_MAX, "room for each");
	host_routes_init_rules(host);
	ret = policyrule_propose(host->routes.rules, n, &host->link, priorities);
	if (ret < 0)
		return host_fail(host, "cannot read the host's routing rules", ret);
	for (unsigned i = 0; i < n; i++) {
		const struct policyrule *rule = &host->routes.rules[i];
		char network[INET6_ADDRSTRLEN];

		inet_ntop(rule->family, &rule->network, network, sizeof(network));
		if (priorities[i] >= 0)
			cleantext_print(
				"ip rule    to %s/%u, at %lld, before those of other software\n",
				network, rule->bits, (long long)priorities[i]);
	}
	host_conflict_check(host);
	return 0;
}

int host_routes_up(struct host *host)
{
	int ret = settle_init(&host->routes.settle, &host->loop, host_routes_follow);

	if (ret == 0)
		ret = link_watch(&host->link, &host->loop, host_routes_changed);
	if (ret == 0)
		ret = host_routes_watch_sysctls(host);
	if (ret < 0)
		return host_fail(host, "cannot watch the host's routes", ret);
	host_routes_init_rules(host);
	host_routes_follow_rules(host);
	host_conflict_follow(host);
	return 0;
}

void host_routes_down(struct host *host)
{
	filewatch_finish(&host->routes.sysctls);
	settle_finish(&host->routes.settle);
	for (unsigned i = 0; i < HOST_RULES_MAX; i++)
		policyrule_finish(&host->routes.rules[i], &host->link);
}

int host_routes_up_forwarding(struct host *host)
{
	int ret;

	forwarding_init(&host->routes.forwarding, &forwarding_ipv4, &host->undolog);
	forwarding_init(&host->routes.forwarding6, &forwarding_ipv6, &host->undolog);
	ret = host_transit_up(host);
	if (ret == 0)
		ret = host_transit_follow(host, false);
	if (ret == 0 && host->plan.ipv6)
		ret = host_routes_forward6(host);
	return ret < 0 ? host_fail(host, "cannot enable forwarding", ret) : 0;
}

void host_routes_down_forwarding(struct host *host)
{
	forwarding_finish(&host->routes.forwarding6);
	forwarding_finish(&host->routes.forwarding);
	host_transit_down(host);
}
