// SPDX-License-Identifier: GPL-2.0-or-later
#include "link_facts.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <stdio.h>
#include <string.h>

#include "devicenames.h"
#include "mapped.h"

static void link_read_facts(struct rtnl_link *from, struct link_facts *facts)
{
	const char *name = rtnl_link_get_name(from);
	const char *kind = rtnl_link_get_type(from);
	const struct nl_addr *mac = rtnl_link_get_addr(from);

	*facts = (struct link_facts){.index = rtnl_link_get_ifindex(from),
				     .master = rtnl_link_get_master(from),
				     .type = rtnl_link_get_arptype(from),
				     .flags = rtnl_link_get_flags(from),
				     .mtu = rtnl_link_get_mtu(from)};
	snprintf(facts->name, sizeof(facts->name), "%s", name ? name : "?");
	snprintf(facts->kind, sizeof(facts->kind), "%s", kind ? kind : "");
	if (mac && nl_addr_get_len(mac) == MAC_SIZE)
		memcpy(facts->mac, nl_addr_get_binary_addr(mac), MAC_SIZE);
}

int link_describe(struct link *link, int index, const char *name, struct link_facts *facts)
{
	struct rtnl_link *found = NULL;
	int ret = rtnl_link_get_kernel(link->requests, index, index ? NULL : name, &found);

	if (ret == 0)
		link_read_facts(found, facts);
	rtnl_link_put(found);
	return link_error(ret);
}

int link_count(struct link *link, int index, struct link_counts *counts)
{
	struct rtnl_link *found = NULL;
	int ret = rtnl_link_get_kernel(link->requests, index, NULL, &found);

	if (ret == 0)
		*counts = (struct link_counts){
			.frames_in = rtnl_link_get_stat(found, RTNL_LINK_RX_PACKETS),
			.bytes_in = rtnl_link_get_stat(found, RTNL_LINK_RX_BYTES),
			.frames_out = rtnl_link_get_stat(found, RTNL_LINK_TX_PACKETS),
			.bytes_out = rtnl_link_get_stat(found, RTNL_LINK_TX_BYTES),
			.dropped_out = rtnl_link_get_stat(found, RTNL_LINK_TX_DROPPED)};
	rtnl_link_put(found);
	return link_error(ret);
}

bool link_has_alias(struct link *link, int index, const char *alias)
{
	struct rtnl_link *found = NULL;
	const char *theirs = NULL;
	bool has;

	if (rtnl_link_get_kernel(link->requests, index, NULL, &found) == 0)
		theirs = rtnl_link_get_ifalias(found);
	has = theirs && strcmp(theirs, alias) == 0;
	rtnl_link_put(found);
	return has;
}

int link_each(struct link *link, void (*each)(void *context, const struct link_facts *facts),
	      void *context)
{
	struct nl_object *object;
	struct nl_cache *all = NULL;
	int ret = rtnl_link_alloc_cache(link->requests, AF_UNSPEC, &all);

	if (ret < 0)
		return link_error(ret);
	for (object = nl_cache_get_first(all); object; object = nl_cache_get_next(object)) {
		struct link_facts facts;

		link_read_facts((struct rtnl_link *)object, &facts);
		each(context, &facts);
	}
	nl_cache_free(all);
	return 0;
}

bool link_has_address(const struct link *link, int index, const void *address, size_t size,
		      unsigned prefix)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);

	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_addr *there = (struct rtnl_addr *)object;
		const struct nl_addr *local = rtnl_addr_get_local(there);

		if (rtnl_addr_get_ifindex(there) == index && local &&
		    nl_addr_get_len(local) == size && nl_addr_get_prefixlen(local) == prefix &&
		    memcmp(nl_addr_get_binary_addr(local), address, size) == 0)
			return true;
	}
	return false;
}

/* As an IPv6 address, IPv4 mapped; false: neither. */
static bool link_map_address(const struct nl_addr *local, struct in6_addr *address)
{
	int family = local ? nl_addr_get_family(local) : AF_UNSPEC;

	if (family == AF_INET)
		*address = mapped_ipv4(nl_addr_get_binary_addr(local));
	if (family == AF_INET6)
		memcpy(address, nl_addr_get_binary_addr(local), sizeof(*address));
	return family == AF_INET || family == AF_INET6;
}

