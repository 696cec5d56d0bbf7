/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host's routes and addresses say, as of link_refresh(): which networks are in use, and
 * by which devices guests leave. IPv4 addresses are in host byte order.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "link.h"

enum { LINK_DEFAULTS_MAX = 16, LINK_OVERLAP_MAX = 96 };

/*
 * How much a network is in use, more for more: by larger networks that are routed, their length in
 * bits; by a larger one that a device is in, that and LINK_NEIGHBOURS; taken by what is inside it.
 */
enum { LINK_FREE = 0, LINK_NEIGHBOURS = 128, LINK_TAKEN = 256 };

/*
 * How much the network of those bits is in use by the host's addresses and routes (not by default
 * routes, and null routes: unreachable, blackhole, prohibit, throw). Unless that is LINK_FREE,
 * what[LINK_OVERLAP_MAX] says by which, for a person.
 */
unsigned link_overlaps(const struct link *link, uint32_t address, unsigned prefix, char *what);
unsigned link_overlaps6(const struct link *link, const struct in6_addr *prefix, unsigned bits,
			char *what);

/* Whether a route of the table main leads to the network of that address by the device. */
bool link_has_route(const struct link *link, int index, int family, const void *address,
		    unsigned bits);

/* Names of the devices that carry a default route of a family (AF_INET…); returns how many. */
unsigned link_default_devices(const struct link *link, int family, char names[][IF_NAMESIZE],
			      unsigned max);

/*
 * Names of the devices by which guests leave in a family: those of default routes, and the
 * point-to-point devices of any other unicast route (a VPN that takes some networks only).
 * Where n_only is not 0, those of the names in only that carry any unicast route, instead.
 * Returns how many, at most max.
 */
unsigned link_uplinks(struct link *link, int family, char only[][IF_NAMESIZE], unsigned n_only,
		      char names[][IF_NAMESIZE], unsigned max);
