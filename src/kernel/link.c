// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <netinet/in.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mac.h"
#include "subnet.h"
#include "ula.h"

/*
 * Routes shorter than this are default routes in disguise: full-tunnel VPNs
 * split 0.0.0.0/0 into halves or eighths, and 2000::/3 is all of IPv6 that is
 * given out. No network of ours is so large.
 */
enum { LINK_DEFAULT_PREFIX = SUBNET_PREFIX_MIN, LINK_DEFAULT_PREFIX6 = 4 };

/* Of either family; bytes are in network order. */
struct link_prefix {
	int family;
	unsigned bits;
	struct in6_addr address; /* IPv4's are the first four bytes */
};

enum {
	LINK_PREFIX_TEXT_MAX = ULA_TEXT_MAX,
	LINK_SEEN_MAX = 256, /* devices with routes, that are looked at once */
};

/* libnl's error numbers are its own. */
int link_error(int nl_error)
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
	nl_cache_free(link->routes6);
	nl_socket_free(link->events);
	nl_socket_free(link->requests);
	*link = (struct link){.source.fd = -1};
}

int link_refresh(struct link *link)
{
	int ret;

	nl_cache_free(link->addresses);
	nl_cache_free(link->routes);
	nl_cache_free(link->routes6);
	link->addresses = NULL;
	link->routes = NULL;
	link->routes6 = NULL;
	ret = rtnl_addr_alloc_cache(link->requests, &link->addresses);
	if (ret == 0)
		ret = rtnl_route_alloc_cache(link->requests, AF_INET, 0, &link->routes);
	if (ret == 0) /* not all families at once: libnl does not read every one of them */
		ret = rtnl_route_alloc_cache(link->requests, AF_INET6, 0, &link->routes6);
	return link_error(ret);
}

/* *prefix of an address object; false for none, and for other families than IPv4 and IPv6. */
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

static bool link_is_own(const struct link *link, int index)
{
	char name[IF_NAMESIZE];

	return *link->own && strcmp(link_device_name(index, name), link->own) == 0;
}

static bool link_address_overlaps(const struct link *link, const struct link_prefix *ours,
				  char *what)
{
	struct nl_object *object = nl_cache_get_first(link->addresses);

	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_addr *theirs = (struct rtnl_addr *)object;
		char text[LINK_PREFIX_TEXT_MAX];
		char device[IF_NAMESIZE];
		struct link_prefix there;

		if (!link_read_prefix(rtnl_addr_get_local(theirs), &there) ||
		    !link_prefixes_overlap(&there, ours) ||
		    link_is_own(link, rtnl_addr_get_ifindex(theirs)))
			continue;
		snprintf(what, LINK_OVERLAP_MAX, "the address %s/%u of %s",
			 link_format(&there, text), there.bits,
			 link_device_name(rtnl_addr_get_ifindex(theirs), device));
		return true;
	}
	return false;
}

static struct nl_object *link_first_route(const struct link *link, int family)
{
	return nl_cache_get_first(family == AF_INET6 ? link->routes6 : link->routes);
}

/* The device of a route's nth next hop; 0 where there is none. */
static int link_route_device(struct rtnl_route *route, int n)
{
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, n);

	return hop ? rtnl_route_nh_get_ifindex(hop) : 0;
}

static bool link_route_overlaps(const struct link *link, const struct link_prefix *ours, char *what)
{
	struct nl_object *object = link_first_route(link, ours->family);

	for (; object; object = nl_cache_get_next(object)) {
		struct rtnl_route *route = (struct rtnl_route *)object;
		char text[LINK_PREFIX_TEXT_MAX];
		char device[IF_NAMESIZE];
		struct link_prefix there;

		if (!link_read_prefix(rtnl_route_get_dst(route), &there) ||
		    link_is_default(&there) || !link_prefixes_overlap(&there, ours) ||
		    link_is_own(link, link_route_device(route, 0)))
			continue;
		snprintf(what, LINK_OVERLAP_MAX, "the route to %s/%u by %s",
			 link_format(&there, text), there.bits,
			 link_device_name(link_route_device(route, 0), device));
		return true;
	}
	return false;
}

static bool link_prefix_overlaps(const struct link *link, const struct link_prefix *ours,
				 char *what)
{
	return link_address_overlaps(link, ours, what) || link_route_overlaps(link, ours, what);
}

bool link_overlaps(const struct link *link, uint32_t address, unsigned prefix, char *what)
{
	struct link_prefix ours = {.family = AF_INET, .bits = prefix};

	address = htonl(address);
	memcpy(&ours.address, &address, sizeof(address));
	return link_prefix_overlaps(link, &ours, what);
}

bool link_overlaps6(const struct link *link, const struct in6_addr *prefix, unsigned bits,
		    char *what)
{
	const struct link_prefix ours = {.family = AF_INET6, .bits = bits, .address = *prefix};

	return link_prefix_overlaps(link, &ours, what);
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

/* The route of an object that leads somewhere by unicast, and its *prefix; NULL for others. */
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

unsigned link_default_devices(const struct link *link, int family, char names[][IF_NAMESIZE],
			      unsigned max)
{
	struct nl_object *object = link_first_route(link, family);
	unsigned n = 0;

	for (; object; object = nl_cache_get_next(object)) {
		struct link_prefix there;
		struct rtnl_route *route = link_read_route(object, family, &there);

		if (!route || !link_is_default(&there))
			continue;
		for (int i = 0; i < rtnl_route_get_nnexthops(route); i++)
			n = link_add_name(names, n, max, link_route_device(route, i));
	}
	return n;
}

/* Whether n of the indexes are this one; if not, it is added while there is room. */
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

	if (index <= 0 || !if_indextoname((unsigned)index, name))
		return false;
	for (unsigned i = 0; i < n_only; i++) {
		if (strcmp(only[i], name) == 0)
			return true;
	}
	return false;
}

