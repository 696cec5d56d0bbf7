// SPDX-License-Identifier: GPL-2.0-or-later
#include "link_routes.h"

#include <arpa/inet.h>
#include <netlink/route/addr.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <string.h>

#include "devicenames.h"
#include "link_facts.h"
#include "mapped.h"
#include "subnet.h"
#include "ula.h"

/*
 * Shorter prefixes are default routes in disguise: full-tunnel VPNs split 0.0.0.0/0 into halves or
 * eighths, and 2000::/3 is all of IPv6 that is assigned. No network of ours is that large.
 */
enum { LINK_DEFAULT_PREFIX = SUBNET_PREFIX_MIN, LINK_DEFAULT_PREFIX6 = 4 };

/* Either family; in network byte order. */
struct link_prefix {
	int family;
	unsigned bits;
	struct in6_addr address; /* IPv4 is the first four bytes */
};

enum {
	LINK_PREFIX_TEXT_MAX = ULA_TEXT_MAX,
	LINK_SEEN_MAX = 256, /* devices with routes that we look at once each */
};

/* Converts an address object; false if it is NULL, or not IPv4 or IPv6. */
static bool link_read_prefix(const struct nl_addr *nl, struct link_prefix *prefix)
{
	int family = nl ? nl_addr_get_family(nl) : AF_UNSPEC;

	if (family != AF_INET && family != AF_INET6)
		return false;
	*prefix = (struct link_prefix){.family = family, .bits = nl_addr_get_prefixlen(nl)};
	if (nl_addr_get_len(nl) <= sizeof(prefix->address)) /* 0 for a default route */
		memcpy(&prefix->address, nl_addr_get_binary_addr(nl), nl_addr_get_len(nl));
	return true;
}

static bool link_prefixes_overlap(const struct link_prefix *a, const struct link_prefix *b)
{
	unsigned shorter = a->bits < b->bits ? a->bits : b->bits;

	return a->family == b->family && ula_same_start(&a->address, &b->address, shorter);
}

static bool link_is_default(const struct link_prefix *prefix)
{
	return prefix->bits <
	       (prefix->family == AF_INET6 ? LINK_DEFAULT_PREFIX6 : LINK_DEFAULT_PREFIX);
}

static const char *link_format(const struct link_prefix *prefix, char text[LINK_PREFIX_TEXT_MAX])
{
	return inet_ntop(prefix->family, &prefix->address, text, LINK_PREFIX_TEXT_MAX);
}

static const char *link_device_name(int index, char name[IF_NAMESIZE])
{
	return index > 0 && if_indextoname(index, name) ? name : "?";
}

static struct nl_object *link_first_route(const struct link *link, int family)
{
	return nl_cache_get_first(family == AF_INET6 ? link->routes6 : link->routes);
}

/* The device of a route's nth next hop; 0 if there is none. */
static int link_route_device(struct rtnl_route *route, int n)
{
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, n);

	return hop ? rtnl_route_nh_get_ifindex(hop) : 0;
}

/* A network that we check, and the most use found so far. */
struct link_search {
	int own; /* index of the device that never counts as overlap; 0: none */
	struct link_prefix ours;
	unsigned use;
	char *what;
};

/* Whether prefix is completely inside our network. */
static bool link_is_inside(const struct link_prefix *prefix, const struct link_prefix *ours)
{
	return prefix->bits >= ours->bits && link_prefixes_overlap(prefix, ours);
}

/*
 * Notes a use of the network, by a prefix of that kind (what) on that device, if it is the most so
 * far.
 */
static void link_note(struct link_search *search, unsigned use, const char *what,
		      const struct link_prefix *there, int index)
{
	char text[LINK_PREFIX_TEXT_MAX];
	char device[IF_NAMESIZE];

	if (use <= search->use)
		return;
	search->use = use;
	snprintf(search->what, LINK_OVERLAP_MAX, "the %s %s/%u %s %s", what,
		 link_format(there, text), there->bits, strcmp(what, "address") == 0 ? "of" : "on",
		 link_device_name(index, device));
}

/* Whether it is another of our networks, which may have guests anywhere in it. */
static bool link_is_of_guests(int index)
{
	char name[IF_NAMESIZE];

	return strncmp(link_device_name(index, name), "vmnet-", strlen("vmnet-")) == 0;
}

