// SPDX-License-Identifier: GPL-2.0-or-later
#include "dhcp.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mac.h"
#include "parse.h"

enum { DHCP_TEXT_MAX = 2048 }; /* for one value; no list that fits is longer */

void dhcp_init(struct dhcp *dhcp)
{
	*dhcp = (struct dhcp){.lease_time = DHCP_LEASE_DEFAULT,
			      .leases_per_port = DHCP_LEASES_PER_PORT,
			      .domain = DHCP_DOMAIN_DEFAULT};
}

/* ---- names ---- */

const char *const dhcp_closed_names[] = {
	"gateway", "host", "isatap", "localhost", "wpad", NULL,
};

/* Its index in that list, or -1. */
static int dhcp_find_closed_name(const char *name)
{
	for (int i = 0; dhcp_closed_names[i]; i++) {
		if (strcasecmp(dhcp_closed_names[i], name) == 0)
			return i;
	}
	return -1;
}

bool dhcp_is_closed_name(const struct dhcp *dhcp, const char *name)
{
	if (dhcp_find_closed_name(name) < 0)
		return false;
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		if (strcasecmp(dhcp->hosts[i].name, name) == 0)
			return false;
	}
	return true;
}

static bool dhcp_is_own_name(const char *name)
{
	int found = dhcp_find_closed_name(name);

	return found >= 0 && found < DHCP_OWN_NAMES;
}

/* ---- reservations ---- */

/* What dnsmasq would take for a time or a keyword in place of a reservation's name. */
static bool dhcp_is_no_name(const char *name)
{
	size_t digits = strspn(name, "0123456789");
	const char *rest = name + digits;

	if (strcasecmp(name, "infinite") == 0 || strcasecmp(name, "ignore") == 0)
		return true;
	if (digits == 0 || *rest == '\0')
		return digits > 0;
	return rest[1] == '\0' && strchr("smhdwSMHDW", *rest);
}

static int dhcp_parse_host(struct dhcp_host *host, char *text, struct problem *problem)
{
	char *rest = text;
	const char *mac = strsep(&rest, ",");
	const char *address = strsep(&rest, ",");
	const char *name = rest;

	*host = (struct dhcp_host){0};
	if (!address)
		return problem_set(problem, STATUS_USAGE,
				   "a reservation must be MAC,IP or MAC,IP,NAME");
	if (mac_parse(mac, host->mac) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "'%.64s' is not a MAC address; use one like 52:54:00:00:00:02",
				   mac);
	if (!mac_is_station(host->mac))
		return problem_set(problem, STATUS_USAGE, "no guest can have the MAC address %s",
				   mac);
	if (subnet_parse_address(address, &host->address) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "'%.64s' is not an IPv4 address; use one like 192.168.105.10",
				   address);
	if (!name)
		return 0;
	if (parse_label(name, strlen(name)) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "'%.64s' is not a name: use at most %d letters, digits and "
				   "hyphens, with no hyphen at either end",
				   name, DHCP_LABEL_MAX);
	if (dhcp_is_no_name(name))
		return problem_set(problem, STATUS_USAGE,
				   "'%s' cannot be a guest's name: dnsmasq would take it for a "
				   "time or a keyword",
				   name);
	if (dhcp_is_own_name(name))
		return problem_set(problem, STATUS_USAGE, "'%s' is a name of the gateway", name);
	memcpy(host->name, name, strlen(name) + 1);
	return 0;
}

