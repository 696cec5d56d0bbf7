// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan as text, for --check. */
#include "plan.h"

#include <stdio.h>

#include "mac.h"

static void plan_print_devices(const char *what, const char devices[][IF_NAMESIZE], unsigned n,
			       const char *none)
{
	printf("%-10s", what);
	for (unsigned i = 0; i < n; i++)
		printf(" %s", devices[i]);
	printf("%s%s\n", n > 0 ? "" : " ", n > 0 ? "" : none);
}

static void plan_print_ipv6(const struct plan *plan)
{
	struct in6_addr gateway = ula_gateway(&plan->prefix6);
	char text[ULA_TEXT_MAX];

	if (plan->ipv6)
		printf("IPv6       %s/%d\n", ula_format(&gateway, text), ULA_BITS);
	else
		printf("IPv6       off%s%s\n", plan->no_ipv6 ? ": " : "",
		       plan->no_ipv6 ? plan->no_ipv6 : "");
}

static void plan_print_dhcp(const struct plan *plan, const struct dhcp *dhcp)
{
	char first[SUBNET_TEXT_MAX];
	char last[SUBNET_TEXT_MAX];
	char server[ULA_TEXT_MAX];

	printf("DHCP       %s to %s, leases ", subnet_format(plan->subnet.dhcp_first, first),
	       subnet_format(plan->subnet.dhcp_last, last));
	if (dhcp->lease_time == DHCP_LEASE_INFINITE)
		printf("without end\n");
	else
		printf("of %u seconds\n", dhcp->lease_time);
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		const struct dhcp_host *host = &dhcp->hosts[i];
		char mac[MAC_TEXT_MAX];

		printf("reserved   %s for %s%s%s\n", subnet_format(host->address, first),
		       mac_format(host->mac, mac), *host->name ? " " : "", host->name);
	}
	for (unsigned i = 0; i < dhcp->n_servers; i++)
		printf("DNS server %s\n", subnet_format(dhcp->servers[i], first));
	for (unsigned i = 0; i < dhcp->n_servers6; i++)
		printf("DNS server %s\n", ula_format(&dhcp->servers6[i], server));
	for (unsigned i = 0; i < dhcp->n_search; i++)
		printf("DNS search %s\n", dhcp->search[i]);
}

static void plan_print_served(const struct plan *plan, const struct dhcp *dhcp)
{
	char gateway[SUBNET_TEXT_MAX];

	printf("gateway    %s/%u\n", subnet_format(plan->subnet.gateway, gateway),
	       plan->subnet.prefix);
	plan_print_ipv6(plan);
	if (!plan->serves_dhcp)
		printf("DHCP       off\n");
	else
		plan_print_dhcp(plan, dhcp);
	if (!plan->serves_dns)
		printf("DNS        off\n");
	if (plan->ipv6 && plan->serves_dhcp && !plan->advertises)
		printf("routers    not advertised in IPv6\n");
	printf("domain     %s\n", dhcp->domain);
	if (plan_uses_dnsmasq(plan))
		printf("dnsmasq    %s as %s, leases in %s\n", plan->dnsmasq_path,
		       plan->dnsmasq.name, plan->lease_file);
}

static void plan_print_uplinks(const struct plan *plan)
{
	const char *advice = ipv6_advice(plan->forwarding6, plan->n_uplinks6 > 0);

	char warning[NATPORTS_TEXT_MAX];

	plan_print_devices("uplinks", plan->uplinks, plan->n_uplinks,
			   "none: the host has no default route in IPv4");
	if (plan->ipv6)
		plan_print_devices("uplinks6", plan->uplinks6, advice ? 0 : plan->n_uplinks6,
				   advice);
	printf("ports      %u-%u, which guests leave with\n", plan->nat_ports.low,
	       plan->nat_ports.high);
	if (natports_warning(&plan->nat_ports, warning))
		printf("warning    %s\n", warning);
}

void plan_print(const struct plan *plan, const struct dhcp *dhcp)
{
	char id[UUID_TEXT_MAX];
	char mac[MAC_TEXT_MAX];

	printf("network    %s (%s)\n", plan->name, config_mode_name(plan->mode));
	printf("device     %s, MAC %s, MTU %u\n", plan->device, mac_format(plan->mac, mac),
	       plan->mtu);
	if (plan->form & PLAN_BRIDGE)
		printf("bridge     %s, of which the device becomes a member\n",
		       plan->interface.name);
	if (plan->form & PLAN_NIC)
		printf("interface  %s, shared by a packet socket; the device is the way to the "
		       "host\n",
		       plan->interface.name);
	if (plan->form & PLAN_SERVED)
		plan_print_served(plan, dhcp);
	if (plan->form & PLAN_SHARED)
		plan_print_uplinks(plan);
	if (plan->form & PLAN_HOST)
		printf("uplinks    none: nothing is forwarded\n");
	if (plan->form & PLAN_SHAREDBRIDGE)
		printf("bridge     %s, of every instance of network %s\n",
		       plan->sharedbridge.bridge, parse_format_uuid(plan->sharedbridge.id, id));
	if (*plan->ruleset)
		printf("nftables   table %s %s\n",
		       plan->form & PLAN_SHAREDBRIDGE ? "bridge" : "inet", plan->table);
	if (plan->isolated)
		printf("guests     isolated from each other\n");
	printf("worker     as %s\n", plan->worker.name);
	printf("access     %s%s\n", plan->access_name ? "the group " : "only the user ",
	       plan->access_name ? plan->access_name : plan->worker.name);
	for (unsigned i = 0; i < plan->n_endpoints; i++)
		printf("endpoint   %s\n", plan->endpoints[i].locator);
}
