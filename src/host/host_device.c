// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_device.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "device.h"
#include "host_link.h"
#include "link_change.h"
#include "link_facts.h"
#include "log.h"
#include "mac.h"
#include "mtu.h"
#include "ownbridge.h"
#include "sysctl.h"
#include "tap.h"
#include "undolog_others.h"

/* A setting of the device, below /proc/sys/net. */
struct host_device_setting {
	const char *format;
	int value;
	bool optional; /* not every kernel has IPv6 */
};

/* 0, or -errno. */
static int host_device_set(struct host *host, const char *device,
			   const struct host_device_setting *setting, struct upkeep *upkeep)
{
	char key[64];
	int ret;

	snprintf(key, sizeof(key), setting->format, device);
	ret = upkeep ? upkeep_sysctl(upkeep, key, setting->value)
		     : sysctl_write(key, setting->value);
	if (ret == 0 || (setting->optional && ret == -ENOENT))
		return 0;
	if (!upkeep)
		problem_set(host->problem, STATUS_HOST, "/proc/sys/net/%s: %s", key,
			    strerror(-ret));
	return ret;
}

/*
 * Set before the device is up: things the host would otherwise believe from its guests. We choose
 * the link-local address ourselves (addr_gen_mode 1: none).
 */
static void host_device_list_settings(const struct host *host,
				      struct host_device_setting list[HOST_DEVICE_SETTINGS_MAX])
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
		/*
		 * Turned off in mode host, because new devices have it on if the host is a router.
		 */
		{"ipv4/conf/%s/forwarding", host->plan.form == PLAN_SHARED, false},
	};

	static_assert(sizeof(settings) / sizeof(settings[0]) == HOST_DEVICE_SETTINGS_MAX,
		      "an upkeep each");
	memcpy(list, settings, sizeof(settings));
}

/* Failures are in host->problem. 0, or -1. */
static int host_device_set_ours(struct host *host)
{
	struct host_device_setting settings[HOST_DEVICE_SETTINGS_MAX];

	host_device_list_settings(host, settings);
	for (unsigned i = 0; i < HOST_DEVICE_SETTINGS_MAX; i++) {
		if (host_device_set(host, host->plan.device, &settings[i], NULL) < 0)
			return -1;
	}
	return 0;
}

/*
 * As a member of a bridge, or beside a NIC, it is not the host's: it gets no address there, not
 * even a link-local one.
 */
static int host_device_set_member(struct host *host)
{
	const struct host_device_setting setting = {"ipv6/conf/%s/disable_ipv6", 1, true};

	return host_device_set(host, host->plan.tap, &setting, NULL) < 0 ? -1 : 0;
}

static unsigned host_device_mtu(const struct plan *plan)
{
	/* A bridge has the smallest MTU of its members: ours equals it, whatever guests have. */
	if (plan->form & PLAN_BRIDGED)
		return plan->interface.mtu;
	/*
	 * The bridge silently drops what exceeds the MTU of the member it is for, plus one tag.
	 * What is too long for our guests is dropped by the worker, which logs it.
	 */
	if (plan->form & PLAN_SHAREDBRIDGE)
		return MTU_TAP_MAX;
	return plan->mtu;
}

static int host_device_fail_bridge(struct host *host, int error)
{
	if (error == -EOPNOTSUPP)
		return problem_set(host->problem, STATUS_HOST,
				   "the kernel cannot create the bridge %s, which tap:// needs; "
				   "try: modprobe bridge",
				   host->plan.device);
	return host_fail(host, host->plan.device, error);
}

/* With tap://: has the gateway's MAC address, and keeps it whatever its members have. */
static int host_device_up_bridge(struct host *host)
{
	const struct plan *plan = &host->plan;
	int ret = ownbridge_make(&host->undolog, &host->link, plan->device, plan->mac,
				 host_device_mtu(plan));

	return ret < 0 ? host_device_fail_bridge(host, ret) : 0;
}

/* The worker's TAP: the device itself, or its first member with the same address. 0, or -errno. */
static int host_device_configure_tap(struct host *host)
{
	const struct plan *plan = &host->plan;
	char alias[DEVICE_ALIAS_MAX];
	int ret;

	device_format_alias(&host->undolog, alias);
	ret = link_configure(&host->link, plan->tap, plan->mac, host_device_mtu(plan), alias);
	if (ret == 0)
		ret = device_record(&host->undolog, plan->tap);
	if (ret == 0 && plan->bridges)
		ret = link_enslave(&host->link, plan->tap, plan->device);
	if (ret == 0 && plan->bridges)
		ret = host_link_guard(&host->link, plan->tap, plan->isolated);
	return ret;
}