/* A network larger than ours has neighbours, who may all be outside ours. */
static void link_search_address(struct link_search *search, struct rtnl_addr *address)
{
	int index = rtnl_addr_get_ifindex(address);
	struct link_prefix there;
	struct link_prefix alone;

	if (!link_read_prefix(rtnl_addr_get_local(address), &there) ||
	    !link_prefixes_overlap(&there, &search->ours) || (index == search->own && index > 0))
		return;
	alone = there;
	alone.bits = there.family == AF_INET6 ? 128 : 32;
	if (link_is_inside(&there, &search->ours) || link_is_inside(&alone, &search->ours) ||
	    link_is_of_guests(index))
		link_note(search, LINK_TAKEN, "address", &there, index);
	else
		link_note(search, LINK_NEIGHBOURS + there.bits, "address", &there, index);
}

/* A route's router must stay reachable: our network would be the more specific way to it. */
static void link_search_hops(struct link_search *search, struct rtnl_route *route)
{
	for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, i);
		int index = rtnl_route_nh_get_ifindex(hop);
		struct link_prefix router;

		if (link_read_prefix(rtnl_route_nh_get_gateway(hop), &router) &&
		    index != search->own && link_is_inside(&router, &search->ours))
			link_note(search, LINK_TAKEN, "router", &router, index);
	}
}

/* A null route is for a network that nobody uses. */
static bool link_is_null(struct rtnl_route *route)
{
	int type = rtnl_route_get_type(route);

	return type == RTN_UNREACHABLE || type == RTN_BLACKHOLE || type == RTN_PROHIBIT ||
	       type == RTN_THROW;
}

static void link_search_route(struct link_search *search, struct rtnl_route *route)
{
	int index = link_route_device(route, 0);
	struct link_prefix there;

	if (link_is_null(route) || (index == search->own && index > 0))
		return;
	link_search_hops(search, route);
	if (!link_read_prefix(rtnl_route_get_dst(route), &there) || link_is_default(&there) ||
	    !link_prefixes_overlap(&there, &search->ours))
		return;
	link_note(search, link_is_inside(&there, &search->ours) ? LINK_TAKEN : there.bits,
		  "route to", &there, index);
}

static unsigned link_search(const struct link *link, const struct link_prefix *ours, char *what)
{
	struct link_search search = {
		.own = (int)if_nametoindex(link->own), .ours = *ours, .what = what};
	struct nl_object *object = nl_cache_get_first(link->addresses);

	for (; object; object = nl_cache_get_next(object))
		link_search_address(&search, (struct rtnl_addr *)object);
	object = link_first_route(link, ours->family);
	for (; object; object = nl_cache_get_next(object))
		link_search_route(&search, (struct rtnl_route *)object);
	return search.use;
}

unsigned link_overlaps(const struct link *link, uint32_t address, unsigned prefix, char *what)
{
	struct link_prefix ours = {.family = AF_INET, .bits = prefix};

	address = htonl(address);
	memcpy(&ours.address, &address, sizeof(address));
	return link_search(link, &ours, what);
}

unsigned link_overlaps6(const struct link *link, const struct in6_addr *prefix, unsigned bits,
			char *what)
{
	const struct link_prefix ours = {.family = AF_INET6, .bits = bits, .address = *prefix};

	return link_search(link, &ours, what);
}

static unsigned link_add_name(char names[][IF_NAMESIZE], unsigned n, unsigned max, int index)
{
	char name[IF_NAMESIZE];

	return index > 0 && if_indextoname(index, name) ? devicenames_add(names, n, max, name) : n;
}

/* The unicast route in an object, with its *prefix, if guests could use it; else NULL. */
static struct rtnl_route *link_read_route(struct nl_object *object, int family,
					  struct link_prefix *prefix)
{
	struct rtnl_route *route = (struct rtnl_route *)object;

	if (rtnl_route_get_type(route) != RTN_UNICAST ||
	    rtnl_route_get_table(route) == RT_TABLE_LOCAL ||
	    !link_read_prefix(rtnl_route_get_dst(route), prefix) || prefix->family != family)
		return NULL;
	return route;
}

bool link_has_route(const struct link *link, int index, int family, const void *address,
		    unsigned bits)
{
	struct nl_object *object = link_first_route(link, family);
	struct link_prefix ours = {.family = family, .bits = bits};

	memcpy(&ours.address, address,
	       family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr));
	for (; object; object = nl_cache_get_next(object)) {
		struct link_prefix there;
		struct rtnl_route *route = link_read_route(object, family, &there);

		if (!route || there.bits != bits || !link_prefixes_overlap(&there, &ours) ||
		    rtnl_route_get_table(route) != RT_TABLE_MAIN)
			continue;
		for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
			if (link_route_device(route, i) == index)
				return true;
		}
	}
	return false;
}

