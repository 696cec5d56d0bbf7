// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipv6.h"

#include <stddef.h>

#include "sysctl.h"

const char *ipv6_missing(void)
{
	int disabled;

	/* A new device gets the values of "default". */
	if (sysctl_read("ipv6/conf/default/disable_ipv6", &disabled) < 0)
		return "the kernel has no IPv6";
	if (disabled)
		return "the host has it turned off (net.ipv6.conf.default.disable_ipv6)";
	return NULL;
}

enum ipv6_forwarding ipv6_find_forwarding(void)
{
	int host_forwards = 0;
	int value;

	if (sysctl_read("ipv6/conf/all/forwarding", &host_forwards) < 0)
		return IPV6_FORWARDING_NONE;
	return ipv6_choose_forwarding(sysctl_read("ipv6/conf/all/force_forwarding", &value) == 0,
				      host_forwards);
}

enum ipv6_forwarding ipv6_choose_forwarding(bool has_force, bool host_forwards)
{
	if (has_force) /* even if the host forwards itself, because it may stop */
		return IPV6_FORWARDING_DEVICE;
	return host_forwards ? IPV6_FORWARDING_HOST : IPV6_FORWARDING_NONE;
}

bool ipv6_is_routed(enum ipv6_forwarding forwarding, bool has_route)
{
	return forwarding != IPV6_FORWARDING_NONE && has_route;
}

const char *ipv6_advice(enum ipv6_forwarding forwarding, bool has_route, bool named)
{
	if (ipv6_is_routed(forwarding, has_route))
		return NULL;
	if (forwarding == IPV6_FORWARDING_NONE)
		return "over IPv6, guests reach only each other and the host: this kernel (before "
		       "6.17) forwards IPv6 for all devices or for none; to let guests out: sysctl "
		       "net.ipv6.conf.all.forwarding=1, after accept_ra=2 for devices that learn "
		       "their routes from a router";
	if (named)
		return "no --uplink device has an IPv6 route; guests get out over IPv6 once one "
		       "does";
	return "the host has no IPv6 default route; guests get out over IPv6 once it has one";
}
