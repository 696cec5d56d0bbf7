// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "dgramqueue.h"
#include "host_conflict.h"
#include "host_dnsmasq.h"
#include "host_firewall.h"
#include "host_transit.h"
#include "log.h"
#include "sysctl.h"
#include "tap.h"

enum { HOST_NETWORK_SETTLE = 50 }; /* ms: route changes come in flocks */

/*
 * Before the device is up: what the host would otherwise believe of its guests.
 * Its link-local address is one of our own choice (addr_gen_mode 1: none).
 */
static int host_network_set_sysctls(struct host *host)
{
	bool forward6 = host->plan.ipv6 && host->plan.forwarding6 == IPV6_FORWARDING_DEVICE;
	const struct {
		const char *format;
		int value;
		bool optional; /* there is no IPv6 in every kernel */
	} settings[] = {
		{"ipv6/conf/%s/disable_ipv6", !host->plan.ipv6, true},
		{"ipv6/conf/%s/accept_ra", 0, true},
		{"ipv6/conf/%s/accept_redirects", 0, true},
		{"ipv6/conf/%s/autoconf", 0, true},
		{"ipv6/conf/%s/addr_gen_mode", 1, true},
		{"ipv6/conf/%s/force_forwarding", forward6, true},
		{"ipv4/conf/%s/accept_redirects", 0, false},
		{"ipv4/conf/%s/send_redirects", 0, false},
		{"ipv4/conf/%s/rp_filter", 1, false},
		/* Off where the host is a router and new devices have it on. */
		{"ipv4/conf/%s/forwarding", host->plan.form == PLAN_SHARED, false},
	};

	for (unsigned i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		char key[64];
		int ret;

		snprintf(key, sizeof(key), settings[i].format, host->plan.device);
		ret = sysctl_write(key, settings[i].value);
		if (ret < 0 && !(settings[i].optional && ret == -ENOENT))
			return problem_set(host->problem, STATUS_HOST, "/proc/sys/net/%s: %s", key,
					   strerror(-ret));
	}
	return 0;
}

int host_network_up_device(struct host *host)
{
	char alias[DEVICE_ALIAS_MAX];
	int ret;

	host->device.fd = tap_open(host->plan.device, &host->device.joins_udp);
	if (host->device.fd < 0)
		return problem_set(host->problem, STATUS_HOST, "the TAP device %s: %s",
				   host->plan.device, strerror(-host->device.fd));
	if (host_network_set_sysctls(host) < 0)
		return -1;
	device_format_alias(&host->journal, alias);
	ret = link_configure(&host->link, host->plan.device, host->plan.mac, host->config->mtu,
			     alias);
	if (ret == 0)
		ret = device_record(&host->journal, host->plan.device);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}

/* Comes twice in the list of steps; the second time there is nothing left to do. */
void host_network_down_device(struct host *host)
{
	int ret;

	if (host->device.fd >= 0)
		close(host->device.fd);
	host->device.fd = -1;
	ret = device_delete(&host->journal, &host->link);
	if (ret < 0)
		log_warning("the device %s cannot be deleted: %s; the next start tries it again, "
			    "and vde_vmnet --cleanup",
			    host->plan.device, strerror(-ret));
}

/* Docker turns it on for all bridges; the kernel has no way to exempt one. */
static void host_network_warn_of_filters(const struct segment *segment)
{
	int v4 = 0;
	int v6 = 0;

	sysctl_read("bridge/bridge-nf-call-iptables", &v4);
	sysctl_read("bridge/bridge-nf-call-ip6tables", &v6);
	if (v4 || v6)
		log_warning("net.bridge.bridge-nf-call-ip%stables is on: rules of another firewall "
			    "for what is forwarded (Docker's drop it) hold on %s too; allow it "
			    "there, or set it to 0",
			    v4 ? "" : "6", segment->bridge);
}

static int host_network_refuse_segment(struct host *host)
{
	return problem_set(host->problem, STATUS_HOST,
			   "a device %s is there already, and no bridge of ours; remove it",
			   host->plan.segment.bridge);
}

int host_network_check_segment(struct host *host)
{
	int ret = segment_check(&host->plan.segment, &host->journal);

	return ret < 0 ? host_network_refuse_segment(host) : 0;
}

int host_network_up_segment(struct host *host)
{
	const struct segment *segment = &host->plan.segment;
	int ret = segment_join(segment, &host->journal, &host->link, host->plan.device);

	if (ret == -EEXIST)
		return host_network_refuse_segment(host);
	if (ret == -EOPNOTSUPP)
		return problem_set(host->problem, STATUS_HOST,
				   "the kernel makes no bridge %s; try: modprobe bridge",
				   segment->bridge);
	if (ret < 0)
		return host_fail(host, segment->bridge, ret);
	host_network_warn_of_filters(segment);
	return 0;
}

void host_network_down_segment(struct host *host)
{
	segment_leave(&host->journal);
}

