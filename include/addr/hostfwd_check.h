/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a forward (hostfwd.h) fits a network and its other forwards. Pure. */
#pragma once

#include <stdbool.h>

#include "dhcp.h"
#include "hostfwd.h"
#include "subnet.h"
#include "ula.h"

/* What is known about the network. */
struct hostfwd_network {
	const struct subnet *subnet;	/* NULL: not chosen yet */
	bool knows_ipv6;		/* whether prefix6 is valid */
	const struct in6_addr *prefix6; /* NULL: guests get no IPv6 */
	const struct dhcp *dhcp;
	bool serves_dhcp;
};

/*
 * Whether the network has such a guest. 0, or -1 with *problem (STATUS_USAGE), without the forward.
 */
int hostfwd_check(const struct hostfwd *hostfwd, const struct hostfwd_network *network,
		  struct problem *problem);

/* The reservation of its guest; NULL: none, or the guest is named by address. */
const struct dhcp_host *hostfwd_find_host(const struct hostfwd *hostfwd, const struct dhcp *dhcp);

/* The first of n that overlaps with it; NULL: none. */
const struct hostfwd *hostfwd_find_overlap(const struct hostfwd *list, unsigned n,
					   const struct hostfwd *hostfwd);
