/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a frame says of who has which IP address: what its sender claims by ARP, neighbour
 * discovery or as the source of packets, or asks for before it takes it. Pure.
 */
#pragma once

#include <netinet/in.h>

#include "frame.h"
#include "layers.h"

enum claim_kind {
	CLAIM_SOURCE, /* of a packet: a neighbour, or somebody behind one */
	CLAIM_SENDER, /* of ARP or neighbour discovery: a neighbour */
	CLAIM_PROBE,  /* about to take it, if nobody has it: RFC 5227, RFC 4862 */
};

struct claim {
	enum claim_kind kind;
	struct in6_addr address; /* of IPv4 mapped, ::ffff:192.0.2.1 */
};

enum { CLAIMS_A_FRAME = 2 }; /* the source, and what a neighbour advertisement is about */

/*
 * Reads those of a whole frame. How many, or -EBADMSG: it hides behind headers or fragments what
 * it says.
 */
int claim_read(struct claim claims[CLAIMS_A_FRAME], const struct layers_dissected *packet);

/* To whom a packet goes. False: the whole frame has none, or hides it. */
bool claim_read_destination(struct in6_addr *address, const struct layers_dissected *packet);

/* As an address in a claim; host byte order. */
struct in6_addr claim_map_ipv4(uint32_t address);
bool claim_is_ipv4(const struct claim *claim);

/* Writes such an address as people do, an IPv4 one with dots; returns text. */
const char *claim_format(const struct in6_addr *address, char text[INET6_ADDRSTRLEN]);

enum { CLAIM_DEFENCE_MAX = 86 }; /* bytes of the longest: a neighbour advertisement */

/*
 * Makes the answer of somebody with the address mac who has what probe asks for, to the sender of
 * asked, in memory of CLAIM_DEFENCE_MAX bytes, to which answer then points.
 */
void claim_defend(struct frame *answer, uint8_t *memory, const struct claim *probe,
		  const struct frame *asked, const uint8_t mac[MAC_SIZE]);