int dhcp_add_host(struct dhcp *dhcp, const char *text, struct problem *problem)
{
	struct dhcp_host *host = &dhcp->hosts[dhcp->n_hosts];
	char copy[DHCP_TEXT_MAX];

	if (dhcp->n_hosts == DHCP_HOSTS_MAX)
		return problem_set(problem, STATUS_USAGE, "more than %d reservations",
				   DHCP_HOSTS_MAX);
	snprintf(copy, sizeof(copy), "%s", text);
	if (dhcp_parse_host(host, copy, problem) < 0)
		return -1;
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		const struct dhcp_host *other = &dhcp->hosts[i];

		if (memcmp(other->mac, host->mac, MAC_SIZE) == 0)
			return problem_set(problem, STATUS_USAGE,
					   "this MAC address already has a reservation");
		if (other->address == host->address)
			return problem_set(problem, STATUS_USAGE,
					   "this address is already reserved");
		if (*host->name && strcasecmp(other->name, host->name) == 0)
			return problem_set(problem, STATUS_USAGE, "this name is already reserved");
	}
	dhcp->n_hosts++;
	return 0;
}

int dhcp_check_hosts(const struct dhcp *dhcp, const struct subnet *subnet, struct problem *problem)
{
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		const struct dhcp_host *host = &dhcp->hosts[i];
		uint32_t address = host->address;
		const char *wrong = NULL;
		char text[SUBNET_TEXT_MAX];

		if (subnet_network(address, subnet->prefix) !=
		    subnet_network(subnet->gateway, subnet->prefix))
			wrong = "is outside the gateway's subnet";
		else if (address == subnet->gateway)
			wrong = "is the gateway's";
		else if (address == subnet_network(address, subnet->prefix))
			wrong = "is the subnet's network address";
		else if (address == subnet_broadcast(address, subnet->prefix))
			wrong = "is the subnet's broadcast address";
		if (wrong)
			return problem_set(problem, STATUS_USAGE, "--dhcp-host: the address %s %s",
					   subnet_format(address, text), wrong);
		if (*host->name && strlen(host->name) + 1 + strlen(dhcp->domain) > DHCP_DOMAIN_MAX)
			return problem_set(
				problem, STATUS_USAGE,
				"--dhcp-host: the name %s with --domain is longer than %d "
				"characters",
				host->name, DHCP_DOMAIN_MAX);
	}
	return 0;
}

const struct dhcp_host *dhcp_find_address(const struct dhcp *dhcp, uint32_t address)
{
	for (unsigned i = 0; i < dhcp->n_hosts; i++) {
		if (dhcp->hosts[i].address == address)
			return &dhcp->hosts[i];
	}
	return NULL;
}

/* ---- time ---- */

static unsigned dhcp_unit(char letter)
{
	switch (letter) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 24 * 3600;
	case 'w':
		return 7 * 24 * 3600;
	default:
		return 0;
	}
}

int dhcp_set_lease_time(struct dhcp *dhcp, const char *text, struct problem *problem)
{
	size_t digits = strspn(text, "0123456789");
	unsigned unit = text[digits] == '\0' ? 1 : dhcp_unit(text[digits]);
	char number[12];
	unsigned value;
	uint64_t seconds;

	if (strcmp(text, "infinite") == 0) {
		dhcp->lease_time = DHCP_LEASE_INFINITE;
		dhcp->has_lease_time = true;
		return 0;
	}
	if (digits == 0 || unit == 0 || (text[digits] != '\0' && text[digits + 1] != '\0'))
		return problem_set(
			problem, STATUS_USAGE,
			"not a time; use seconds, or a time like 45m, 2h, 1d, or infinite");
	snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	if (parse_number(number, 0, UINT32_MAX, &value) < 0)
		value = UINT32_MAX;
	seconds = (uint64_t)value * unit;
	if (seconds < DHCP_LEASE_MIN || seconds > DHCP_LEASE_MAX)
		return problem_set(problem, STATUS_USAGE,
				   "a lease must last from 2 minutes to 365 days, or be infinite");
	dhcp->lease_time = (uint32_t)seconds;
	dhcp->has_lease_time = true;
	return 0;
}

/* ---- lists ---- */

