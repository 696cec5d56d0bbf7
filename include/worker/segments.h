/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How large the segments are that a guest gets. The kernel joins what comes from outside into
 * super-frames; a guest that takes more at once than its sender sent (an MTU of 65520, say, beside
 * an Internet of 1500) gets several of the sender's segments in one. So much as its own SYN said,
 * which is remembered for each connection: what connections are not known, or no longer, get the
 * sender's.
 *
 * The guest is not always the end. Behind it the way may be narrower, and then what was joined does
 * not come through: an error from there, or that again and again it is lost, has the connection get
 * the sender's segments from then on, and those that begin after it to the same address.
 *
 * A network whose MTU is the usual has none of this, and no cost of it.
 *
 * Every port has places of its own, where its own frames alone say anything.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bridge.h"
#include "gso.h"
#include "layers.h"
#include "siphash.h"

enum {
	SEGMENTS_USUAL_MTU = 1500, /* up to which no segment is larger than what comes */
	SEGMENTS_SETS = 32,	   /* of places where a connection may be, by its hash */
	SEGMENTS_WAYS = 8, /* places of each; 8 KiB a port, which no port takes before it needs */
	/*
	 * Joined segments in a row that are lost, until it is for their size: of a connection where
	 * none came through, and where some did.
	 */
	SEGMENTS_TRUST_NEW = 3,
	SEGMENTS_TRUST_PROVEN = 10,
};

struct segments_flow {
	uint64_t id;	 /* of addresses and ports; 0: a free place */
	uint32_t seen;	 /* s */
	uint32_t sent;	 /* sequence number behind all super-frames; largest is 0: none came */
	uint32_t tried;	 /* where a joined segment begins of which it is not known that it came */
	uint32_t healed; /* what has to come, one by one, before the next is joined */
	uint16_t tried_size; /* bytes; 0: there is no such segment */
	uint16_t mss;	     /* the receiver's; 0: not a connection, but an address behind which the
				way is narrow */
	uint16_t largest;    /* bytes of the largest packet that the sender sent */
	uint8_t trust;	     /* joined segments that may be lost in a row; 0: none is joined */
	bool healing;
};

struct segments {
	struct siphash_key key;	      /* nobody makes two connections look like one */
	bool used[BRIDGE_PORTS_MAX];  /* something is in its places, */
	bool joins[BRIDGE_PORTS_MAX]; /* and a segment was joined there */
	struct segments_flow flows[BRIDGE_PORTS_MAX][SEGMENTS_SETS][SEGMENTS_WAYS];
};

/* Takes a zeroed object, whose memory is touched where it is needed alone. Nothing to finish. */
void segments_init(struct segments *segments, const struct siphash_key *key);

/* Remembers what a frame from a port says of the sizes that are taken there. */
void segments_learn(struct segments *segments, const struct port *port,
		    const struct layers_dissected *packet);

/*
 * Has a super-frame towards a port cut into segments as large as they may be there. After
 * gso_begin(), whose segments fit the port's MTU, and before the first gso_next().
 */
void segments_fit(struct segments *segments, const struct port *port, struct gso *gso);

/* What was at the port is gone. */
void segments_forget(struct segments *segments, const struct port *port);