/* Whether the route leads to the device's own neighbours. */
static bool link_is_on_link(struct rtnl_route *route, int index)
{
	for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, i);

		if (rtnl_route_nh_get_ifindex(hop) == index && !rtnl_route_nh_get_gateway(hop) &&
		    !rtnl_route_nh_get_via(hop))
			return true;
	}
	return false;
}

/* Adds one to a list of n. Returns how many there are. */
static unsigned link_add_prefix(struct prefix *prefixes, unsigned n, unsigned max,
				const struct prefix *prefix)
{
	struct prefix *smallest = prefixes;

	if (n < max) {
		prefixes[n] = *prefix;
		return n + 1;
	}
	for (unsigned i = 1; i < n; i++) {
		if (prefixes[i].bits > smallest->bits)
			smallest = &prefixes[i];
	}
	if (prefix->bits < smallest->bits)
		*smallest = *prefix;
	return n;
}

static struct prefix link_map_prefix(const struct link_prefix *there)
{
	if (there->family == AF_INET6)
		return (struct prefix){.address = there->address, .bits = there->bits};
	return (struct prefix){.address = mapped_ipv4(&there->address), .bits = 96 + there->bits};
}

static unsigned link_list_prefixes_of(const struct link *link, int family, int index,
				      struct prefix *prefixes, unsigned n, unsigned max)
{
	struct nl_object *object = link_first_route(link, family);

	for (; object; object = nl_cache_get_next(object)) {
		struct link_prefix there;
		struct rtnl_route *route = link_read_route(object, family, &there);
		struct prefix prefix;

		if (!route || link_is_default(&there) || !link_is_on_link(route, index))
			continue;
		prefix = link_map_prefix(&there);
		if (!IN6_IS_ADDR_LINKLOCAL(&prefix.address))
			n = link_add_prefix(prefixes, n, max, &prefix);
	}
	return n;
}

unsigned link_list_prefixes(const struct link *link, int index, struct prefix *prefixes,
			    unsigned max)
{
	unsigned n = link_list_prefixes_of(link, AF_INET, index, prefixes, 0, max);

	return link_list_prefixes_of(link, AF_INET6, index, prefixes, n, max);
}

unsigned link_default_devices(const struct link *link, int family, char names[][IF_NAMESIZE],
			      unsigned max)
{
	struct nl_object *object = link_first_route(link, family);
	int own = (int)if_nametoindex(link->own);
	unsigned n = 0;

	for (; object; object = nl_cache_get_next(object)) {
		struct link_prefix there;
		struct rtnl_route *route = link_read_route(object, family, &there);

		if (!route || !link_is_default(&there))
			continue;
		for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
			int index = link_route_device(route, i);

			if (index != own) /* a guest may be the host's router */
				n = link_add_name(names, n, max, index);
		}
	}
	return n;
}

/* Whether the index is in the list; if not, adds it while there is room. */
static bool link_was_seen(int indexes[LINK_SEEN_MAX], unsigned *n, int index)
{
	for (unsigned i = 0; i < *n; i++) {
		if (indexes[i] == index)
			return true;
	}
	if (*n < LINK_SEEN_MAX)
		indexes[(*n)++] = index;
	return false;
}

static bool link_is_point_to_point(struct link *link, int index)
{
	struct link_facts facts;

	return index > 0 && link_describe(link, index, NULL, &facts) == 0 &&
	       (facts.flags & IFF_POINTOPOINT) != 0;
}

static bool link_is_named(int index, char only[][IF_NAMESIZE], unsigned n_only)
{
	char name[IF_NAMESIZE];

	return index > 0 && if_indextoname((unsigned)index, name) &&
	       devicenames_have((const char(*)[IF_NAMESIZE])only, n_only, name);
}

unsigned link_uplinks(struct link *link, int family, char only[][IF_NAMESIZE], unsigned n_only,
		      char names[][IF_NAMESIZE], unsigned max)
{
	unsigned n = n_only > 0 ? 0 : link_default_devices(link, family, names, max);
	struct nl_object *object = link_first_route(link, family);
	int own = (int)if_nametoindex(link->own);
	int seen[LINK_SEEN_MAX];
	unsigned n_seen = 0;

	for (; object; object = nl_cache_get_next(object)) {
		struct link_prefix there;
		struct rtnl_route *route = link_read_route(object, family, &there);

		/* A link-local route is on every device, and leads nowhere else. */
		if (!route || (family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&there.address)))
			continue;
		for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
			int index = link_route_device(route, i);

			if (index != own && !link_was_seen(seen, &n_seen, index) &&
			    (n_only > 0 ? link_is_named(index, only, n_only)
					: link_is_point_to_point(link, index)))
				n = link_add_name(names, n, max, index);
		}
	}
	return n;
}
