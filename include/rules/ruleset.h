/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of our nftables table: pure, from checked names and numbers only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "limitrules.h"
#include "natrules.h"
#include "subnet.h"
#include "ula.h"

enum { RULESET_MAX = 30720, RULESET_DEVICES_MAX = 32 };

/* The gateway's link-local address: as constant as its rules. */
#define RULESET_ROUTER "fe80::1"

struct ruleset {
	const char *table;  /* [A-Za-z0-9._-], checked by whoever made it */
	const char *device; /* likewise */
	const struct subnet *subnet;
	const uint8_t *bridge; /* the device is one, with that MAC address; NULL: it is none */
	const struct in6_addr *prefix6; /* NULL: guests get no IPv6 */
	bool outside;			/* guests reach it by NAT; else nothing is forwarded */
	bool open6;	   /* a guest may be the others' router in IPv6; never the host's */
	bool isolated;	   /* nor by way of the host do guests reach each other */
	uint16_t port_low; /* with an outside: the ports that guests leave with */
	uint16_t port_high;
	bool link_local; /* guests reach where a cloud hands out keys, by way of the host */
	uid_t resolver;	 /* who asks name servers for guests; 0: nobody of his own */
	struct limitrules limits;
};

/* Writes the commands that make the table, owned by the netlink socket they are sent on. */
void ruleset_format(const struct ruleset *ruleset, char text[RULESET_MAX]);

/* The same for a device on a shared bridge, which the host has no part in. */
void ruleset_format_sharedbridge(const char *table, const char *device, char text[RULESET_MAX]);

/* Devices, by their index: unlike a name it needs no check, and stays when a device is renamed. */
struct ruleset_devices {
	unsigned n;
	int indexes[RULESET_DEVICES_MAX];
};

/*
 * Writes the commands, for one transaction, that say of a table of ruleset_format() with an
 * outside which devices forward for us only, and by which guests leave, in one family.
 */
void ruleset_format_devices(const char *table, const struct ruleset_devices *forwarding,
			    const struct ruleset_devices *uplinks, bool ipv6,
			    char text[RULESET_MAX]);
