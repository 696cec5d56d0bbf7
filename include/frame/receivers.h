/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the receivers of one TCP sender take at once, as they and the way to them said (receiver.h):
 * the MSS of each connection, and the MTU of narrow ways. For who cuts what the sender left whole.
 * What is not known, or no longer, has an error say so again. Memory only, touched where needed.
 */
#pragma once

#include "packet.h"
#include "receiver.h"

enum {
	RECEIVERS_SETS = 64, /* of places, by the hash */
	RECEIVERS_WAYS = 8,  /* places of each: 8 KiB in all */
	/* Below these nobody brings a segment, as Linux has it (TCP_MIN_MSS, min_pmtu; RFC 8200).
	 */
	RECEIVERS_MSS_MIN = 88,
	RECEIVERS_MTU_MIN_IPV4 = 552,
	RECEIVERS_MTU_MIN_IPV6 = 1280,
};

struct receivers_entry {
	uint64_t id;   /* of a connection, or of the address where it ends; 0: free */
	uint32_t seen; /* s */
	uint16_t size; /* bytes: MSS of a connection, MTU of an address */
	bool narrow;   /* it is that of an address */
};

struct receivers {
	const struct siphash_key *key; /* nobody makes two connections look like one */
	uint32_t least;		       /* payload and options in bytes that all take */
	struct receivers_entry entries[RECEIVERS_SETS][RECEIVERS_WAYS];
};

/* Forgets all; one of zeros is touched at its beginning alone. key is kept by reference. */
void receivers_init(struct receivers *receivers, const struct siphash_key *key);

/* Remembers what a frame to the sender says of sizes; now: s. */
void receivers_learn(struct receivers *receivers, const struct frame *frame, uint32_t now);

/*
 * Bytes of payload that a segment may have with the headers of that TCP packet of the sender's, as
 * far as its receiver is known; else UINT32_MAX.
 */
uint32_t receivers_take(struct receivers *receivers, const struct packet *packet,
			const struct frame *frame, uint32_t now);
