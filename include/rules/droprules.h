/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table for what does not pass: a chain for each reason, which counts,
 * remembers the sender, and drops or refuses. Pure text, and reading of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DROPRULES_MAX = 10240,	/* bytes of all chains */
	DROPRULES_MAC_MAX = 18, /* with the NUL */
};

enum droprule {
	DROPRULE_SOURCE,       /* a guest with a source outside its network */
	DROPRULE_FAMILY,       /* a guest in IPv6, while that is off */
	DROPRULE_ROUTER,       /* a guest that acts as a router or DHCPv6 server towards the host */
	DROPRULE_SERVICE,      /* others that query our DNS or DHCP */
	DROPRULE_CLOSED,       /* guests in mode host, to anything beyond the host */
	DROPRULE_ELSEWHERE,    /* guests, to a network that is reached by no uplink */
	DROPRULE_ISOLATED,     /* guests, to each other */
	DROPRULE_PROTOCOL,     /* guests, in a protocol without ports */
	DROPRULE_UNASKED,      /* others, into the network */
	DROPRULE_TRANSIT,      /* others, through an uplink to the host's other networks */
	DROPRULE_INVALID,      /* guests, in no connection known to conntrack */
	DROPRULE_UNTRANSLATED, /* what would leave with a guest's address, or with one of the host's
				  ports */
	DROPRULE_LINK_LOCAL,   /* guests, to where clouds keep the host's keys */
	DROPRULE_CONNECTIONS,  /* a guest with too many */
	DROPRULE_ALL_CONNECTIONS, /* all guests together */
	DROPRULE_NEIGHBOURS, /* guests, to more machines of the LAN than the host may look for */
	DROPRULES,
};

/*
 * Writes the objects and chains for the reasons that apply to a network with or without an outside.
 */
void droprules_format(bool outside, char text[DROPRULES_MAX]);

/* The chain to goto; packets end there. A constant string. */
const char *droprules_chain(enum droprule reason);

/* The set with the MAC addresses of the last senders. */
const char *droprules_set(enum droprule reason);

/*
 * Whose packets they are, and why they are dropped; and what can be done about it, NULL: nothing.
 */
const char *droprules_what(enum droprule reason);
const char *droprules_remedy(enum droprule reason);

/* Whether the sender gets an answer. */
bool droprules_refuses(enum droprule reason);

/* Reads each reason's packet counter from nft's listing of the table. */
void droprules_read(const char *list, uint64_t counts[DROPRULES]);

/*
 * Reads the first element of a set from its listing. False: it is empty, or that element stands for
 * a guest whose port is isolated, whose address only the worker knows (MAC_APART).
 */
bool droprules_read_mac(const char *list, char mac[DROPRULES_MAC_MAX]);