/* Calls add() for each element of a comma-separated list. */
static int dhcp_split(struct dhcp *dhcp, const char *text,
		      int (*add)(struct dhcp *dhcp, const char *text, struct problem *problem),
		      struct problem *problem)
{
	char copy[DHCP_TEXT_MAX];
	char *rest = copy;

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return problem_set(problem, STATUS_USAGE, "too long for a list");
	while (rest) {
		if (add(dhcp, strsep(&rest, ","), problem) < 0)
			return -1;
	}
	return 0;
}

static bool dhcp_is_server6(const struct in6_addr *address)
{
	return !IN6_IS_ADDR_UNSPECIFIED(address) && !IN6_IS_ADDR_LOOPBACK(address) &&
	       !IN6_IS_ADDR_MULTICAST(address) && !IN6_IS_ADDR_V4MAPPED(address);
}

static int dhcp_add_server(struct dhcp *dhcp, const char *text, struct problem *problem)
{
	struct in6_addr address6;
	uint32_t address;
	bool v4 = subnet_parse_address(text, &address) == 0;

	if (!v4 && inet_pton(AF_INET6, text, &address6) != 1)
		return problem_set(
			problem, STATUS_USAGE,
			"'%.64s' is not an address; use one like 192.168.105.53 or fd00::53", text);
	if (v4 ? !subnet_is_unicast(address) : !dhcp_is_server6(&address6))
		return problem_set(problem, STATUS_USAGE,
				   "%s is not an address that a server can have", text);
	if ((v4 ? dhcp->n_servers : dhcp->n_servers6) == DHCP_SERVERS_MAX)
		return problem_set(problem, STATUS_USAGE, "more than %d servers", DHCP_SERVERS_MAX);
	if (v4)
		dhcp->servers[dhcp->n_servers++] = address;
	else
		dhcp->servers6[dhcp->n_servers6++] = address6;
	return 0;
}

int dhcp_add_servers(struct dhcp *dhcp, const char *text, struct problem *problem)
{
	return dhcp_split(dhcp, text, dhcp_add_server, problem);
}

/* Parses a domain name. 0, or -1 with *problem. */
static int dhcp_copy_domain(char to[DHCP_DOMAIN_MAX + 1], const char *text, struct problem *problem)
{
	if (parse_domain(text, DHCP_DOMAIN_MAX) < 0)
		return problem_set(problem, STATUS_USAGE,
				   "'%.64s' is not a domain; use one like lab.internal", text);
	memcpy(to, text, strlen(text) + 1);
	return 0;
}

int dhcp_set_domain(struct dhcp *dhcp, const char *text, struct problem *problem)
{
	return dhcp_copy_domain(dhcp->domain, text, problem);
}

static int dhcp_add_search_domain(struct dhcp *dhcp, const char *text, struct problem *problem)
{
	size_t bytes = strlen(text) + 2; /* in wire format */

	if (dhcp->n_search == DHCP_SEARCH_MAX)
		return problem_set(problem, STATUS_USAGE, "more than %d domains", DHCP_SEARCH_MAX);
	if (dhcp_copy_domain(dhcp->search[dhcp->n_search], text, problem) < 0)
		return -1;
	for (unsigned i = 0; i < dhcp->n_search; i++)
		bytes += strlen(dhcp->search[i]) + 2;
	if (bytes > DHCP_SEARCH_BYTES)
		return problem_set(problem, STATUS_USAGE, "too long for a DHCP option");
	dhcp->n_search++;
	return 0;
}

int dhcp_add_search(struct dhcp *dhcp, const char *text, struct problem *problem)
{
	return dhcp_split(dhcp, text, dhcp_add_search_domain, problem);
}

void dhcp_drop_lists(struct dhcp *dhcp, const struct dhcp *other)
{
	if (other->n_hosts > 0)
		dhcp->n_hosts = 0;
	if (other->n_servers + other->n_servers6 > 0)
		dhcp->n_servers = dhcp->n_servers6 = 0;
	if (other->n_search > 0)
		dhcp->n_search = 0;
}
