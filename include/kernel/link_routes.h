/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host's routes and addresses tell, as of link_refresh(): which networks are in use, and
 * which devices are uplinks for guests. IPv4 addresses are in host byte order.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "link.h"
#include "prefix.h"

enum { LINK_DEFAULTS_MAX = 16, LINK_OVERLAP_MAX = 96 };

/*
 * How much a network is in use, larger for more. If only larger networks are routed to: their
 * prefix length. If a device is in a larger network: its prefix length plus LINK_NEIGHBOURS. If
 * something inside it is in use: LINK_TAKEN.
 */
enum { LINK_FREE = 0, LINK_NEIGHBOURS = 128, LINK_TAKEN = 256 };

/*
 * How much the network with those bits is in use by the host's addresses and routes (except default
 * routes and null routes: unreachable, blackhole, prohibit, throw). Unless that is LINK_FREE,
 * what[LINK_OVERLAP_MAX] says by which, in words.
 */
unsigned link_overlaps(const struct link *link, uint32_t address, unsigned prefix, char *what);
unsigned link_overlaps6(const struct link *link, const struct in6_addr *prefix, unsigned bits,
			char *what);

/* Whether a route in the main table leads to the network of that address by the device. */
bool link_has_route(const struct link *link, int index, int family, const void *address,
		    unsigned bits);

/*
 * Lists the networks that the device reaches without a router: where its neighbours are. Not
 * default routes, and link-local addresses, which every device has. If there are more than max, the
 * largest. Returns how many.
 */
unsigned link_list_prefixes(const struct link *link, int index, struct prefix *prefixes,
			    unsigned max);

/* Lists the devices with a default route of a family (AF_INET…). Returns how many. */
unsigned link_default_devices(const struct link *link, int family, char names[][IF_NAMESIZE],
			      unsigned max);

/*
 * Lists the uplink devices of a family: those with default routes, and point-to-point devices with
 * any other unicast route (a VPN for only some networks). If n_only is not 0, instead those of the
 * names in only that have any unicast route. Returns how many, at most max.
 */
unsigned link_uplinks(struct link *link, int family, char only[][IF_NAMESIZE], unsigned n_only,
		      char names[][IF_NAMESIZE], unsigned max);
