/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnetlink(7): the socket for requests, the host's addresses and routes as last read, and change
 * events. See also link_facts.h, link_routes.h, link_change.h.
 */
#pragma once

#include <net/if.h>
#include <stdint.h>

#include "loop.h"
#include "mac.h"

struct nl_sock;
struct nl_cache;
struct nl_msg;

struct link {
	struct nl_sock *requests;
	struct nl_sock *events;
	struct nl_cache *addresses; /* as of link_refresh() */
	struct nl_cache *routes;
	struct nl_cache *routes6;
	struct loop *loop;
	struct source source;
	void (*changed)(struct link *link);
	/* A link has, or had, that MAC address; called before changed(). Or NULL. */
	void (*met)(struct link *link, int index, const uint8_t mac[MAC_SIZE]);
	char own[IF_NAMESIZE]; /* this device never counts as overlap; "": none */
};

/* 0, or -errno. Call link_finish() also after a failure, or twice. */
int link_init(struct link *link);
void link_finish(struct link *link);

/* Reads the host's addresses and routes again. 0, or -errno: what was read before still holds. */
int link_refresh(struct link *link);

/* Converts libnl's error number (negative) to -errno; for the sources that use libnl. */
int link_error(int nl_error);

/* Sends a request made elsewhere, frees it, and waits for the answer. 0, or -errno. */
int link_send(struct link *link, struct nl_msg *msg);

/*
 * Calls changed() when a link, an address, a route, a rule or a device's forwarding changes, once
 * for several. 0, or -errno.
 */
int link_watch(struct link *link, struct loop *loop, void (*changed)(struct link *link));
