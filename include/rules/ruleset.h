/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of our nftables table. Pure; made only from checked names and numbers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "limitrules.h"
#include "natrules.h"
#include "subnet.h"
#include "ula.h"

enum { RULESET_MAX = 30720, RULESET_DEVICES_MAX = 32 };

/* The gateway's link-local address: a constant, because the rules name it. */
#define RULESET_ROUTER "fe80::1"

struct ruleset {
	const char *table;  /* [A-Za-z0-9._-], checked by whoever made it */
	const char *device; /* likewise */
	const struct subnet *subnet;
	const uint8_t *bridge; /* MAC address of the bridge that the device is; NULL: it is none */
	const struct in6_addr *prefix6; /* NULL: guests get no IPv6 */
	bool outside;			/* guests get out by NAT; else nothing is forwarded */
	bool open6;	   /* a guest may be a router to others in IPv6, but never to the host */
	bool isolated;	   /* guests do not reach each other through the host, either */
	uint16_t port_low; /* if outside: the ports that guests leave with */
	uint16_t port_high;
	bool link_local; /* guests reach addresses, through the host, where a cloud hands out keys
			  */
	uid_t resolver;	 /* user who asks name servers for guests; 0: none of its own */
	struct limitrules limits;
};

/* Writes the commands that create the table, owned by the netlink socket that sends them. */
void ruleset_format(const struct ruleset *ruleset, char text[RULESET_MAX]);

/* The same for a device on a shared bridge, of which the host is not part. */
void ruleset_format_sharedbridge(const char *table, const char *device, char text[RULESET_MAX]);

/* Devices, by index: unlike a name, it needs no check, and stays when a device is renamed. */
struct ruleset_devices {
	unsigned n;
	int indexes[RULESET_DEVICES_MAX];
};

/*
 * Writes the commands, for one transaction, that tell a table of ruleset_format() with an outside
 * which devices forward only for us, and by which guests leave, in one family.
 */
void ruleset_format_devices(const char *table, const struct ruleset_devices *forwarding,
			    const struct ruleset_devices *uplinks, bool ipv6,
			    char text[RULESET_MAX]);
