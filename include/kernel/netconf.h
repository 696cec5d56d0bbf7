/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices forward, by the kernel's events (rtnetlink's netconf): detects whether the host,
 * which was not a router, has become one. Docker, libvirt and podman make it one.
 */
#pragma once

#include <stdbool.h>

#include "loop.h"

struct nl_sock;

enum { NETCONF_DEVICES_MAX = 256 };

struct netconf {
	struct nl_sock *requests;
	struct nl_sock *events;
	struct loop *loop;
	struct source source;
	void (*changed)(struct netconf *netconf);
	unsigned n_known;
	int known[NETCONF_DEVICES_MAX]; /* devices that forwarded IPv4 before we turned on any */
};

/*
 * Looks at what forwards now. changed() is called for every later change, at once. 0, or -errno.
 * Call netconf_finish() also after a failure, or twice.
 */
int netconf_init(struct netconf *netconf, struct loop *loop,
		 void (*changed)(struct netconf *netconf));
void netconf_finish(struct netconf *netconf);

/*
 * Whether someone else has made the host a router for family (AF_INET, AF_INET6): it forwards on
 * all devices or, in IPv4, on a device that did not forward before and is not ours, which is_ours()
 * tells from its index. 1, 0, or -errno.
 */
int netconf_is_router(struct netconf *netconf, int family,
		      bool (*is_ours)(void *context, int index), void *context);