int link_each_neighbour(struct link *link, int index,
			void (*each)(void *context, const uint8_t mac[MAC_SIZE],
				     const struct in6_addr *address),
			void *context)
{
	struct nl_object *object;
	struct nl_cache *all = NULL;
	int ret = rtnl_neigh_alloc_cache(link->requests, &all);

	if (ret < 0)
		return link_error(ret);
	for (object = nl_cache_get_first(all); object; object = nl_cache_get_next(object)) {
		struct rtnl_neigh *there = (struct rtnl_neigh *)object;
		const struct nl_addr *mac = rtnl_neigh_get_lladdr(there);
		struct in6_addr address;

		if (rtnl_neigh_get_ifindex(there) == index && mac &&
		    nl_addr_get_len(mac) == MAC_SIZE &&
		    link_map_address(rtnl_neigh_get_dst(there), &address))
			each(context, nl_addr_get_binary_addr(mac), &address);
	}
	nl_cache_free(all);
	return 0;
}

unsigned link_list_addresses(const struct link *link, int index, struct in6_addr *addresses,
			     unsigned max)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);
	unsigned n = 0;

	for (; object && n < max; object = nl_cache_get_next(object)) {
		struct rtnl_addr *there = (struct rtnl_addr *)object;

		if (rtnl_addr_get_ifindex(there) == index &&
		    link_map_address(rtnl_addr_get_local(there), &addresses[n]))
			n++;
	}
	return n;
}

bool link_is_local(const struct link *link, const struct in6_addr *address)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);
	struct in6_addr local;

	for (; object; object = nl_cache_get_next(object)) {
		if (link_map_address(rtnl_addr_get_local((struct rtnl_addr *)object), &local) &&
		    IN6_ARE_ADDR_EQUAL(&local, address))
			return true;
	}
	return false;
}

unsigned link_add_addressed(const struct link *link, int family, char names[][IF_NAMESIZE],
			    unsigned n, unsigned max)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);

	for (; object && n < max; object = nl_cache_get_next(object)) {
		struct rtnl_addr *address = (struct rtnl_addr *)object;
		char name[IF_NAMESIZE];

		if (rtnl_addr_get_family(address) == family &&
		    rtnl_addr_get_scope(address) == RT_SCOPE_UNIVERSE &&
		    if_indextoname((unsigned)rtnl_addr_get_ifindex(address), name) &&
		    strcmp(name, "lo") != 0)
			n = devicenames_add(names, n, max, name);
	}
	return n;
}

void link_format_addresses(const struct link *link, int index, char *text)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);
	size_t length = 0;

	text[0] = '\0';
	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_addr *address = (struct rtnl_addr *)object;
		char one[64];

		if (rtnl_addr_get_ifindex(address) != index)
			continue;
		nl_addr2str(rtnl_addr_get_local(address), one, sizeof(one));
		if (length + strlen(one) + 3 > LINK_ADDRESSES_MAX)
			return;
		length += (size_t)snprintf(text + length, LINK_ADDRESSES_MAX - length, "%s%s",
					   length ? ", " : "", one);
	}
}

bool link_has_port(struct link *link, const char *bridge, const char *start, const char *except)
{
	int index = (int)if_nametoindex(bridge);
	struct nl_cache *links = NULL;
	struct nl_object *object;
	bool found = false;

	if (rtnl_link_alloc_cache(link->requests, AF_UNSPEC, &links) < 0)
		return true; /* unknown: the caller must not remove it */
	object = nl_cache_get_first(links);
	for (; object && !found; object = nl_cache_get_next(object)) {
		struct rtnl_link *port = (struct rtnl_link *)object;
		const char *name = rtnl_link_get_name(port);

		found = name && index > 0 && rtnl_link_get_master(port) == index &&
			strncmp(name, start, strlen(start)) == 0 && strcmp(name, except) != 0;
	}
	nl_cache_free(links);
	return found;
}
