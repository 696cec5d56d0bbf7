/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a TCP receiver says of what it takes: its MSS, with which it begins a connection (RFC 9293,
 * section 3.7.1); up to where all has come; and errors from the way behind it, that a packet was
 * too big there (RFC 1191, RFC 8201). Pure.
 */
#pragma once

#include <stdint.h>

#include "frame.h"
#include "layers.h"
#include "packet.h"
#include "siphash.h"

enum {
	/* Where a receiver says none, RFC 9293, section 3.7.1. */
	RECEIVER_MSS_IPV4 = 536,
	RECEIVER_MSS_IPV6 = 1220,
	/* s that what it said is remembered: for so long TCP keeps an idle connection unasked; */
	RECEIVER_AGE = 7200,
	RECEIVER_NARROW_AGE = 600, /* and that a way is narrow, RFC 8201, section 4 */
};

enum receiver_said {
	RECEIVER_NOTHING,
	RECEIVER_MSS,	 /* it takes segments with so many bytes of payload and options */
	RECEIVER_HAS,	 /* all before this sequence number; of segments without payload alone */
	RECEIVER_NARROW, /* a packet to it was too big for a way with that MTU; 0: nobody says which
			  */
};

/*
 * One direction of a connection, by addresses and ports as they lie in its packets; IPv4 addresses
 * have zeros behind them. Every byte is set: it may be compared and hashed as memory.
 */
struct receiver_flow {
	uint8_t receiver[16];
	uint8_t sender[16];
	uint8_t receiver_port[2];
	uint8_t sender_port[2];
	uint32_t version; /* 4 or 6 */
};

/* Reads a frame that comes from the receiver's side: of which flow it says what number. */
enum receiver_said receiver_read(struct receiver_flow *flow, uint32_t *number,
				 const struct layers_dissected *packet);

/* The flow of a packet of TCP that goes to the receiver. */
void receiver_flow_of(struct receiver_flow *flow, const struct packet *packet,
		      const struct frame *frame);

/* By which a flow is known, and by which all flows to its receiver's address are; never 0. */
uint64_t receiver_id(const struct siphash_key *key, const struct receiver_flow *flow);
uint64_t receiver_address_id(const struct siphash_key *key, const struct receiver_flow *flow);
