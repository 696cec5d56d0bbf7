/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of our nftables table that nothing passes: a chain for each reason, which counts,
 * remembers who it was, and drops or refuses. Pure text, and reading of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DROPRULES_MAX = 10240,	/* bytes of all chains */
	DROPRULES_MAC_MAX = 18, /* with its end */
};

enum droprule {
	DROPRULE_SOURCE,       /* a guest with a source that is not its network's */
	DROPRULE_FAMILY,       /* a guest in IPv6, where it is off */
	DROPRULE_ROUTER,       /* a guest that is a router or DHCPv6 server to the host */
	DROPRULE_SERVICE,      /* others that ask our DNS or DHCP */
	DROPRULE_CLOSED,       /* guests of mode host, beyond it */
	DROPRULE_ELSEWHERE,    /* guests, to a network that is behind no uplink */
	DROPRULE_ISOLATED,     /* guests to each other */
	DROPRULE_PROTOCOL,     /* guests, in a protocol without ports */
	DROPRULE_UNASKED,      /* others, into the network */
	DROPRULE_TRANSIT,      /* others, by way of an uplink into the host's other networks */
	DROPRULE_INVALID,      /* guests, in no connection that conntrack knows */
	DROPRULE_UNTRANSLATED, /* what would leave with a guest's address, or a port of the host */
	DROPRULE_LINK_LOCAL,   /* guests, to where clouds keep the host's keys */
	DROPRULE_CONNECTIONS,  /* a guest that has too many */
	DROPRULE_ALL_CONNECTIONS, /* all guests together */
	DROPRULE_NEIGHBOURS,	  /* guests, to more machines of the LAN than the host looks for */
	DROPRULES,
};

/* Writes the objects and chains of the reasons that a network with or without an outside has. */
void droprules_format(bool outside, char text[DROPRULES_MAX]);

/* The chain to go to: its packets end there. A constant text. */
const char *droprules_chain(enum droprule reason);

/* The set of its last senders: their MAC addresses. */
const char *droprules_set(enum droprule reason);

/* Whose packets they are and why they do not pass; and what can be done about it, NULL: nothing. */
const char *droprules_what(enum droprule reason);
const char *droprules_remedy(enum droprule reason);

/* Whether the sender gets an answer. */
bool droprules_refuses(enum droprule reason);

/* Reads the packets that each reason has counted from a list of the table, as nft has it. */
void droprules_read(const char *list, uint64_t counts[DROPRULES]);

/*
 * The first element of a set, from its list. False: it is empty, or its first element stands for a
 * guest whose port is isolated, of which only the worker knows the address (MAC_APART).
 */
bool droprules_read_mac(const char *list, char mac[DROPRULES_MAC_MAX]);
