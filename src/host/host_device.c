// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "link_change.h"
#include "log.h"
#include "sysctl.h"
#include "tap.h"
#include "undolog_others.h"

/* A setting of the device, below /proc/sys/net. */
struct host_device_setting {
	const char *format;
	int value;
	bool optional; /* there is no IPv6 in every kernel */
};

static int host_device_set(struct host *host, const struct host_device_setting *settings,
			   unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
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

/*
 * Before the device is up: what the host would otherwise believe of its guests.
 * Its link-local address is one of our own choice (addr_gen_mode 1: none).
 */
static int host_device_set_ours(struct host *host)
{
	bool forward6 = host->plan.ipv6 && host->plan.forwarding6 == IPV6_FORWARDING_DEVICE;
	const struct host_device_setting settings[] = {
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

	return host_device_set(host, settings, sizeof(settings) / sizeof(settings[0]));
}

/* In mode bridged it is not the host's: it gets no address there, not even a link-local one. */
static int host_device_set_bridged(struct host *host)
{
	const struct host_device_setting setting = {"ipv6/conf/%s/disable_ipv6", 1, true};

	return host_device_set(host, &setting, 1);
}

int host_device_up(struct host *host)
{
	const struct plan *plan = &host->plan;
	bool bridged = plan->form & PLAN_BRIDGED;
	/* A bridge has the smallest MTU of its members: ours is the same, whatever guests have. */
	unsigned mtu = bridged ? plan->interface.mtu : plan->mtu;
	char alias[DEVICE_ALIAS_MAX];
	int ret;

	host->device.fd = tap_open(plan->device, &host->device.joins_udp);
	if (host->device.fd < 0)
		return problem_set(host->problem, STATUS_HOST, "the TAP device %s: %s",
				   plan->device, strerror(-host->device.fd));
	if ((bridged ? host_device_set_bridged(host) : host_device_set_ours(host)) < 0)
		return -1;
	device_format_alias(&host->undolog, alias);
	ret = link_configure(&host->link, plan->device, plan->mac, mtu, alias);
	if (ret == 0)
		ret = device_record(&host->undolog, plan->device);
	return ret < 0 ? host_fail(host, plan->device, ret) : 0;
}

/* Comes twice in the list of steps; the second time there is nothing left to do. */
void host_device_down(struct host *host)
{
	int ret;

	if (host->device.fd >= 0)
		close(host->device.fd);
	host->device.fd = -1;
	ret = device_delete(&host->undolog, &host->link);
	if (ret < 0)
		log_warning("the device %s cannot be deleted: %s; the next start tries it again, "
			    "and vde_vmnet --cleanup",
			    host->plan.device, strerror(-ret));
}

static int host_device_add_addresses6(struct host *host)
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

int host_device_up_address(struct host *host)
{
	const struct subnet *subnet = &host->plan.subnet;
	int ret = 0;

	if (host->plan.form & PLAN_SERVED)
		ret = link_add_address(&host->link, host->plan.device, subnet->gateway,
				       subnet->prefix);
	if (ret == 0)
		ret = link_up(&host->link, host->plan.device);
	if (ret == 0 && host->plan.ipv6)
		ret = host_device_add_addresses6(host);
	if (ret == 0 && (host->plan.form & PLAN_SHAREDBRIDGE))
		ret = link_up(&host->link, host->plan.sharedbridge.bridge);
	undolog_unlock_all(&host->undolog);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}