int host_device_up(struct host *host)
{
	const struct plan *plan = &host->plan;
	bool bridged = plan->form & PLAN_BRIDGED;
	int ret;

	if (plan->bridges && host_device_up_bridge(host) < 0)
		return -1;
	host->device.fd = tap_open(plan->tap, &host->device.joins_udp);
	if (host->device.fd < 0)
		return problem_set(host->problem, STATUS_HOST,
				   "cannot create the TAP device %s: %s", plan->tap,
				   strerror(-host->device.fd));
	host->device.tap = (int)if_nametoindex(plan->tap);
	host->device.index = (int)if_nametoindex(plan->device);
	if ((bridged || plan->bridges) && host_device_set_member(host) < 0)
		return -1;
	if (!bridged && host_device_set_ours(host) < 0)
		return -1;
	ret = host_device_configure_tap(host);
	return ret < 0 ? host_fail(host, plan->tap, ret) : 0;
}

void host_device_down(struct host *host)
{
	int ret;

	if (host->device.fd >= 0)
		close(host->device.fd);
	host->device.fd = -1;
	ret = device_delete(&host->undolog, &host->link);
	if (ret < 0)
		log_warning("cannot delete the device %s: %s; the next start will try again, as "
			    "will vde_vmnet --cleanup",
			    host->plan.device, strerror(-ret));
}

/* One of its addresses, in either family. */
struct host_device_address {
	bool ipv6;
	unsigned prefix;
	struct in_addr address;
	struct in6_addr address6;
};

/* Those it should have; returns how many. */
static unsigned host_device_list(const struct host *host,
				 struct host_device_address list[HOST_DEVICE_ADDRESSES_MAX])
{
	const struct subnet *subnet = &host->plan.subnet;
	unsigned n = 0;

	if (host->plan.form & PLAN_SERVED)
		list[n++] = (struct host_device_address){.prefix = subnet->prefix,
							 .address.s_addr = htonl(subnet->gateway)};
	if (host->plan.ipv6) {
		list[n] = (struct host_device_address){.ipv6 = true, .prefix = ULA_BITS};
		inet_pton(AF_INET6, RULESET_ROUTER, &list[n++].address6);
		list[n++] =
			(struct host_device_address){.ipv6 = true,
						     .prefix = ULA_BITS,
						     .address6 = ula_gateway(&host->plan.prefix6)};
	}
	return n;
}

static const void *host_device_bytes(const struct host_device_address *address)
{
	return address->ipv6 ? (const void *)&address->address6 : (const void *)&address->address;
}

/* Without the host part. */
static void host_device_format_network(const struct host_device_address *address,
				       char text[ULA_TEXT_MAX])
{
	struct in6_addr network = address->address6;

	if (address->ipv6) {
		memset(&network.s6_addr[ULA_BITS / 8], 0, sizeof(network) - ULA_BITS / 8);
		ula_format(&network, text);
	} else {
		subnet_format(subnet_network(ntohl(address->address.s_addr), address->prefix),
			      text);
	}
}

/* 0, or -errno. */
static int host_device_add(struct host *host, const struct host_device_address *address)
{
	if (address->ipv6)
		return link_add_address6(&host->link, host->plan.device, &address->address6,
					 address->prefix);
	return link_add_address(&host->link, host->plan.device, ntohl(address->address.s_addr),
				address->prefix);
}

/* IPv4 before the device is up; IPv6 after, or it would lose them. 0, or -errno. */
static int host_device_add_family(struct host *host, bool ipv6)
{
	struct host_device_address list[HOST_DEVICE_ADDRESSES_MAX];
	unsigned n = host_device_list(host, list);
	int ret = 0;

	for (unsigned i = 0; i < n && ret == 0; i++) {
		if (list[i].ipv6 == ipv6)
			ret = host_device_add(host, &list[i]);
	}
	return ret;
}

int host_device_up_address(struct host *host)
{
	int ret = host_device_add_family(host, false);

	if (ret == 0)
		ret = link_up(&host->link, host->plan.device);
	if (ret == 0 && host->plan.bridges)
		ret = link_up(&host->link, host->plan.tap);
	if (ret == 0)
		ret = host_device_add_family(host, true);
	if (ret == 0 && (host->plan.form & PLAN_SHAREDBRIDGE))
		ret = link_up(&host->link, host->plan.sharedbridge.bridge);
	undolog_unlock_all(&host->undolog);
	return ret < 0 ? host_fail(host, host->plan.device, ret) : 0;
}

/* ---- what other software changed ---- */