int host_network_up_nftables(struct host *host)
{
	if (nat_open(&host->nat, host->problem) < 0)
		return -1;
	if (nat_check(&host->nat, host->plan.ruleset, host->problem) == 0)
		return 0;
	if (host->plan.form != PLAN_SHARED)
		return -1;
	host->plan.rules.dns_timeout = false;
	ruleset_format(&host->plan.rules, host->plan.ruleset);
	if (nat_check(&host->nat, host->plan.ruleset, host->problem) < 0)
		return -1;
	*host->problem = (struct problem){0};
	log_debug("the kernel has no timeouts by rule (nf_conntrack_timeout): guests' DNS keeps "
		  "its ports for longer");
	return 0;
}

int host_network_up_nat(struct host *host)
{
	return nat_apply(&host->nat, host->plan.ruleset, host->problem);
}

void host_network_down_nat(struct host *host)
{
	nat_close(&host->nat);
}

static int host_network_add_addresses6(struct host *host)
{
	struct in6_addr gateway = ula_gateway(&host->plan.prefix6);
	struct in6_addr router;
	int ret;

	inet_pton(AF_INET6, RULESET_ROUTER, &router);
	ret = link_add_address6(&host->link, host->plan.device, &router, ULA_BITS);
	if (ret == 0)
		ret = link_add_address6(&host->link, host->plan.device, &gateway, ULA_BITS);
	return ret;
}

int host_network_up_address(struct host *host)
{
	const struct subnet *subnet = &host->plan.subnet;
	int ret = 0;

	if (host->plan.form & PLAN_SERVED)
		ret = link_add_address(&host->link, host->plan.device, subnet->gateway,
				       subnet->prefix);
	if (ret == 0)
		ret = link_up(&host->link, host->plan.device);
	if (ret == 0 && host->plan.ipv6)
		ret = host_network_add_addresses6(host);
	if (ret == 0 && (host->plan.form & PLAN_SEGMENT))
		ret = link_up(&host->link, host->plan.segment.bridge);
	journal_unlock_all(&host->journal);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}

static int host_network_forward6(struct host *host)
{
	host->routes.routed6 = ipv6_is_routed(host->plan.forwarding6, host->plan.n_uplinks6 > 0);
	return host_transit_follow(host, true);
}

static int host_network_follow_ipv6(struct host *host)
{
	bool routed = host->routes.routed6;
	int ret;

	if (!host->plan.ipv6)
		return 0;
	if (host->plan.forwarding6 != IPV6_FORWARDING_DEVICE)
		host->plan.forwarding6 = ipv6_find_forwarding();
	ret = host_network_forward6(host);
	if (host->routes.routed6 != routed) {
		log_info("guests have %s way out in IPv6", host->routes.routed6 ? "a" : "no");
		host_dnsmasq_reconfigure(host);
	}
	return ret;
}

static void host_network_follow_routes(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, routes.settle);
	int ret = link_refresh(&host->link);
	int ret6 = ret;

	if (ret == 0 && host->plan.form == PLAN_SHARED) {
		plan_find_uplinks(&host->plan, &host->link);
		ret = host_transit_follow(host, false);
		ret6 = host_network_follow_ipv6(host);
	}
	if (ret == 0) {
		host_firewall_follow(host);
		host_conflict_follow(host);
	}
	if (ret < 0 || ret6 < 0)
		log_warning("the host's default route cannot be followed: %s",
			    strerror(ret < 0 ? -ret : -ret6));
}

static void host_network_routes_changed(struct link *link)
{
	timer_arm(&container_of(link, struct host, link)->routes.settle, HOST_NETWORK_SETTLE);
}

int host_network_up_watch(struct host *host)
{
	int ret = timer_init(&host->routes.settle, &host->loop, host_network_follow_routes);

	if (ret == 0)
		ret = link_watch(&host->link, &host->loop, host_network_routes_changed);
	return ret < 0 ? host_fail(host, "the watch over routes", ret) : 0;
}

void host_network_down_watch(struct host *host)
{
	timer_finish(&host->routes.settle);
}

int host_network_up_forwarding(struct host *host)
{
	int ret;

	forwarding_init(&host->routes.forwarding, &forwarding_ipv4, &host->journal);
	forwarding_init(&host->routes.forwarding6, &forwarding_ipv6, &host->journal);
	ret = host_transit_up(host);
	if (ret == 0)
		ret = host_transit_follow(host, false);
	if (ret == 0 && host->plan.ipv6)
		ret = host_network_forward6(host);
	return ret < 0 ? host_fail(host, "forwarding", ret) : 0;
}

void host_network_down_forwarding(struct host *host)
{
	forwarding_finish(&host->routes.forwarding6);
	forwarding_finish(&host->routes.forwarding);
	host_transit_down(host);
}

int host_network_up_queue(struct host *host)
{
	int ret = dgramqueue_raise(&host->journal);

	if (ret < 0)
		log_warning("net.unix.max_dgram_qlen cannot be raised to %d: %s; bursts of frames "
			    "may be lost",
			    DGRAMQUEUE_FRAMES, strerror(-ret));
	return 0;
}

void host_network_down_queue(struct host *host)
{
	dgramqueue_restore(&host->journal);
}
