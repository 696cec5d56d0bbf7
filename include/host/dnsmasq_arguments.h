/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of dnsmasq. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

#include "dhcp.h"
#include "subnet.h"
#include "ula.h"

enum {
	DNSMASQ_ARGUMENTS_MAX = 64 + 4 * DHCP_HOSTS_MAX,
	DNSMASQ_TEXT_MAX = 640, /* the longest has two names, both with the domain, and addresses */
};

struct dnsmasq_config {
	const char *device;
	const struct subnet *subnet;
	const struct in6_addr *prefix6; /* NULL: no IPv6 */
	const struct dhcp *dhcp;	/* its domain matters even without DHCP */
	bool outside;			/* there is a way out: guests get a default route */
	const char *resolv_file;	/* lists the name servers to ask; NULL: none */
	const char *resolv_directory;	/* that the file is in; NULL: none */
	bool routed6;			/* guests use us as their IPv6 router */
	bool serves_dhcp;		/* for both families, if there is IPv6 */
	bool advertises;		/* as a router, if it serves DHCP */
	bool serves_dns;		/* guests use the gateway as their name server */
	bool dns_elsewhere;		/* but another program does it */
	bool verbose;			/* every DHCP transaction is logged */
	unsigned mtu;			/* bytes */
	const char *lease_file;
};

struct dnsmasq_arguments {
	const char *argv[DNSMASQ_ARGUMENTS_MAX + 1];
	unsigned n;
	char text[DNSMASQ_ARGUMENTS_MAX][DNSMASQ_TEXT_MAX];
};

/* Builds the command line; pure. */
void dnsmasq_make_arguments(struct dnsmasq_arguments *arguments,
			    const struct dnsmasq_config *config);
