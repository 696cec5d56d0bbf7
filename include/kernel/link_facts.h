/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel tells about a device. Changes nothing. */
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
	int master; /* index of its bridge, bond or the like; 0: none */
	char name[IF_NAMESIZE];
	char kind[LINK_KIND_MAX]; /* "bridge", "bond", "tun" …; "": hardware */
	unsigned type;		  /* ARPHRD_* */
	unsigned flags;		  /* IFF_* */
	unsigned mtu;		  /* bytes */
	uint8_t mac[MAC_SIZE];
};

/* Describes the device with that index or, if index is 0, with that name. 0, or -errno. */
int link_describe(struct link *link, int index, const char *name, struct link_facts *facts);

/* The kernel's counters of a device. */
struct link_counts {
	uint64_t frames_in; /* into the host */
	uint64_t bytes_in;
	uint64_t frames_out;
	uint64_t bytes_out;
	uint64_t dropped_out;
};

/* 0, or -errno. */
int link_count(struct link *link, int index, struct link_counts *counts);

/* Whether there is a device with that index and that alias. */
bool link_has_alias(struct link *link, int index, const char *alias);

/* Calls each() for every device. 0, or -errno. */
int link_each(struct link *link, void (*each)(void *context, const struct link_facts *facts),
	      void *context);

/*
 * Calls each() for every neighbour that the host knows on a device; IPv4 is mapped. 0, or -errno.
 */
int link_each_neighbour(struct link *link, int index,
			void (*each)(void *context, const uint8_t mac[MAC_SIZE],
				     const struct in6_addr *address),
			void *context);

/*
 * Whether it has that address (sizeof(struct in_addr) or in6_addr) with that prefix, as of
 * link_refresh().
 */
bool link_has_address(const struct link *link, int index, const void *address, size_t size,
		      unsigned prefix);

/*
 * Lists a device's addresses as of link_refresh(), at most max; IPv4 is mapped (::ffff:0:0/96).
 * Returns how many.
 */
unsigned link_list_addresses(const struct link *link, int index, struct in6_addr *addresses,
			     unsigned max);

/* Whether one of the host's devices has it (IPv4 is mapped), as of link_refresh(). */
bool link_is_local(const struct link *link, const struct in6_addr *address);

/*
 * Adds to the n names, up to max, the other devices on which the host can be reached: those with an
 * address of the family with more than link scope, as of link_refresh(). Returns the new number.
 */
unsigned link_add_addressed(const struct link *link, int family, char names[][IF_NAMESIZE],
			    unsigned n, unsigned max);

/* A device's addresses as of link_refresh(), text[LINK_ADDRESSES_MAX]: "A/N, B/N", or "". */
void link_format_addresses(const struct link *link, int index, char *text);

/* Whether the bridge has a port, other than except, whose name starts like that. */
bool link_has_port(struct link *link, const char *bridge, const char *start, const char *except);
