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
	DNSMASQ_TEXT_MAX = 640, /* the longest: two names, both with the domain, and addresses */
};

struct dnsmasq_config {
	const char *device;
	const struct subnet *subnet;
	const struct in6_addr *prefix6; /* NULL: no IPv6 */
	const struct dhcp *dhcp;	/* its domain counts also without DHCP */
	bool outside;			/* there is one: guests have a default route */
	const char *resolv_file;	/* the name servers to ask; NULL: none */
	const char *resolv_directory;	/* where that lies; NULL: none */
	bool routed6;			/* guests shall take us for their way out in IPv6 */
	bool serves_dhcp;		/* of both families, where there is IPv6 */
	bool advertises;		/* routers, where it serves DHCP */
	bool serves_dns;		/* guests are told the gateway for their server */
	bool dns_elsewhere;		/* which is another program's work */
	bool verbose;			/* every DHCP transaction is logged */
	unsigned mtu;			/* bytes */
	const char *lease_file;
};

struct dnsmasq_arguments {
	const char *argv[DNSMASQ_ARGUMENTS_MAX + 1];
	unsigned n;
	char text[DNSMASQ_ARGUMENTS_MAX][DNSMASQ_TEXT_MAX];
};

/* Makes the command line; pure. */
void dnsmasq_make_arguments(struct dnsmasq_arguments *arguments,
			    const struct dnsmasq_config *config);
