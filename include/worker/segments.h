/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How large the segments to a guest may be. The kernel joins incoming segments into super-frames. A
 * guest that takes more at once than the sender sent (with an MTU of 65520, say, and an Internet of
 * 1500) gets several of the sender's segments in one, up to the MSS in its own SYN. That is
 * remembered per connection; connections that are not known get segments of the sender's size.
 *
 * The guest is not always the end. The path beyond it may be narrower, and then a joined segment
 * does not get through. An ICMP error from there, or repeated loss, makes the connection use the
 * sender's segments from then on, and so do new connections to the same address.
 *
 * A network with the usual MTU uses none of this and pays nothing for it.
 *
 * Every port has its own slots, changed only by its own frames.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bridge.h"
#include "gso.h"
#include "layers.h"
#include "siphash.h"

enum {
	SEGMENTS_USUAL_MTU = 1500, /* up to here no segment can be larger than what comes */
	SEGMENTS_SETS = 32,	   /* of slots that a connection may use, by its hash */
	/* slots per set; 8 KiB a port, allocated when first used */
	SEGMENTS_WAYS = 8,
	/*
	 * Joined segments lost in a row until we blame their size: for a connection where none got
	 * through, and for one where some did.
	 */
	SEGMENTS_TRUST_NEW = 3,
	SEGMENTS_TRUST_PROVEN = 10,
};

struct segments_flow {
	uint64_t id;	 /* from addresses and ports; 0: a free slot */
	uint32_t seen;	 /* s */
	uint32_t sent;	 /* sequence number after all super-frames; largest is 0: none came */
	uint32_t tried;	 /* start of a joined segment not known to have arrived */
	uint32_t healed; /* up to where the sender's segments must arrive, before joining again */
	uint16_t tried_size; /* bytes; 0: no such segment */
	/* the receiver's; 0: not a connection, but an address with a narrow path */
	uint16_t mss;
	uint16_t largest; /* bytes of the sender's largest packet */
	uint8_t trust;	  /* joined segments that may still be lost in a row; 0: join none */
	bool healing;
};

struct segments {
	struct siphash_key key;	      /* keeps guests from forging collisions */
	bool used[BRIDGE_PORTS_MAX];  /* some of its slots are used, */
	bool joins[BRIDGE_PORTS_MAX]; /* and a segment was joined there */
	struct segments_flow flows[BRIDGE_PORTS_MAX][SEGMENTS_SETS][SEGMENTS_WAYS];
};

/* Call it with a zeroed object, whose memory is only touched where needed. Nothing to finish. */
void segments_init(struct segments *segments, const struct siphash_key *key);

/* Remembers what a frame from a port says about the sizes accepted there. */
void segments_learn(struct segments *segments, const struct port *port,
		    const struct layers_dissected *packet);

/*
 * Makes a super-frame to a port split into the largest segments allowed there. Call it after
 * gso_begin(), whose segments fit the port's MTU, and before the first gso_next().
 */
void segments_fit(struct segments *segments, const struct port *port, struct gso *gso);

/* What was at the port has gone. */
void segments_forget(struct segments *segments, const struct port *port);
