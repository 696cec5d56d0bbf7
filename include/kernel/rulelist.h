/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's rules for routes, ip-rule(8), one by one: what each asks of a packet, and says. */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "link.h"

struct rulelist_rule {
	uint32_t priority;
	uint32_t table;		     /* RT_TABLE_UNSPEC: of the VRF that the packet is in */
	uint8_t action;		     /* FR_ACT_* */
	bool inverted;		     /* it is for what does not match */
	bool conditional;	     /* it asks for more than a destination and oif */
	int suppressed;		     /* routes of so many bits and less do not count; -1: all do */
	unsigned bits;		     /* of the destination; 0: any */
	struct in6_addr destination; /* IPv4's are the first four bytes */
	char oif[IF_NAMESIZE];	     /* by which it leaves; "": any */
};

/* Calls each() for the rules of a family, in the order in which the kernel takes them. 0, or
 * -errno. */
int rulelist_each(struct link *link, int family,
		  void (*each)(void *context, const struct rulelist_rule *rule), void *context);
