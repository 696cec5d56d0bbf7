/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a frame says about who has which IP address: an address that its sender claims by ARP,
 * neighbour discovery or as the source of packets, or probes for before using it. Pure.
 */
#pragma once

#include <netinet/in.h>

#include "frame.h"
#include "layers.h"

enum claim_kind {
	CLAIM_SOURCE, /* of a packet: a neighbour, or someone behind one */
	CLAIM_SENDER, /* of ARP or neighbour discovery: a neighbour */
	CLAIM_PROBE,  /* about to use it if nobody else does: RFC 5227, RFC 4862 */
};

struct claim {
	enum claim_kind kind;
	struct in6_addr address; /* IPv4 is mapped, ::ffff:192.0.2.1 */
};

enum { CLAIMS_A_FRAME = 2 }; /* the source, and the target of a neighbour advertisement */

/*
 * Reads the claims of a whole frame. Returns how many, or -EBADMSG if it obscures them with headers
 * or fragments.
 */
int claim_read(struct claim claims[CLAIMS_A_FRAME], const struct layers_dissected *packet);

/* The destination of a packet. False: the whole frame has none, or obscures it. */
bool claim_read_destination(struct in6_addr *address, const struct layers_dissected *packet);

/* Converts an address to the form used in claims; host byte order. */
struct in6_addr claim_map_ipv4(uint32_t address);
bool claim_is_ipv4(const struct claim *claim);

/* Formats such an address, IPv4 as a dotted quad; returns text. */
const char *claim_format(const struct in6_addr *address, char text[INET6_ADDRSTRLEN]);

enum { CLAIM_DEFENCE_MAX = 86 }; /* bytes of the longest answer: a neighbour advertisement */

/*
 * Makes the answer by which a station with the address mac defends the address that probe asks for,
 * to the sender of asked. It is built in memory (CLAIM_DEFENCE_MAX bytes), to which answer then
 * points.
 */
void claim_defend(struct frame *answer, uint8_t *memory, const struct claim *probe,
		  const struct frame *asked, const uint8_t mac[MAC_SIZE]);
