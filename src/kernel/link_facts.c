// SPDX-License-Identifier: GPL-2.0-or-later
#include "link_facts.h"

#include <errno.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <string.h>

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

bool link_has_address(const struct link *link, int index, const void *address, size_t size)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);

	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_addr *there = (struct rtnl_addr *)object;
		const struct nl_addr *local = rtnl_addr_get_local(there);

		if (rtnl_addr_get_ifindex(there) == index && local &&
		    nl_addr_get_len(local) == size &&
		    memcmp(nl_addr_get_binary_addr(local), address, size) == 0)
			return true;
	}
	return false;
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
		return true; /* not known: who asks must not remove it */
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
