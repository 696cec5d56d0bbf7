/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table that lets guests out. Pure text, like ruleset.h, which includes
 * it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "subnet.h"
#include "ula.h"

enum { NATRULES_MAX = 6144 };

/* New flows that found no free port: the counter of those that were tried again. */
#define NATRULES_COUNTER "exhausted"
/* Their destinations in the last minute: a set for each family. */
#define NATRULES_EXHAUSTED  "exhausted_ipv4"
#define NATRULES_EXHAUSTED6 "exhausted_ipv6"

struct natrules {
	const char *device;
	const struct subnet *subnet;
	const struct in6_addr *prefix6; /* NULL: guests get no IPv6 */
	uint16_t low;			/* ports that guests leave with, */
	uint16_t high;			/* inclusive */
};

/* Writes the objects and chains, at most NATRULES_MAX bytes. */
void natrules_format(const struct natrules *rules, char text[NATRULES_MAX]);
