// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { LINK_EVENTS_AT_ONCE = 1024 };

/* libnl has its own error numbers. */
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
	case NLE_NOADDR:
		return -EADDRNOTAVAIL;
	default:
		return -EIO;
	}
}

/* Takes a new socket for requests; keeps the old one if there is none. 0, or -errno. */
static int link_connect(struct link *link)
{
	struct nl_sock *requests = nl_socket_alloc();
	int ret = requests ? nl_connect(requests, NETLINK_ROUTE) : -NLE_NOMEM;

	if (ret < 0) {
		nl_socket_free(requests);
		return link_error(ret);
	}
	nl_socket_free(link->requests);
	link->requests = requests;
	return 0;
}

int link_init(struct link *link)
{
	int ret;

	*link = (struct link){.source.fd = -1};
	ret = link_connect(link);
	return ret < 0 ? ret : link_refresh(link);
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

/* A route for only one of the host's own source prefixes ("from"): guests have another one. */
static bool link_is_for_source(struct rtnl_route *route)
{
	const struct nl_addr *source = rtnl_route_get_src(route);

	return source && nl_addr_get_prefixlen(source) > 0;
}

/*
 * libnl keeps one route per destination and metric, but there may be more: a default route that
 * routers advertise on each of two devices. Their devices become hops of the one it keeps.
 */
static void link_keep_route(struct nl_object *object, void *context)
{
	struct nl_cache *routes = context;
	struct rtnl_route *route = (struct rtnl_route *)object;
	struct nl_object *first;

	if (link_is_for_source(route) || nl_cache_add(routes, object) != -NLE_EXIST)
		return;
	first = nl_cache_search(routes, object);
	for (int i = 0; first && i < rtnl_route_get_nnexthops(route); i++) {
		struct rtnl_nexthop *hop = rtnl_route_nh_clone(rtnl_route_nexthop_n(route, i));

		if (hop)
			rtnl_route_add_nexthop((struct rtnl_route *)first, hop);
	}
	nl_object_put(first);
}

/* What libnl cannot parse is not a route that guests use. */
static int link_read_message(struct nl_msg *message, void *routes)
{
	nl_msg_parse(message, link_keep_route, routes);
	return NL_OK;
}

/* If routes change meanwhile, the dump is incomplete; another event will follow. */
static int link_dump_routes(struct link *link, int family, struct nl_cache **routes)
{
	struct rtmsg request = {.rtm_family = (unsigned char)family};
	struct nl_cb *ours = nl_cb_clone(nl_socket_get_cb(link->requests));
	int ret = ours ? nl_cache_alloc_name("route/route", routes) : -NLE_NOMEM;

	if (ret == 0) {
		nl_cb_set(ours, NL_CB_VALID, NL_CB_CUSTOM, link_read_message, *routes);
		ret = nl_send_simple(link->requests, RTM_GETROUTE, NLM_F_DUMP, &request,
				     sizeof(request));
	}
	if (ret >= 0)
		ret = nl_recvmsgs(link->requests, ours);
	nl_cb_put(ours);
	return ret == -NLE_DUMP_INTR || ret > 0 ? 0 : ret;
}

static void link_exchange(struct nl_cache **one, struct nl_cache **other)
{
	struct nl_cache *cache = *one;

	*one = *other;
	*other = cache;
}

static int link_read(struct link *link)
{
	struct nl_cache *addresses = NULL;
	struct nl_cache *routes = NULL;
	struct nl_cache *routes6 = NULL;
	int ret = rtnl_addr_alloc_cache(link->requests, &addresses);

	if (ret == 0)
		ret = link_dump_routes(link, AF_INET, &routes);
	if (ret == 0) /* not all families at once: libnl cannot parse them all */
		ret = link_dump_routes(link, AF_INET6, &routes6);
	if (ret == 0) {
		link_exchange(&link->addresses, &addresses);
		link_exchange(&link->routes, &routes);
		link_exchange(&link->routes6, &routes6);
	}
	nl_cache_free(addresses);
	nl_cache_free(routes);
	nl_cache_free(routes6);
	return link_error(ret);
}

int link_refresh(struct link *link)
{
	int ret = link_read(link);

	/* libnl numbers requests and answers: once one is lost, no other on that socket fits. */
	if (ret < 0 && link_connect(link) == 0)
		ret = link_read(link);
	return ret;
}

int link_send(struct link *link, struct nl_msg *msg)
{
	return link_error(nl_send_sync(link->requests, msg));
}

/* Reports links' MAC addresses, which may have changed back by the time we ask. */
static void link_read_events(struct link *link, struct nlmsghdr *header, int size)
{
	for (; nlmsg_ok(header, size); header = nlmsg_next(header, &size)) {
		const struct ifinfomsg *info = nlmsg_data(header);
		const struct nlattr *mac;

		if (header->nlmsg_type != RTM_NEWLINK ||
		    !nlmsg_valid_hdr(header, sizeof(struct ifinfomsg)))
			continue;
		mac = nlmsg_find_attr(header, sizeof(struct ifinfomsg), IFLA_ADDRESS);
		if (mac && nla_len(mac) == MAC_SIZE)
			link->met(link, info->ifi_index, nla_data(mac));
	}
}

/* Other changes only matter as such: the next dump tells the rest. */
static void link_ready(struct source *source, uint32_t events)
{
	struct link *link = container_of(source, struct link, source);
	bool drained = false;

	(void)events;
	/* Limited, so that others get their turn however fast changes come. */
	for (int i = 0; i < LINK_EVENTS_AT_ONCE && !drained; i++) {
		struct sockaddr_nl from;
		unsigned char *message = NULL;
		int n = nl_recv(link->events, &from, &message, NULL);

		if (n > 0 && link->met)
			link_read_events(link, (struct nlmsghdr *)message, n);
		free(message);
		drained = n <= 0 && n != -NLE_NOMEM; /* this is ENOBUFS: some events were lost */
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
		ret = nl_socket_add_memberships(
			link->events, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE,
			RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,
			RTNLGRP_IPV6_RULE, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF, 0);
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
