// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subnet.h"

/*
 * Routes shorter than this are default routes in disguise: full-tunnel VPNs
 * split 0.0.0.0/0 into halves or eighths. No network of ours is so large.
 */
enum { LINK_DEFAULT_PREFIX = SUBNET_PREFIX_MIN };

/* libnl's error numbers are its own. */
static int link_error(int nl_error)
{
	switch (-nl_error) {
	case 0:
		return 0;
	case NLE_EXIST:
		return -EEXIST;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_NODEV:
	case NLE_OBJ_NOTFOUND:
		return -ENODEV;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_INVAL:
	case NLE_RANGE:
		return -EINVAL;
	case NLE_OPNOTSUPP:
		return -EOPNOTSUPP;
	case NLE_AF_NOSUPPORT:
		return -EAFNOSUPPORT;
	default:
		return -EIO;
	}
}

int link_init(struct link *link)
{
	int ret;

	*link = (struct link){.source.fd = -1, .requests = nl_socket_alloc()};
	if (!link->requests)
		return -ENOMEM;
	ret = nl_connect(link->requests, NETLINK_ROUTE);
	return ret < 0 ? link_error(ret) : link_refresh(link);
}

void link_finish(struct link *link)
{
	if (link->loop)
		loop_remove(link->loop, &link->source);
	nl_cache_free(link->addresses);
	nl_cache_free(link->routes);
	nl_socket_free(link->events);
	nl_socket_free(link->requests);
	*link = (struct link){.source.fd = -1};
}

int link_refresh(struct link *link)
{
	int ret;

	nl_cache_free(link->addresses);
	nl_cache_free(link->routes);
	link->addresses = NULL;
	link->routes = NULL;
	ret = rtnl_addr_alloc_cache(link->requests, &link->addresses);
	if (ret == 0)
		ret = rtnl_route_alloc_cache(link->requests, AF_INET, 0, &link->routes);
	return link_error(ret);
}

/* *address and *prefix of an IPv4 address object; false for others, IPv6 and empty ones. */
static bool link_read_prefix(const struct nl_addr *nl, uint32_t *address, unsigned *prefix)
{
	if (!nl || nl_addr_get_family(nl) != AF_INET)
		return false;
	*address = 0;
	*prefix = nl_addr_get_prefixlen(nl);
	if (nl_addr_get_len(nl) == sizeof(*address)) {
		memcpy(address, nl_addr_get_binary_addr(nl), sizeof(*address));
		*address = ntohl(*address);
	}
	return true;
}

static const char *link_device_name(int index, char name[IF_NAMESIZE])
{
	return index > 0 && if_indextoname(index, name) ? name : "?";
}

static bool link_address_overlaps(const struct link *link, uint32_t address, unsigned prefix,
				  char *what)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);

	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_addr *theirs = (struct rtnl_addr *)object;
		char text[SUBNET_TEXT_MAX];
		char device[IF_NAMESIZE];
		uint32_t there;
		unsigned bits;

		if (!link_read_prefix(rtnl_addr_get_local(theirs), &there, &bits) ||
		    !subnet_overlap(there, bits, address, prefix))
			continue;
		snprintf(what, LINK_OVERLAP_MAX, "the address %s/%u of %s",
			 subnet_format(there, text), bits,
			 link_device_name(rtnl_addr_get_ifindex(theirs), device));
		return true;
	}
	return false;
}

/* The device of a route's nth next hop; 0 where there is none. */
static int link_route_device(struct rtnl_route *route, int n)
{
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, n);

	return hop ? rtnl_route_nh_get_ifindex(hop) : 0;
}

static bool link_route_overlaps(const struct link *link, uint32_t address, unsigned prefix,
				char *what)
{
	struct nl_object *object = nl_cache_get_first(link->routes);

	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_route *route = (struct rtnl_route *)object;
		char text[SUBNET_TEXT_MAX];
		char device[IF_NAMESIZE];
		uint32_t there;
		unsigned bits;

		if (!link_read_prefix(rtnl_route_get_dst(route), &there, &bits) ||
		    bits < LINK_DEFAULT_PREFIX || !subnet_overlap(there, bits, address, prefix))
			continue;
		snprintf(what, LINK_OVERLAP_MAX, "the route to %s/%u by %s",
			 subnet_format(there, text), bits,
			 link_device_name(link_route_device(route, 0), device));
		return true;
	}
	return false;
}

bool link_overlaps(const struct link *link, uint32_t address, unsigned prefix, char *what)
{
	return link_address_overlaps(link, address, prefix, what) ||
	       link_route_overlaps(link, address, prefix, what);
}

static unsigned link_add_name(char names[][IF_NAMESIZE], unsigned n, unsigned max, int index)
{
	char name[IF_NAMESIZE];

	if (n == max || index <= 0 || !if_indextoname(index, name))
		return n;
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(names[i], name) == 0)
			return n;
	}
	memcpy(names[n], name, IF_NAMESIZE);
	return n + 1;
}

