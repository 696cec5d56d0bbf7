/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many connections each forwarded port has carried, from the counters in the maps of
 * forwardrules.h, which count each new connection since the element was added. Purely reads what
 * nft lists.
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* The maps. The order does not matter to callers. */
enum { FORWARDCOUNTS_MAPS = 4 };
extern const char *const forwardcounts_maps[FORWARDCOUNTS_MAPS];

struct forwardcount {
	int family;
	bool any;	      /* every address of the host */
	struct in6_addr host; /* else this one; IPv4 is mapped */
	int protocol;
	uint16_t port;
	uint64_t n;
};

/*
 * Calls take() for each element in the listing of one of the maps, which has protocols as numbers.
 */
void forwardcounts_read(const char *list, unsigned map,
			void (*take)(void *context, const struct forwardcount *count),
			void *context);
