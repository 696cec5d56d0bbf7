// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the plan as text, for --check. */
#include "plan.h"

#include "cleantext.h"
#include "mac.h"

static void plan_print_devices(const char *what, const char devices[][IF_NAMESIZE], unsigned n,
			       const char *none)
{
	cleantext_print("%-10s", what);
	for (unsigned i = 0; i < n; i++)
		cleantext_print(" %s", devices[i]);
	cleantext_print("%s%s\n", n > 0 ? "" : " ", n > 0 ? "" : none);
}

static void plan_print_ipv6(const struct plan *plan)
{
	struct in6_addr gateway = ula_gateway(&plan->prefix6);
	char text[ULA_TEXT_MAX];

	if (plan->ipv6)
		cleantext_print("IPv6       %s/%d\n", ula_format(&gateway, text), ULA_BITS);
	else
		cleantext_print("IPv6       off%s%s\n", plan->no_ipv6 ? ": " : "",
				plan->no_ipv6 ? plan->no_ipv6 : "");
}

static void plan_print_dhcp(const struct plan *plan, const struct dhcp *dhcp)
{
	char first[SUBNET_TEXT_MAX];
	char last[SUBNET_TEXT_MAX];
	char server[ULA_TEXT_MAX];

	cleantext_print("DHCP       %s to %s, leases ",
			subnet_format(plan->subnet.dhcp_first, first),
			subnet_format(plan->subnet.dhcp_last, last));
	if (dhcp->lease_time == DHCP_LEASE_INFINITE)
		cleantext_print("that never expire\n");
	else
		cleantext_print("of %u seconds\n", dhcp->lease_time);
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		const struct dhcp_host *host = &dhcp->hosts[i];
		char mac[MAC_TEXT_MAX];

		cleantext_print("reserved   %s for %s%s%s\n", subnet_format(host->address, first),
				mac_format(host->mac, mac), *host->name ? " " : "", host->name);
	}
	for (unsigned i = 0; i < dhcp->n_servers; i++)
		cleantext_print("DNS server %s\n", subnet_format(dhcp->servers[i], first));
	for (unsigned i = 0; i < dhcp->n_servers6; i++)
		cleantext_print("DNS server %s\n", ula_format(&dhcp->servers6[i], server));
	for (unsigned i = 0; i < dhcp->n_search; i++)
		cleantext_print("DNS search %s\n", dhcp->search[i]);
}

static void plan_print_served(const struct plan *plan, const struct dhcp *dhcp)
{
	char gateway[SUBNET_TEXT_MAX];

	cleantext_print("gateway    %s/%u\n", subnet_format(plan->subnet.gateway, gateway),
			plan->subnet.prefix);
	plan_print_ipv6(plan);
	if (!plan->serves_dhcp)
		cleantext_print("DHCP       off\n");
	else
		plan_print_dhcp(plan, dhcp);
	if (plan->serves_dhcp)
		cleantext_print("leases     at most %u per port\n", plan->leases_per_port);
	if (!plan->serves_dns)
		cleantext_print("DNS        off\n");
	if (plan->ipv6 && plan->serves_dhcp && !plan->advertises)
		cleantext_print("routers    not advertised in IPv6\n");
	cleantext_print("tracking   at least %u connections per guest, %u for all of them\n",
			plan->rules.limits.guest, limitrules_all(plan->rules.limits.tracked));
	cleantext_print("domain     %s\n", dhcp->domain);
	if (plan_uses_dnsmasq(plan))
		cleantext_print("dnsmasq    %s as %s, leases in %s\n", plan->dnsmasq_path,
				plan->dnsmasq.name, plan->lease_file);
}

static void plan_print_uplinks(const struct plan *plan)
{
	const char *advice = ipv6_advice(plan->forwarding6, plan->n_uplinks6 > 0, plan->n_only > 0);

	char warning[NATPORTS_TEXT_MAX];

	plan_print_devices("uplinks", plan->uplinks, plan->n_uplinks,
			   plan->n_only > 0 ? "none: no --uplink device has an IPv4 route"
					    : "none: the host has no IPv4 default route");
	if (plan->ipv6)
		plan_print_devices("uplinks6", plan->uplinks6, advice ? 0 : plan->n_uplinks6,
				   advice);
	cleantext_print("ports      %u-%u, for NAT\n", plan->nat_ports.low, plan->nat_ports.high);
	if (natports_warning(&plan->nat_ports, warning))
		cleantext_print("warning    %s\n", warning);
	for (unsigned i = 0; i < plan->n_hostfwds; i++) {
		char text[HOSTFWD_TEXT_MAX];

		cleantext_print("forward    %s\n", hostfwd_format(&plan->hostfwds[i], text));
	}
}

void plan_print(const struct plan *plan, const struct dhcp *dhcp)
{
	char id[UUID_TEXT_MAX];
	char mac[MAC_TEXT_MAX];

	cleantext_print("network    %s (%s)\n", plan->name, config_mode_name(plan->mode));
	cleantext_print("device     %s, MAC %s, MTU %u\n", plan->device, mac_format(plan->mac, mac),
			plan->mtu);
	if (plan->bridges)
		cleantext_print("bridge     %s, which the TAP %s joins\n", plan->device, plan->tap);
	if (plan->form & PLAN_BRIDGE)
		cleantext_print("bridge     %s, which the device joins\n", plan->interface.name);
	if (plan->form & PLAN_NIC)
		cleantext_print("interface  %s, shared through a packet socket; the device leads "
				"to the host\n",
				plan->interface.name);
	if (plan->form & PLAN_SERVED)
		plan_print_served(plan, dhcp);
	if (plan->form & PLAN_SHARED)
		plan_print_uplinks(plan);
	if (plan->form & PLAN_HOST)
		cleantext_print("uplinks    none: nothing is forwarded\n");
	if (plan->form & PLAN_SHAREDBRIDGE)
		cleantext_print("bridge     %s, shared by every instance of network %s\n",
				plan->sharedbridge.bridge,
				parse_format_uuid(plan->sharedbridge.id, id));
	if (plan->hands_out && !plan->bridges)
		cleantext_print("TAPs       of tap:// join it, too\n");
	if (*plan->ruleset)
		cleantext_print("nftables   table %s %s\n",
				plan->form & PLAN_SHAREDBRIDGE ? "bridge" : "inet", plan->table);
	if (*plan->tapguard && !(plan->form & PLAN_SHAREDBRIDGE)) /* there the two are one table */
		cleantext_print("nftables   table bridge %s\n", plan->table);
	if (plan->isolated)
		cleantext_print("guests     isolated from each other\n");
	cleantext_print("worker     as %s\n", plan->worker.name);
	cleantext_print("access     %s%s\n", plan->access_name ? "the group " : "only the user ",
			plan->access_name ? plan->access_name : plan->worker.name);
	for (unsigned i = 0; i < plan->n_endpoints; i++)
		cleantext_print("endpoint   %s\n", plan->endpoints[i].locator);
}
