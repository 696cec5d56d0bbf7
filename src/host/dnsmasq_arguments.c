// SPDX-License-Identifier: GPL-2.0-or-later
#include "dnsmasq_arguments.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	DNSMASQ_LEASES_MAX = 65536,
	DNSMASQ_LEASES6 = ULA_POOL_LAST - ULA_POOL_FIRST + 1,
	DNSMASQ_LEASE_BOOTP = 24 * 3600, /* s */
	DNSMASQ_RA_INTERVAL = 200,	 /* s; the longest wait for a guest that missed one */
	DNSMASQ_RA_LIFETIME = 1800,	 /* s: RFC 4861's three times 600 s */
};

__attribute__((format(printf, 2, 3))) static void dnsmasq_add(struct dnsmasq_arguments *arguments,
							      const char *format, ...)
{
	char *text = arguments->text[arguments->n];
	va_list args;
	int length;

	assert(arguments->n < DNSMASQ_ARGUMENTS_MAX);
	va_start(args, format);
	length = vsnprintf(text, sizeof(arguments->text[0]), format, args);
	va_end(args);
	assert(length < (int)sizeof(arguments->text[0]));
	(void)length;
	arguments->argv[arguments->n++] = text;
	arguments->argv[arguments->n] = NULL;
}

/* Appends to the last argument. */
__attribute__((format(printf, 2, 3))) static void
dnsmasq_append(struct dnsmasq_arguments *arguments, const char *format, ...)
{
	char *text = arguments->text[arguments->n - 1];
	size_t used = strlen(text);
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text + used, sizeof(arguments->text[0]) - used, format, args);
	va_end(args);
	assert(length < (int)(sizeof(arguments->text[0]) - used));
	(void)length;
}

/*
 * A reserved name resolves before its guest has a lease, and is given to no other guest. (Nobody
 * has the tag "none", so the condition always holds: dnsmasq prefers entries with a condition, such
 * as the one for BOOTP, over those that only name the MAC address.)
 */
static void dnsmasq_add_host(struct dnsmasq_arguments *arguments, const struct dhcp_host *host,
			     const char *domain)
{
	char mac[MAC_TEXT_MAX];
	char address[SUBNET_TEXT_MAX];

	subnet_format(host->address, address);
	dnsmasq_add(arguments, "--dhcp-host=%s,tag:!none,%s", mac_format(host->mac, mac), address);
	if (*host->name) {
		dnsmasq_append(arguments, ",%s", host->name);
		dnsmasq_add(arguments, "--host-record=%s.%s,%s,%s", host->name, domain, host->name,
			    address);
	}
}

/* The gateway's own names, which resolve in both families; its addresses resolve back to them. */
static void dnsmasq_add_gateway(struct dnsmasq_arguments *arguments,
				const struct dnsmasq_config *config)
{
	char address[SUBNET_TEXT_MAX];
	char address6[ULA_TEXT_MAX];
	struct in6_addr gateway6;

	dnsmasq_add(arguments, "--host-record=");
	for (unsigned i = 0; i < DHCP_OWN_NAMES; i++) {
		const char *name = dhcp_closed_names[i];

		if (strlen(name) + 1 + strlen(config->dhcp->domain) <= DHCP_DOMAIN_MAX)
			dnsmasq_append(arguments, "%s.%s,", name, config->dhcp->domain);
		dnsmasq_append(arguments, "%s,", name);
	}
	dnsmasq_append(arguments, "%s", subnet_format(config->subnet->gateway, address));
	if (!config->prefix6)
		return;
	gateway6 = ula_gateway(config->prefix6);
	dnsmasq_append(arguments, ",%s", ula_format(&gateway6, address6));
}

/*
 * A guest gets a lease whatever name it gives, but not one of these names, alone or with a domain.
 * (For a pattern that ends in ".*", dnsmasq compares the start.)
 */
static void dnsmasq_close_name(struct dnsmasq_arguments *arguments, const char *name)
{
	dnsmasq_add(arguments, "--dhcp-name-match=set:closed,%s", name);
	dnsmasq_add(arguments, "--dhcp-name-match=set:closed,%s.*", name);
}

/*
 * Nor a reserved name, which dnsmasq itself would refuse only in IPv4: its own guest gets it from
 * the reservation, not by asking for it.
 */
static void dnsmasq_add_closed_names(struct dnsmasq_arguments *arguments, const struct dhcp *dhcp)
{
	for (unsigned i = 0; dhcp_closed_names[i]; i++)
		dnsmasq_close_name(arguments, dhcp_closed_names[i]);
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		if (*dhcp->hosts[i].name)
			dnsmasq_close_name(arguments, dhcp->hosts[i].name);
	}
	dnsmasq_add(arguments, "--dhcp-ignore-names=tag:closed");
}

/*
 * BOOTP clients know no lease time, so dnsmasq would give them infinite leases: a guest that asks
 * often enough would use up the range for ever. A DHCP client always sends its message type (option
 * 53).
 */
