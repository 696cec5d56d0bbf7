// SPDX-License-Identifier: GPL-2.0-or-later
#include "hostfwd_check.h"

#include <string.h>
#include <strings.h>

static int hostfwd_check_ipv4(const struct hostfwd *hostfwd, const struct subnet *subnet,
			      struct problem *problem)
{
	uint32_t address = hostfwd_unmap(&hostfwd->address);
	char text[SUBNET_TEXT_MAX];
	char network[SUBNET_TEXT_MAX];
	uint32_t first;

	if (!subnet)
		return 0;
	first = subnet_network(subnet->gateway, subnet->prefix);
	subnet_format(address, text);
	if (subnet_network(address, subnet->prefix) != first)
		return problem_set(problem, STATUS_USAGE, "%s is outside the guests' subnet %s/%u",
				   text, subnet_format(first, network), subnet->prefix);
	if (address == subnet->gateway)
		return problem_set(problem, STATUS_USAGE, "%s is the host's own address there",
				   text);
	if (address == first || address == subnet_broadcast(subnet->gateway, subnet->prefix))
		return problem_set(problem, STATUS_USAGE,
				   "%s is the subnet's network or broadcast address", text);
	return 0;
}

static int hostfwd_check_ipv6(const struct hostfwd *hostfwd, const struct in6_addr *prefix6,
			      struct problem *problem)
{
	char text[ULA_TEXT_MAX];
	char network[ULA_TEXT_MAX];
	struct in6_addr gateway;

	if (!prefix6)
		return problem_set(problem, STATUS_USAGE, "guests get no IPv6 in this network");
	gateway = ula_gateway(prefix6);
	ula_format(&hostfwd->address, text);
	if (!ula_same_start(&hostfwd->address, prefix6, ULA_BITS))
		return problem_set(problem, STATUS_USAGE, "%s is outside the guests' prefix %s/%d",
				   text, ula_format(prefix6, network), ULA_BITS);
	if (IN6_ARE_ADDR_EQUAL(&hostfwd->address, &gateway) ||
	    IN6_ARE_ADDR_EQUAL(&hostfwd->address, prefix6))
		return problem_set(problem, STATUS_USAGE, "%s is the host's own address there",
				   text);
	return 0;
}

const struct dhcp_host *hostfwd_find_host(const struct hostfwd *hostfwd, const struct dhcp *dhcp)
{
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		const struct dhcp_host *host = &dhcp->hosts[i];

		if (hostfwd->guest == HOSTFWD_NAME && strcasecmp(host->name, hostfwd->name) == 0)
			return host;
		if (hostfwd->guest == HOSTFWD_MAC &&
		    memcmp(host->mac, hostfwd->mac, sizeof(host->mac)) == 0)
			return host;
	}
	return NULL;
}

int hostfwd_check(const struct hostfwd *hostfwd, const struct hostfwd_network *network,
		  struct problem *problem)
{
	if (hostfwd->guest == HOSTFWD_NAME && !hostfwd_find_host(hostfwd, network->dhcp))
		return problem_set(problem, STATUS_USAGE,
				   "no --dhcp-host reserves the name %s; any guest could take it "
				   "and receive what comes to the host's port",
				   hostfwd->name);
	if (hostfwd->guest == HOSTFWD_MAC && !network->serves_dhcp)
		return problem_set(problem, STATUS_USAGE,
				   "without DHCP, a MAC address cannot be resolved; use the "
				   "guest's IP address");
	if (hostfwd->guest != HOSTFWD_ADDRESS)
		return 0;
	if (hostfwd_family(hostfwd) == AF_INET)
		return hostfwd_check_ipv4(hostfwd, network->subnet, problem);
	return network->knows_ipv6 ? hostfwd_check_ipv6(hostfwd, network->prefix6, problem) : 0;
}

const struct hostfwd *hostfwd_find_overlap(const struct hostfwd *list, unsigned n,
					   const struct hostfwd *hostfwd)
{
	for (unsigned i = 0; i < n; i++) {
		if (hostfwd_overlap(&list[i], hostfwd))
			return &list[i];
	}
	return NULL;
}