unsigned link_uplinks(struct link *link, int family, char only[][IF_NAMESIZE], unsigned n_only,
		      char names[][IF_NAMESIZE], unsigned max)
{
	unsigned n = n_only > 0 ? 0 : link_default_devices(link, family, names, max);
	struct nl_object *object = link_first_route(link, family);
	int seen[LINK_SEEN_MAX];
	unsigned n_seen = 0;

	for (; object; object = nl_cache_get_next(object)) {
		struct link_prefix there;
		struct rtnl_route *route = link_read_route(object, family, &there);

		/* A link-local route is on every device, and leads nowhere. */
		if (!route || (family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&there.address)))
			continue;
		for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
			int index = link_route_device(route, i);

			if (!link_was_seen(seen, &n_seen, index) &&
			    (n_only > 0 ? link_is_named(index, only, n_only)
					: link_is_point_to_point(link, index)))
				n = link_add_name(names, n, max, index);
		}
	}
	return n;
}

int link_send(struct link *link, struct nl_msg *msg)
{
	return link_error(nl_send_sync(link->requests, msg));
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

int link_configure(struct link *link, const char *device, const uint8_t mac[MAC_SIZE], unsigned mtu,
		   const char *alias)
{
	struct nl_addr *address = nl_addr_build(AF_LLC, mac, MAC_SIZE);
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

/* Adds local/prefix to the device; broadcast may be NULL. Frees both. */
static int link_add(struct link *link, const char *device, struct nl_addr *local, unsigned prefix,
		    struct nl_addr *broadcast, unsigned flags)
{
	struct rtnl_addr *request = rtnl_addr_alloc();
	int ret = -NLE_NOMEM;

	if (local && request) {
		nl_addr_set_prefixlen(local, (int)prefix);
		rtnl_addr_set_ifindex(request, (int)if_nametoindex(device));
		rtnl_addr_set_flags(request, flags);
		ret = rtnl_addr_set_local(request, local);
		if (ret == 0 && broadcast)
			ret = rtnl_addr_set_broadcast(request, broadcast);
		if (ret == 0)
			ret = rtnl_addr_add(link->requests, request, 0);
	}
	rtnl_addr_put(request);
	nl_addr_put(broadcast);
	nl_addr_put(local);
	return link_error(ret);
}

int link_add_address(struct link *link, const char *device, uint32_t address, unsigned prefix)
{
	uint32_t local = htonl(address);
	uint32_t broadcast = htonl(subnet_broadcast(address, prefix));

	return link_add(link, device, nl_addr_build(AF_INET, &local, sizeof(local)), prefix,
			nl_addr_build(AF_INET, &broadcast, sizeof(broadcast)), 0);
}

int link_add_address6(struct link *link, const char *device, const struct in6_addr *address,
		      unsigned prefix)
{
	return link_add(link, device, nl_addr_build(AF_INET6, address, sizeof(*address)), prefix,
			NULL, IFA_F_NODAD);
}

int link_add_bridge(struct link *link, const char *device, const uint8_t mac[MAC_SIZE])
{
	struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct ifinfomsg header = {.ifi_family = AF_UNSPEC};
	struct nlattr *info;
	struct nlattr *data;

	if (!message)
		return -ENOMEM;
	/* By hand: this libnl knows no attribute of a bridge. A new message has room for these. */
	nlmsg_append(message, &header, sizeof(header), NLMSG_ALIGNTO);
	nla_put_string(message, IFLA_IFNAME, device);
	nla_put(message, IFLA_ADDRESS, MAC_SIZE, mac);
	info = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, "bridge");
	data = nla_nest_start(message, IFLA_INFO_DATA);
	nla_put_u32(message, IFLA_BR_STP_STATE, 0);
	nla_put_u8(message, IFLA_BR_MCAST_SNOOPING, 0);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
	return link_error(nl_send_sync(link->requests, message)); /* frees it */
}

int link_enslave(struct link *link, const char *device, const char *bridge)
{
	return link_error(rtnl_link_enslave_ifindex(link->requests, (int)if_nametoindex(bridge),
						    (int)if_nametoindex(device)));
}

/* name may be NULL where index is not 0. */
static int link_delete_either(struct link *link, const char *name, int index)
{
	struct rtnl_link *object = rtnl_link_alloc();
	int ret;

	if (!object)
		return -ENOMEM;
	if (name)
		rtnl_link_set_name(object, name);
	if (index > 0)
		rtnl_link_set_ifindex(object, index);
	ret = rtnl_link_delete(link->requests, object);
	rtnl_link_put(object);
	return link_error(ret);
}

int link_delete(struct link *link, const char *device)
{
	return link_delete_either(link, device, 0);
}

int link_delete_index(struct link *link, int index)
{
	return link_delete_either(link, NULL, index);
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
						RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_IFADDR,
						RTNLGRP_IPV6_ROUTE, 0);
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