static void dnsmasq_add_bootp(struct dnsmasq_arguments *arguments)
{
	dnsmasq_add(arguments, "--bootp-dynamic");
	dnsmasq_add(arguments, "--dhcp-match=set:dhcp,53");
	dnsmasq_add(arguments, "--dhcp-host=*:*:*:*:*:*,tag:!dhcp,%u", DNSMASQ_LEASE_BOOTP);
}

static void dnsmasq_add_dhcp_options(struct dnsmasq_arguments *arguments,
				     const struct dnsmasq_config *config)
{
	const struct dhcp *dhcp = config->dhcp;
	char text[SUBNET_TEXT_MAX];

	dnsmasq_add(arguments, "--dhcp-option=option:mtu,%u", config->mtu);
	/* Left to itself, dnsmasq names the gateway only if it serves DNS there. */
	if (dhcp->n_servers > 0 || config->dns_elsewhere)
		dnsmasq_add(arguments, "--dhcp-option=option:dns-server");
	if (dhcp->n_servers == 0 && config->dns_elsewhere)
		dnsmasq_append(arguments, ",%s", subnet_format(config->subnet->gateway, text));
	for (unsigned i = 0; i < dhcp->n_servers; i++)
		dnsmasq_append(arguments, ",%s", subnet_format(dhcp->servers[i], text));
	if (dhcp->n_search > 0)
		dnsmasq_add(arguments, "--dhcp-option=option:domain-search");
	for (unsigned i = 0; i < dhcp->n_search; i++)
		dnsmasq_append(arguments, ",%s", dhcp->search[i]);
}

/* Appends it as the last part of a range. */
static void dnsmasq_append_lease_time(struct dnsmasq_arguments *arguments, const struct dhcp *dhcp)
{
	if (dhcp->lease_time == DHCP_LEASE_INFINITE)
		dnsmasq_append(arguments, ",infinite");
	else
		dnsmasq_append(arguments, ",%u", dhcp->lease_time);
}

static void dnsmasq_add_dhcp(struct dnsmasq_arguments *arguments,
			     const struct dnsmasq_config *config)
{
	const struct subnet *subnet = config->subnet;
	const struct dhcp *dhcp = config->dhcp;
	unsigned leases = subnet->dhcp_last - subnet->dhcp_first + 1;
	char first[SUBNET_TEXT_MAX];
	char last[SUBNET_TEXT_MAX];
	char mask[SUBNET_TEXT_MAX];

	subnet_format(subnet->dhcp_first, first);
	subnet_format(subnet->dhcp_last, last);
	subnet_format(subnet_mask(subnet->prefix), mask);
	dnsmasq_add(arguments, "--dhcp-range=%s,%s,%s", first, last, mask);
	dnsmasq_append_lease_time(arguments, dhcp);
	dnsmasq_add(arguments, "--dhcp-authoritative");
	/*
	 * dnsmasq's ping check takes 3 s for each new lease, one after the other: other guests
	 * would starve.
	 */
	dnsmasq_add(arguments, "--no-ping");
	if (leases > DNSMASQ_LEASES_MAX)
		leases = DNSMASQ_LEASES_MAX;
	/*
	 * One limit for both families and for reservations, which may lie outside the range: none
	 * must use up another's share.
	 */
	dnsmasq_add(arguments, "--dhcp-lease-max=%u",
		    leases + dhcp->n_hosts + (config->prefix6 ? DNSMASQ_LEASES6 : 0));
	dnsmasq_add(arguments, "--dhcp-leasefile=%s", config->lease_file);
	/*
	 * The MAC address identifies a guest: clones of an image send the same client identifier,
	 * and some send a new one at each boot.
	 */
	dnsmasq_add(arguments, "--dhcp-ignore-clid");
	dnsmasq_add_bootp(arguments);
	dnsmasq_add_closed_names(arguments, dhcp);
	dnsmasq_add_dhcp_options(arguments, config);
	if (!config->outside)
		dnsmasq_add(arguments, "--dhcp-option=option:router"); /* none */
	for (unsigned i = 0; i < dhcp->n_hosts; i++)
		dnsmasq_add_host(arguments, &dhcp->hosts[i], dhcp->domain);
	if (config->verbose)
		dnsmasq_add(arguments, "--log-dhcp");
	else
		dnsmasq_add(arguments, "--quiet-dhcp");
}

/* Left to itself, dnsmasq names fe80::1 as the server, which not every resolver accepts. */
static void dnsmasq_add_dhcp6_options(struct dnsmasq_arguments *arguments,
				      const struct dnsmasq_config *config)
{
	const struct in6_addr gateway = ula_gateway(config->prefix6);
	const struct dhcp *dhcp = config->dhcp;
	char text[ULA_TEXT_MAX];

	/* If the user named only IPv4 servers, guests get no server here. */
	dnsmasq_add(arguments, "--dhcp-option=option6:dns-server");
	if (dhcp->n_servers + dhcp->n_servers6 == 0 && config->serves_dns)
		dnsmasq_append(arguments, ",[%s]", ula_format(&gateway, text));
	for (unsigned i = 0; i < dhcp->n_servers6; i++)
		dnsmasq_append(arguments, ",[%s]", ula_format(&dhcp->servers6[i], text));
	dnsmasq_add(arguments, "--dhcp-option=option6:domain-search");
	if (dhcp->n_search == 0)
		dnsmasq_append(arguments, ",%s", dhcp->domain);
	for (unsigned i = 0; i < dhcp->n_search; i++)
		dnsmasq_append(arguments, ",%s", dhcp->search[i]);
}