unsigned link_default_devices(const struct link *link, char names[][IF_NAMESIZE], unsigned max)
{
	struct nl_object *object = nl_cache_get_first(link->routes);
	unsigned n = 0;

	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_route *route = (struct rtnl_route *)object;
		uint32_t address;
		unsigned bits;

		if (rtnl_route_get_type(route) != RTN_UNICAST ||
		    rtnl_route_get_table(route) == RT_TABLE_LOCAL)
			continue;
		if (!link_read_prefix(rtnl_route_get_dst(route), &address, &bits) ||
		    bits >= LINK_DEFAULT_PREFIX)
			continue;
		for (int i = 0; i < rtnl_route_get_nnexthops(route); i++)
			n = link_add_name(names, n, max, link_route_device(route, i));
	}
	return n;
}

/* Applies change to the device of that name and frees change. */
static int link_change(struct link *link, const char *device, struct rtnl_link *change)
{
	struct rtnl_link *original = rtnl_link_alloc();
	int ret = original ? 0 : -NLE_NOMEM;

	if (ret == 0) {
		rtnl_link_set_name(original, device);
		rtnl_link_set_ifindex(original, (int)if_nametoindex(device));
		ret = rtnl_link_change(link->requests, original, change, 0);
	}
	rtnl_link_put(original);
	rtnl_link_put(change);
	return link_error(ret);
}

int link_configure(struct link *link, const char *device, const uint8_t mac[LINK_MAC_SIZE],
		   unsigned mtu, const char *alias)
{
	struct nl_addr *address = nl_addr_build(AF_LLC, mac, LINK_MAC_SIZE);
	struct rtnl_link *change = rtnl_link_alloc();

	if (!address || !change) {
		nl_addr_put(address);
		rtnl_link_put(change);
		return -ENOMEM;
	}
	rtnl_link_set_addr(change, address);
	rtnl_link_set_mtu(change, mtu);
	rtnl_link_set_ifalias(change, alias);
	nl_addr_put(address);
	return link_change(link, device, change);
}

int link_up(struct link *link, const char *device)
{
	struct rtnl_link *change = rtnl_link_alloc();

	if (!change)
		return -ENOMEM;
	rtnl_link_set_flags(change, IFF_UP);
	return link_change(link, device, change);
}

int link_add_address(struct link *link, const char *device, uint32_t address, unsigned prefix)
{
	uint32_t local = htonl(address);
	uint32_t broadcast = htonl(subnet_broadcast(address, prefix));
	struct nl_addr *nl_local = nl_addr_build(AF_INET, &local, sizeof(local));
	struct nl_addr *nl_broadcast = nl_addr_build(AF_INET, &broadcast, sizeof(broadcast));
	struct rtnl_addr *request = rtnl_addr_alloc();
	int ret = -NLE_NOMEM;

	if (nl_local && nl_broadcast && request) {
		nl_addr_set_prefixlen(nl_local, (int)prefix);
		rtnl_addr_set_ifindex(request, (int)if_nametoindex(device));
		ret = rtnl_addr_set_local(request, nl_local);
		if (ret == 0)
			ret = rtnl_addr_set_broadcast(request, nl_broadcast);
		if (ret == 0)
			ret = rtnl_addr_add(link->requests, request, 0);
	}
	rtnl_addr_put(request);
	nl_addr_put(nl_broadcast);
	nl_addr_put(nl_local);
	return link_error(ret);
}

/* What changed does not matter, only that something did: the dump tells the rest. */
static void link_ready(struct source *source, uint32_t events)
{
	struct link *link = container_of(source, struct link, source);
	bool drained = false;

	(void)events;
	while (!drained) {
		struct sockaddr_nl from;
		unsigned char *message = NULL;
		int n = nl_recv(link->events, &from, &message, NULL);

		free(message);
		drained = n <= 0 && n != -NLE_NOMEM; /* that is ENOBUFS: some were lost */
	}
	link->changed(link);
}

int link_watch(struct link *link, struct loop *loop, void (*changed)(struct link *link))
{
	int ret;

	link->events = nl_socket_alloc();
	if (!link->events)
		return -ENOMEM;
	ret = nl_connect(link->events, NETLINK_ROUTE);
	if (ret == 0)
		ret = nl_socket_add_memberships(link->events, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
						RTNLGRP_IPV4_ROUTE, 0);
	if (ret == 0)
		ret = nl_socket_set_nonblocking(link->events);
	if (ret < 0)
		return link_error(ret);
	link->loop = loop;
	link->changed = changed;
	link->source.fd = nl_socket_get_fd(link->events);
	link->source.ready = link_ready;
	return loop_add(loop, &link->source, EPOLLIN);
}
