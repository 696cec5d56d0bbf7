/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guests are told by DHCP besides the subnet: reservations, lease time, DNS servers and
 * domains. Text to struct, no I/O. All text in it is checked and can be used in dnsmasq's arguments
 * as it is.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "mac.h"
#include "problem.h"
#include "subnet.h"

enum {
	DHCP_LABEL_MAX = 63,   /* characters, RFC 1035 section 2.3.4 */
	DHCP_DOMAIN_MAX = 253, /* characters of a domain name: 255 bytes on the wire */
	DHCP_HOSTS_MAX = 256,
	DHCP_SERVERS_MAX = 8,	 /* of each family; resolvers use three */
	DHCP_SEARCH_MAX = 6,	 /* MAXDNSRCH of resolv.h */
	DHCP_SEARCH_BYTES = 255, /* in one DHCP option, RFC 2132 section 2 */
	DHCP_OWN_NAMES = 2,	 /* of the gateway, see dhcp_closed_names */
	DHCP_LEASE_DEFAULT = 3600,
	DHCP_LEASE_MIN = 120, /* seconds; dnsmasq silently raises less to this */
	DHCP_LEASE_MAX = 365 * 24 * 3600,
	DHCP_LEASES_PER_PORT = 64,
	DHCP_LEASES_PER_PORT_MAX = 4096,
};

#define DHCP_LEASE_INFINITE UINT32_MAX /* RFC 2131 section 3.3 */
#define DHCP_DOMAIN_DEFAULT "vmnet.internal"

struct dhcp_host {
	uint8_t mac[MAC_SIZE];
	uint32_t address;	       /* host byte order */
	char name[DHCP_LABEL_MAX + 1]; /* "": none */
};

struct dhcp {
	uint32_t lease_time; /* seconds, or DHCP_LEASE_INFINITE */
	bool has_lease_time; /* set by the user */
	unsigned leases_per_port;
	char domain[DHCP_DOMAIN_MAX + 1];
	unsigned n_hosts;
	struct dhcp_host hosts[DHCP_HOSTS_MAX];
	unsigned n_servers; /* IPv4; 0: the gateway is the server */
	uint32_t servers[DHCP_SERVERS_MAX];
	unsigned n_servers6;
	struct in6_addr servers6[DHCP_SERVERS_MAX];
	unsigned n_search;
	char search[DHCP_SEARCH_MAX][DHCP_DOMAIN_MAX + 1];
};

void dhcp_init(struct dhcp *dhcp);

/*
 * Each parses an option's value. 0, or -1 with *problem, which gives the reason without the option.
 */
int dhcp_add_host(struct dhcp *dhcp, const char *text, struct problem *problem);
int dhcp_set_lease_time(struct dhcp *dhcp, const char *text, struct problem *problem);
int dhcp_add_servers(struct dhcp *dhcp, const char *text, struct problem *problem);
int dhcp_set_domain(struct dhcp *dhcp, const char *text, struct problem *problem);
int dhcp_add_search(struct dhcp *dhcp, const char *text, struct problem *problem);

/* Empties the lists that are not empty in other, which replaces them. */
void dhcp_drop_lists(struct dhcp *dhcp, const struct dhcp *other);

/* Whether every reservation fits the subnet. 0, or -1 with *problem (STATUS_USAGE). */
int dhcp_check_hosts(const struct dhcp *dhcp, const struct subnet *subnet, struct problem *problem);

/*
 * Names that no guest may give itself, because others rely on them: the gateway's own (the first
 * DHCP_OWN_NAMES), and those that hosts look up by themselves. The last is NULL.
 */
extern const char *const dhcp_closed_names[];

/* Whether it is one of these, and not reserved. */
bool dhcp_is_closed_name(const struct dhcp *dhcp, const char *name);

/* The reservation of an address, or NULL. */
const struct dhcp_host *dhcp_find_address(const struct dhcp *dhcp, uint32_t address);
