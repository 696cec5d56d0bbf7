// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/route.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { LINK_EVENTS_AT_ONCE = 1024 };

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

int link_send(struct link *link, struct nl_msg *msg)
{
	return link_error(nl_send_sync(link->requests, msg));
}

/* What changed does not matter, only that something did: the dump tells the rest. */
static void link_ready(struct source *source, uint32_t events)
{
	struct link *link = container_of(source, struct link, source);
	bool drained = false;

	(void)events;
	/* Others have their turn, however fast changes come. */
	for (int i = 0; i < LINK_EVENTS_AT_ONCE && !drained; i++) {
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
