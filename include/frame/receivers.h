/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the receivers of one TCP sender accept at once, as they and the path to them told
 * (receiver.h): the MSS of each connection, and the MTU of narrow paths. For splitting what the
 * sender left whole. If something is unknown or forgotten, the next ICMP error tells us again.
 * Works on memory only, touched where needed.
 */
#pragma once

#include "packet.h"
#include "receiver.h"

enum {
	RECEIVERS_SETS = 64, /* of slots, chosen by the hash */
	RECEIVERS_WAYS = 8,  /* slots per set: 8 KiB in all */
	/*
	 * Nobody can force segments below these, which are Linux's own limits (TCP_MIN_MSS,
	 * min_pmtu; RFC 8200).
	 */
	RECEIVERS_MSS_MIN = 88,
	RECEIVERS_MTU_MIN_IPV4 = 552,
	RECEIVERS_MTU_MIN_IPV6 = 1280,
};

struct receivers_entry {
	uint64_t id;   /* of a connection, or of its receiver's address; 0: free */
	uint32_t seen; /* s */
	uint16_t size; /* bytes: MSS of a connection, MTU of an address */
	bool narrow;   /* it is for an address */
};

struct receivers {
	const struct siphash_key *key; /* keeps guests from forging collisions */
	uint32_t least;		       /* bytes of payload and options that all of them accept */
	struct receivers_entry entries[RECEIVERS_SETS][RECEIVERS_WAYS];
};

/* Forgets everything; of a zeroed one, only the start is touched. Keeps a reference to key. */
void receivers_init(struct receivers *receivers, const struct siphash_key *key);

/* Remembers the sizes that a frame to the sender tells; now: s. */
void receivers_learn(struct receivers *receivers, const struct frame *frame, uint32_t now);

/*
 * Bytes of payload that a segment with the headers of the sender's TCP packet may have, if its
 * receiver is known; else UINT32_MAX.
 */
uint32_t receivers_take(struct receivers *receivers, const struct packet *packet,
			const struct frame *frame, uint32_t now);
