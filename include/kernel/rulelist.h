/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's routing rules, ip-rule(8), one by one: conditions and actions. */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "link.h"

struct rulelist_rule {
	uint32_t priority;
	uint32_t table;		     /* RT_TABLE_UNSPEC: of the packet's VRF */
	uint8_t action;		     /* FR_ACT_* */
	bool inverted;		     /* for packets that do not match */
	bool conditional;	     /* has conditions besides destination and oif */
	int suppressed;		     /* ignores routes with this many bits or less; -1: none */
	unsigned bits;		     /* of the destination; 0: any */
	struct in6_addr destination; /* IPv4 is the first four bytes */
	char oif[IF_NAMESIZE];	     /* outgoing device; "": any */
};

/* Calls each() for the rules of a family, in the order that the kernel uses. 0, or -errno. */
int rulelist_each(struct link *link, int family,
		  void (*each)(void *context, const struct rulelist_rule *rule), void *context);