/*
 * Guests choose an address of their own (SLAAC), and get one from the pool if they ask by DHCPv6.
 * Names given by DHCPv4 also resolve to the address that the guest chose (ra-names). A router
 * lifetime of 0 says that there is no way out here.
 */
static void dnsmasq_add_dhcp6(struct dnsmasq_arguments *arguments,
			      const struct dnsmasq_config *config)
{
	struct in6_addr first = ula_address(config->prefix6, ULA_POOL_FIRST);
	struct in6_addr last = ula_address(config->prefix6, ULA_POOL_LAST);
	char first_text[ULA_TEXT_MAX];
	char last_text[ULA_TEXT_MAX];

	dnsmasq_add(arguments, "--dhcp-range=%s,%s,%s%d", ula_format(&first, first_text),
		    ula_format(&last, last_text), config->advertises ? "slaac,ra-names," : "",
		    ULA_BITS);
	dnsmasq_append_lease_time(arguments, config->dhcp);
	if (config->advertises) {
		dnsmasq_add(arguments, "--enable-ra");
		dnsmasq_add(arguments, "--ra-param=%s,mtu:%u,%d,%d", config->device, config->mtu,
			    DNSMASQ_RA_INTERVAL, config->routed6 ? DNSMASQ_RA_LIFETIME : 0);
	}
	dnsmasq_add_dhcp6_options(arguments, config);
	if (!config->verbose) {
		dnsmasq_add(arguments, "--quiet-dhcp6");
		dnsmasq_add(arguments, "--quiet-ra");
	}
}

/*
 * The host's name servers, asked as the host asks them: in order, also for names without a dot and
 * for private addresses, which may be a company's own; but not for names that can only be ours. The
 * file is read when we say so; dnsmasq does not watch it.
 */
static void dnsmasq_add_servers(struct dnsmasq_arguments *arguments,
				const struct dnsmasq_config *config)
{
	const struct subnet *subnet = config->subnet;
	char text[ULA_TEXT_MAX];

	dnsmasq_add(arguments, "--resolv-file=%s", config->resolv_file);
	dnsmasq_add(arguments, "--no-poll");
	dnsmasq_add(arguments, "--strict-order");
	dnsmasq_add(arguments, "--local=/localhost/");
	dnsmasq_add(arguments, "--domain=%s,%s/%u,local", config->dhcp->domain,
		    subnet_format(subnet_network(subnet->gateway, subnet->prefix), text),
		    subnet->prefix);
	if (config->prefix6)
		dnsmasq_add(arguments, "--domain=%s,%s/%d,local", config->dhcp->domain,
			    ula_format(config->prefix6, text), ULA_BITS);
}

/*
 * Names outside are refused at once. Not with NXDOMAIN: a guest that also has another network would
 * take that as the answer, and not ask the resolver there.
 */
static void dnsmasq_add_no_servers(struct dnsmasq_arguments *arguments)
{
	dnsmasq_add(arguments, "--no-resolv");
	dnsmasq_add(arguments, "--domain-needed");
	dnsmasq_add(arguments, "--bogus-priv");
}

static void dnsmasq_add_dns(struct dnsmasq_arguments *arguments,
			    const struct dnsmasq_config *config)
{
	if (!config->serves_dns || config->dns_elsewhere)
		dnsmasq_add(arguments, "--port=0");
	/* The host's /etc/hosts maps its own name to 127.0.1.1, which is useless to a guest. */
	dnsmasq_add(arguments, "--no-hosts");
	dnsmasq_add(arguments, "--domain=%s", config->dhcp->domain);
	dnsmasq_add(arguments, "--local=/%s/", config->dhcp->domain);
	dnsmasq_add_gateway(arguments, config);
	if (config->resolv_file)
		dnsmasq_add_servers(arguments, config);
	else
		dnsmasq_add_no_servers(arguments);
}

void dnsmasq_make_arguments(struct dnsmasq_arguments *arguments,
			    const struct dnsmasq_config *config)
{
	arguments->n = 0;
	dnsmasq_add(arguments, "dnsmasq");
	dnsmasq_add(arguments, "--keep-in-foreground");
	dnsmasq_add(arguments, "--conf-file=/dev/null");
	dnsmasq_add(arguments, "--log-facility=-");
	dnsmasq_add(arguments, "--pid-file=");
	dnsmasq_add(arguments, "--bind-dynamic");
	dnsmasq_add(arguments, "--interface=%s", config->device);
	dnsmasq_add(arguments, "--except-interface=lo");
	dnsmasq_add_dns(arguments, config);
	if (config->serves_dhcp)
		dnsmasq_add_dhcp(arguments, config);
	if (config->serves_dhcp && config->prefix6)
		dnsmasq_add_dhcp6(arguments, config);
}
