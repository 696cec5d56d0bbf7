// SPDX-License-Identifier: GPL-2.0-or-later
#include "netconf.h"

#include <errno.h>
#include <linux/netconf.h>
#include <net/if.h>
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/netconf.h>
#include <stdlib.h>

#include "link.h"

/* For a device, or for all; false if the kernel does not tell. */
static bool netconf_forwards(struct rtnl_netconf *conf, int family, int *index)
{
	int of = 0;
	int value = 0;

	return rtnl_netconf_get_family(conf, &of) == 0 && of == family &&
	       rtnl_netconf_get_ifindex(conf, index) == 0 &&
	       rtnl_netconf_get_forwarding(conf, &value) == 0 && value != 0;
}

/*
 * Calls each() for what forwards (NETCONFA_IFINDEX_ALL, or a device's index), until it returns
 * true.
 */
static int netconf_find(struct netconf *netconf, int family, bool (*each)(void *context, int index),
			void *context)
{
	struct nl_cache *cache = NULL;
	int ret = rtnl_netconf_alloc_cache(netconf->requests, &cache);
	struct nl_object *object = ret == 0 ? nl_cache_get_first(cache) : NULL;
	bool found = false;

	for (; object && !found; object = nl_cache_get_next(object)) {
		int index = 0;

		found = netconf_forwards((struct rtnl_netconf *)object, family, &index) &&
			each(context, index);
	}
	nl_cache_free(cache);
	return ret < 0 ? link_error(ret) : found;
}

static bool netconf_learn(void *context, int index)
{
	struct netconf *netconf = context;

	if (index > 0 && netconf->n_known < NETCONF_DEVICES_MAX)
		netconf->known[netconf->n_known++] = index;
	return false;
}

struct netconf_search {
	const struct netconf *netconf;
	bool (*is_ours)(void *context, int index);
	void *context;
	int family;
};

static bool netconf_is_foreign(void *context, int index)
{
	const struct netconf_search *search = context;

	if (index == NETCONFA_IFINDEX_ALL)
		return true;
	if (index <= 0 || search->family != AF_INET)
		return false;
	for (unsigned i = 0; i < search->netconf->n_known; i++) {
		if (search->netconf->known[i] == index)
			return false;
	}
	return !search->is_ours(search->context, index);
}

int netconf_is_router(struct netconf *netconf, int family,
		      bool (*is_ours)(void *context, int index), void *context)
{
	struct netconf_search search = {
		.netconf = netconf, .is_ours = is_ours, .context = context, .family = family};

	return netconf_find(netconf, family, netconf_is_foreign, &search);
}

/* What changed, or was lost, does not matter: the dump tells. */
static void netconf_ready(struct source *source, uint32_t events)
{
	struct netconf *netconf = container_of(source, struct netconf, source);
	int n;

	(void)events;
	do {
		struct sockaddr_nl from;
		unsigned char *message = NULL;

		n = nl_recv(netconf->events, &from, &message, NULL);
		free(message);
	} while (n > 0 || n == -NLE_NOMEM);
	netconf->changed(netconf);
}

int netconf_init(struct netconf *netconf, struct loop *loop,
		 void (*changed)(struct netconf *netconf))
{
	int ret;

	*netconf = (struct netconf){.requests = nl_socket_alloc(),
				    .events = nl_socket_alloc(),
				    .changed = changed,
				    .source = {.fd = -1, .ready = netconf_ready}};
	if (!netconf->requests || !netconf->events)
		return -ENOMEM;
	nl_socket_disable_seq_check(netconf->events);
	ret = nl_connect(netconf->requests, NETLINK_ROUTE);
	if (ret == 0)
		ret = nl_connect(netconf->events, NETLINK_ROUTE);
	if (ret == 0)
		ret = nl_socket_add_memberships(netconf->events, RTNLGRP_IPV4_NETCONF,
						RTNLGRP_IPV6_NETCONF, 0);
	if (ret == 0)
		ret = nl_socket_set_nonblocking(netconf->events);
	if (ret < 0)
		return link_error(ret);
	ret = netconf_find(netconf, AF_INET, netconf_learn, netconf);
	if (ret < 0)
		return ret;
	netconf->source.fd = nl_socket_get_fd(netconf->events);
	ret = loop_add(loop, &netconf->source, EPOLLIN);
	if (ret == 0)
		netconf->loop = loop;
	return ret;
}

void netconf_finish(struct netconf *netconf)
{
	if (netconf->loop)
		loop_remove(netconf->loop, &netconf->source);
	nl_socket_free(netconf->events);
	nl_socket_free(netconf->requests);
	*netconf = (struct netconf){.source.fd = -1};
}
