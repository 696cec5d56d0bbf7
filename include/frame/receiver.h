/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a TCP receiver tells about what it accepts: its MSS at the start of a connection (RFC 9293,
 * section 3.7.1); up to where everything has arrived; and errors from the path behind it, where a
 * packet was too big (RFC 1191, RFC 8201). Pure.
 */
#pragma once

#include <stdint.h>

#include "frame.h"
#include "layers.h"
#include "packet.h"
#include "siphash.h"

enum {
	/* The defaults without an MSS option, RFC 9293, section 3.7.1. */
	RECEIVER_MSS_IPV4 = 536,
	RECEIVER_MSS_IPV6 = 1220,
	/* s that an MSS is remembered: TCP sends no keepalive for that long */
	RECEIVER_AGE = 7200,
	RECEIVER_NARROW_AGE = 600, /* s that a narrow path is remembered, RFC 8201, section 4 */
};

enum receiver_said {
	RECEIVER_NOTHING,
	RECEIVER_MSS, /* accepts segments with this many bytes of payload and options */
	/* has everything before this sequence number; only from segments without payload */
	RECEIVER_HAS,
	/* a packet to it was too big for a path with that MTU; 0: MTU not given */
	RECEIVER_NARROW,
};

/*
 * One direction of a connection, by addresses and ports in wire format; IPv4 addresses are
 * zero-padded. Every byte is set, so it can be compared and hashed as memory.
 */
struct receiver_flow {
	uint8_t receiver[16];
	uint8_t sender[16];
	uint8_t receiver_port[2];
	uint8_t sender_port[2];
	uint32_t version; /* 4 or 6 */
};

/*
 * Parses a frame from the receiver's side: what it says, about which flow, and with which number.
 */
enum receiver_said receiver_read(struct receiver_flow *flow, uint32_t *number,
				 const struct layers_dissected *packet);

/* The flow of a TCP packet to the receiver. */
void receiver_flow_of(struct receiver_flow *flow, const struct packet *packet,
		      const struct frame *frame);

/* Identify a flow, and all flows to its receiver's address; never 0. */
uint64_t receiver_id(const struct siphash_key *key, const struct receiver_flow *flow);
uint64_t receiver_address_id(const struct siphash_key *key, const struct receiver_flow *flow);
