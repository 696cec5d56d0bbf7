/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of our nftables table of family bridge, which checks every frame that a TAP's guest
 * sends: whether it speaks as the gateway, a router or a DHCP server. These are the worker's checks
 * of other guests' frames (frame/guard.h), as far as rules can express them. Without a gateway of
 * ours, there are other rules. Pure.
 */
#pragma once

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "mac.h"
#include "subnet.h"

#define TAPGUARD_FIRST "first"

enum { TAPGUARD_MAX = 8192, TAPGUARD_ELEMENT_MAX = 3072 };

struct tapguard {
	const char *table;  /* [A-Za-z0-9._-], checked by whoever made it */
	const uint8_t *mac; /* the gateway's */
	const struct subnet *subnet;
	const struct in6_addr *prefix6; /* NULL: the network has no IPv6 of ours */
	bool open4;			/* a guest may be DHCP server and router in this family */
	bool open6;
	bool router6; /* a guest may be a router in IPv6 */
};

/* Writes the commands that create the table, owned by the netlink socket that sends them. */
void tapguard_format(const struct tapguard *guard, char text[TAPGUARD_MAX]);

/*
 * For networks without a gateway of ours. On a bridge of the host's, which leads to a LAN: no tags,
 * and nothing that is only for the next switch. On the bridge of a network identifier, besides the
 * table's other rules: nothing to or from the host.
 */
void tapguard_format_lan(const char *table, char text[TAPGUARD_MAX]);
void tapguard_format_hostless(const char *table, char text[TAPGUARD_MAX]);

/*
 * Writes the commands, for one transaction, that begin to check the frames of the TAP with that
 * name; to be run before it joins the bridge. Only frames from guest's MAC address pass. guest
 * NULL: no frame passes, but the first one's sender is noted in the map TAPGUARD_FIRST. add false:
 * ends the checks, and forgets what was counted for it.
 */
void tapguard_format_tap(const char *table, bool add, const char *tap,
			 const uint8_t guest[MAC_SIZE], char text[TAPGUARD_ELEMENT_MAX]);

/* The same, to note the next frame's sender, for a TAP that has one noted. */
void tapguard_format_again(const char *table, const char *tap, char text[TAPGUARD_ELEMENT_MAX]);

/* Reads, from nft's listing of that map, the address noted for a TAP. False: there is none. */
bool tapguard_read_first(const char *list, const char *tap, uint8_t mac[MAC_SIZE]);

/* The same, to isolate a TAP from other guests, or no longer. */
void tapguard_format_apart(const char *table, bool add, const char *tap,
			   char text[TAPGUARD_ELEMENT_MAX]);
