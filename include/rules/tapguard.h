/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of our nftables table of family bridge, which is asked of every frame that a TAP's guest
 * sends: whether it says what the gateway says, or a router or DHCP server. It is the same that the
 * worker asks of the frames of other guests (frame/guard.h), as far as rules can. Where there is no
 * gateway of ours, there are other rules. Pure.
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
	bool open4;			/* a guest may lease and route there */
	bool open6;
	bool router6; /* a guest may route in IPv6 */
};

/* Writes the commands that make the table, owned by the netlink socket they are sent on. */
void tapguard_format(const struct tapguard *guard, char text[TAPGUARD_MAX]);

/*
 * Where there is no gateway of ours. On a bridge of the host's, which leads to a LAN: no tags, and
 * nothing that is for the next switch alone. On the bridge of a network identifier, beside the
 * table's other rules: nothing to the host, or from it.
 */
void tapguard_format_lan(const char *table, char text[TAPGUARD_MAX]);
void tapguard_format_hostless(const char *table, char text[TAPGUARD_MAX]);

/*
 * Writes the commands, of one transaction, that have frames of a TAP be asked, by its name, before
 * it is a member of the bridge; from another MAC address than its guest's none passes. guest NULL:
 * from none at all, but the first one is noted, in the map TAPGUARD_FIRST. add false: no more, and
 * what was counted of it is forgotten.
 */
void tapguard_format_tap(const char *table, bool add, const char *tap,
			 const uint8_t guest[MAC_SIZE], char text[TAPGUARD_ELEMENT_MAX]);

/* The same that has the next frame's address be noted, of a TAP for which one was. */
void tapguard_format_again(const char *table, const char *tap, char text[TAPGUARD_ELEMENT_MAX]);

/* Reads what nft lists of that map: the address noted for a TAP. False: none is. */
bool tapguard_read_first(const char *list, const char *tap, uint8_t mac[MAC_SIZE]);

/* The same that sets one apart from other guests, or no more. */
void tapguard_format_apart(const char *table, bool add, const char *tap,
			   char text[TAPGUARD_ELEMENT_MAX]);
