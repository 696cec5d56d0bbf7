/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel says of a device. Changes nothing. */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "mac.h"

enum { LINK_KIND_MAX = 16, LINK_ADDRESSES_MAX = 256 };

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

/* Describes the device with that index, or with that name where index is 0. 0, or -errno. */
int link_describe(struct link *link, int index, const char *name, struct link_facts *facts);

/* What has passed a device, as the kernel counts. */
struct link_counts {
	uint64_t frames_in; /* into the host */
	uint64_t bytes_in;
	uint64_t frames_out;
	uint64_t bytes_out;
	uint64_t dropped_out;
};

/* 0, or -errno. */
int link_count(struct link *link, int index, struct link_counts *counts);

/* Whether there is a device with that index, and it has that alias. */
bool link_has_alias(struct link *link, int index, const char *alias);

/* Calls each() for every device. 0, or -errno. */
int link_each(struct link *link, void (*each)(void *context, const struct link_facts *facts),
	      void *context);

/* Calls each() for every neighbour that the host knows by a device; IPv4's are mapped. 0, or
 * -errno.
 */
int link_each_neighbour(struct link *link, int index,
			void (*each)(void *context, const uint8_t mac[MAC_SIZE],
				     const struct in6_addr *address),
			void *context);

/*
 * Whether it has that address (of sizeof(struct in_addr or in6_addr)) with that prefix, as of
 * link_refresh().
 */
bool link_has_address(const struct link *link, int index, const void *address, size_t size,
		      unsigned prefix);

/*
 * A device's addresses as of link_refresh(), at most max; IPv4's as mapped ones (::ffff:0:0/96).
 * Returns how many.
 */
unsigned link_list_addresses(const struct link *link, int index, struct in6_addr *addresses,
			     unsigned max);

/* Whether one of the host's devices has it (IPv4 is mapped), as of link_refresh(). */
bool link_is_local(const struct link *link, const struct in6_addr *address);

/*
 * Adds to the n names, up to max, those of the other devices by which somebody can call the host:
 * with an address of the family that is known beyond the link, as of link_refresh(). How many
 * there are then.
 */
unsigned link_add_addressed(const struct link *link, int family, char names[][IF_NAMESIZE],
			    unsigned n, unsigned max);

/* A device's addresses as of link_refresh(), text[LINK_ADDRESSES_MAX]: "A/N, B/N", or "". */
void link_format_addresses(const struct link *link, int index, char *text);

/* Whether the bridge has a port whose name starts so, other than except. */
bool link_has_port(struct link *link, const char *bridge, const char *start, const char *except);