void host_device_watch(const struct host *host, struct filewatch *watch)
{
	struct host_device_setting settings[HOST_DEVICE_SETTINGS_MAX];
	char key[64];

	host_device_list_settings(host, settings);
	for (unsigned i = 0; i < HOST_DEVICE_SETTINGS_MAX; i++) {
		snprintf(key, sizeof(key), settings[i].format, host->plan.device);
		filewatch_add_sysctl(watch, key);
	}
}

static void host_device_follow_settings(struct host *host)
{
	struct host_device_setting settings[HOST_DEVICE_SETTINGS_MAX];

	host_device_list_settings(host, settings);
	for (unsigned i = 0; i < HOST_DEVICE_SETTINGS_MAX; i++)
		host_device_set(host, host->plan.device, &settings[i], &host->device.settings[i]);
}

/* IPv6 allows an address only once, whatever its prefix length. 0, or -errno. */
static int host_device_add_again(struct host *host, const struct host_device_address *address)
{
	int ret = host_device_add(host, address);

	if (ret != -EEXIST || !address->ipv6)
		return ret;
	ret = link_drop_address(&host->link, host->device.index, &address->address6,
				sizeof(address->address6));
	return ret < 0 ? ret : host_device_add(host, address);
}

/* True: it was present. */
static bool host_device_follow_address(struct host *host, const struct host_device_address *address,
				       struct upkeep *upkeep)
{
	const void *bytes = host_device_bytes(address);
	size_t size = address->ipv6 ? sizeof(address->address6) : sizeof(address->address);
	bool there =
		link_has_address(&host->link, host->device.index, bytes, size, address->prefix);
	enum upkeep_verdict verdict = upkeep_judge(upkeep, there, clock_now());
	char text[ULA_TEXT_MAX];
	char command[128];
	char what[128];
	int ret = verdict == UPKEEP_MEND ? host_device_add_again(host, address) : 0;

	inet_ntop(address->ipv6 ? AF_INET6 : AF_INET, bytes, text, sizeof(text));
	snprintf(what, sizeof(what), "the address %s/%u was missing from %s", text, address->prefix,
		 host->plan.device);
	snprintf(command, sizeof(command), "ip address add %s/%u dev %s", text, address->prefix,
		 host->plan.device);
	if (ret == 0)
		upkeep_say(verdict, what, command);
	else
		log_warning("%s: %s", what, strerror(-ret));
	return there;
}

/* The route to its guests, which came with the address but can be removed separately. */
static void host_device_follow_route(struct host *host, const struct host_device_address *address,
				     struct upkeep *upkeep)
{
	const void *bytes = host_device_bytes(address);
	int family = address->ipv6 ? AF_INET6 : AF_INET;
	bool there =
		link_has_route(&host->link, host->device.index, family, bytes, address->prefix);
	enum upkeep_verdict verdict = upkeep_judge(upkeep, there, clock_now());
	char command[128];
	char text[ULA_TEXT_MAX];
	char what[128];
	int ret = 0;

	if (verdict == UPKEEP_MEND)
		ret = link_add_route(&host->link, host->device.index, family, bytes,
				     address->prefix);
	host_device_format_network(address, text);
	snprintf(what, sizeof(what), "the route to %s/%u on %s was missing", text, address->prefix,
		 host->plan.device);
	snprintf(command, sizeof(command), "ip route add %s/%u dev %s", text, address->prefix,
		 host->plan.device);
	if (ret == 0)
		upkeep_say(verdict, what, command);
	else
		log_warning("%s, so guests cannot be reached: %s; another route may have taken its "
			    "place: ip route show %s/%u",
			    what, strerror(-ret), text, address->prefix);
}

/*
 * When the MTU was too small, the kernel set up IPv6 again and added an address made from the MAC
 * before we could tell it not to. Guests know fe80::1.
 */
static void host_device_drop_kernels(struct host *host)
{
	const struct in6_addr address = mac_link_local(host->plan.mac);

	if (host->plan.ipv6)
		link_drop_address(&host->link, host->device.index, &address, sizeof(address));
}

bool host_device_follow(struct host *host)
{
	struct host_device_address list[HOST_DEVICE_ADDRESSES_MAX];
	unsigned n = host_device_list(host, list);
	enum host_link_state state = host_link_follow(host);

	if (state == HOST_LINK_GONE)
		return false;
	/* What was restored just now may have made the kernel change more. */
	if (state == HOST_LINK_MENDED && link_refresh(&host->link) < 0)
		return true;
	host_device_watch(host, &host->routes.sysctls);
	host_device_follow_settings(host);
	host_device_drop_kernels(host);
	for (unsigned i = 0; i < n; i++) {
		if (host_device_follow_address(host, &list[i], &host->device.addresses[i]) &&
		    state != HOST_LINK_DOWN)
			host_device_follow_route(host, &list[i], &host->device.routes[i]);
	}
	return true;
}
