/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's devices, addresses and routes by rtnetlink. link.c, link_facts.c and
 * redirect.c are the only users of libnl.
 * IPv4 addresses are in host byte order.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "loop.h"
#include "mac.h"

struct nl_sock;
struct nl_cache;
struct nl_msg;

enum {
	LINK_DEFAULTS_MAX = 16,
	LINK_OVERLAP_MAX = 96,
	LINK_KIND_MAX = 16,
	LINK_ADDRESSES_MAX = 256,
};

/* A device as the kernel describes it. */
struct link_facts {
	int index;
	int master; /* index of the bridge, bond or the like that it belongs to; 0: none */
	char name[IF_NAMESIZE];
	char kind[LINK_KIND_MAX]; /* "bridge", "bond", "tun" …; "": hardware */
	unsigned type;		  /* ARPHRD_* */
	unsigned flags;		  /* IFF_* */
	unsigned mtu;		  /* bytes */
	uint8_t mac[MAC_SIZE];
};

struct link {
	struct nl_sock *requests;
	struct nl_sock *events;
	struct nl_cache *addresses; /* as of link_refresh() */
	struct nl_cache *routes;
	struct nl_cache *routes6;
	struct loop *loop;
	struct source source;
	void (*changed)(struct link *link);
	char own[IF_NAMESIZE]; /* what this device has overlaps with nothing; "": none */
};

/* 0, or -errno. Finish also after a failure, or twice. */
int link_init(struct link *link);
void link_finish(struct link *link);

/* Reads the host's addresses and routes anew. 0, or -errno. */
int link_refresh(struct link *link);

/*
 * Whether an address or route of the host (default routes aside) shares an
 * address with the prefix; what[LINK_OVERLAP_MAX] then says which, for a person.
 */
bool link_overlaps(const struct link *link, uint32_t address, unsigned prefix, char *what);
bool link_overlaps6(const struct link *link, const struct in6_addr *prefix, unsigned bits,
		    char *what);

/* Names of the devices that carry a default route of a family (AF_INET…); returns how many. */
unsigned link_default_devices(const struct link *link, int family, char names[][IF_NAMESIZE],
			      unsigned max);

/*
 * Names of the devices by which guests leave in a family: those of default routes, and the
 * point-to-point devices of any other unicast route (a VPN that takes some networks only).
 * Where n_only is not 0, those of the names in only that carry any unicast route, instead.
 * Returns how many, at most max.
 */
unsigned link_uplinks(struct link *link, int family, char only[][IF_NAMESIZE], unsigned n_only,
		      char names[][IF_NAMESIZE], unsigned max);

/* Sets MAC, MTU (bytes) and alias (for people who list devices). 0, or -errno. */
int link_configure(struct link *link, const char *device, const uint8_t mac[MAC_SIZE], unsigned mtu,
		   const char *alias);

/* Describes the device with that index, or with that name where index is 0. 0, or -errno. */
int link_describe(struct link *link, int index, const char *name, struct link_facts *facts);

/* Whether there is a device with that index, and it has that alias. */
bool link_has_alias(struct link *link, int index, const char *alias);

/* Calls each() for every device. 0, or -errno. */
int link_each(struct link *link, void (*each)(void *context, const struct link_facts *facts),
	      void *context);

/* A device's addresses as of link_refresh(), text[LINK_ADDRESSES_MAX]: "A/N, B/N", or "". */
void link_format_addresses(const struct link *link, int index, char *text);

/* libnl's error number (negative) as -errno; for the sources that use libnl. */
int link_error(int nl_error);

/* Sends a request of another's making, which is freed, and waits for the answer. 0, or -errno. */
int link_send(struct link *link, struct nl_msg *msg);

/*
 * Adds an address, or sets the device up. IPv6 addresses are there at once,
 * without a question whether another has them. 0, or -errno.
 */
int link_add_address(struct link *link, const char *device, uint32_t address, unsigned prefix);
int link_add_address6(struct link *link, const char *device, const struct in6_addr *address,
		      unsigned prefix);
int link_up(struct link *link, const char *device);

/* A bridge with that MAC, down, that only forwards: no STP, no snooping. 0, or -errno. */
int link_add_bridge(struct link *link, const char *device, const uint8_t mac[MAC_SIZE]);

/* Makes the device a port of the bridge. 0, or -errno. */
int link_enslave(struct link *link, const char *device, const char *bridge);

/* Deletes a device by name or by index. 0, or -errno: -ENODEV where there is none. */
int link_delete(struct link *link, const char *device);
int link_delete_index(struct link *link, int index);

/* Whether the bridge has a port whose name starts so, other than except. */
bool link_has_port(struct link *link, const char *bridge, const char *start, const char *except);

/* Calls changed() whenever a link, an address or a route changes, once for many. 0, or -errno. */
int link_watch(struct link *link, struct loop *loop, void (*changed)(struct link *link));
