// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_network.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dgramqueue.h"
#include "log.h"
#include "sysctl.h"
#include "tap.h"

enum { HOST_NETWORK_SETTLE = 50 }; /* ms: route changes come in flocks */

/* Before the device is up: what the host would otherwise believe of its guests. */
static int host_network_set_sysctls(struct host *host)
{
	static const struct {
		const char *format;
		int value;
		bool optional; /* there is no IPv6 in every kernel */
	} settings[] = {
		{"ipv6/conf/%s/disable_ipv6", 1, true},
		{"ipv6/conf/%s/accept_ra", 0, true},
		{"ipv4/conf/%s/accept_redirects", 0, false},
		{"ipv4/conf/%s/send_redirects", 0, false},
		{"ipv4/conf/%s/rp_filter", 1, false},
		{"ipv4/conf/%s/forwarding", 1, false},
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
	char alias[CONFIG_NAME_MAX + 32];
	int ret;

	host->tap_fd = tap_open(host->plan.device, &host->tap_joins_udp);
	if (host->tap_fd < 0)
		return problem_set(host->problem, STATUS_HOST, "the TAP device %s: %s",
				   host->plan.device, strerror(-host->tap_fd));
	if (host_network_set_sysctls(host) < 0)
		return -1;
	snprintf(alias, sizeof(alias), "vde_vmnet network %s", host->config->name);
	ret = link_configure(&host->link, host->plan.device, host->plan.mac, host->config->mtu,
			     alias);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}

void host_network_down_device(struct host *host)
{
	if (host->tap_fd >= 0)
		close(host->tap_fd);
	host->tap_fd = -1;
}

int host_network_up_nat(struct host *host)
{
	if (nat_open(&host->nat, host->problem) < 0)
		return -1;
	return nat_apply(&host->nat, host->plan.ruleset, host->problem);
}

void host_network_down_nat(struct host *host)
{
	nat_close(&host->nat);
}

int host_network_up_address(struct host *host)
{
	const struct subnet *subnet = &host->plan.subnet;
	int ret = link_add_address(&host->link, host->plan.device, subnet->gateway, subnet->prefix);

	if (ret == 0)
		ret = link_up(&host->link, host->plan.device);
	journal_unlock_all(&host->journal);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}

static void host_network_follow_routes(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, settle);
	char devices[LINK_DEFAULTS_MAX][IF_NAMESIZE];
	unsigned n;
	int ret = link_refresh(&host->link);

	if (ret == 0) {
		n = link_default_devices(&host->link, devices, LINK_DEFAULTS_MAX);
		ret = forwarding_follow(&host->forwarding, devices, n);
	}
	if (ret < 0)
		log_warning("the host's default route cannot be followed: %s", strerror(-ret));
}

static void host_network_routes_changed(struct link *link)
{
	timer_arm(&container_of(link, struct host, link)->settle, HOST_NETWORK_SETTLE);
}

int host_network_up_forwarding(struct host *host)
{
	int ret;

	forwarding_init(&host->forwarding, &host->journal);
	ret = timer_init(&host->settle, &host->loop, host_network_follow_routes);
	if (ret == 0)
		ret = link_watch(&host->link, &host->loop, host_network_routes_changed);
	if (ret == 0)
		ret = forwarding_follow(&host->forwarding, host->plan.uplinks,
					host->plan.n_uplinks);
	return ret < 0 ? host_fail(host, "forwarding", ret) : 0;
}

void host_network_down_forwarding(struct host *host)
{
	timer_finish(&host->settle);
	forwarding_finish(&host->forwarding);
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
