/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What follows a frame's Ethernet header, layer by layer, as receivers read it. They skip tags and
 * SNAP headers, so a check that only looks at frames without them can be bypassed (CVE-2021-27853,
 * -27854, -27861, -27862). Pure, and checked against the frame's end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

enum {
	/*
	 * Tags and SNAP headers may be stacked; more than this is refused, since nobody needs it.
	 */
	LAYERS_WRAPPINGS = 4,
	LAYERS_WRAPPING_MAX = 8, /* bytes of one */
	/* IPv6 headers before the payload; each may occur once, RFC 8200 */
	LAYERS_EXTENSIONS = 8,
	LAYERS_IPV4 = 20, /* bytes of header */
	LAYERS_IPV6 = 40,
	LAYERS_UDP = 8,
};

enum layers_found {
	LAYERS_FOUND,  /* what was asked for */
	LAYERS_OTHER,  /* something else, or nothing that a receiver would accept */
	LAYERS_LATER,  /* a fragment that is useless without the first one */
	LAYERS_HIDDEN, /* behind more headers than anyone needs, or not in the first fragment */
};

/* The rest of a frame, still to be parsed. */
struct layers {
	const uint8_t *data;
	uint32_t size;
};

/* Skips size bytes; false if there are fewer. */
bool layers_skip(struct layers *layers, uint32_t size);

/* Reads a number in network byte order. */
unsigned layers_read16(const uint8_t *data);
uint32_t layers_read32(const uint8_t *data);

/*
 * Moves from an IPv6 header to what follows its extension headers, with its protocol in *protocol.
 * *fragment: it is only the first part. Can return any of the results.
 */
enum layers_found layers_open_ipv6(struct layers *layers, unsigned *protocol, bool *fragment);

/* All layers of a frame, parsed once for everyone. */
struct layers_dissected {
	const struct frame *frame;
	/* LAYERS_FOUND; LAYERS_HIDDEN behind tags; LAYERS_OTHER: the frame is not whole. */
	enum layers_found network;
	unsigned type;		     /* EtherType of the network layer found; below 0x600: none */
	struct layers packet;	     /* starts at that layer */
	enum layers_found transport; /* for IPv4 and IPv6, else LAYERS_OTHER. If found: */
	unsigned protocol;
	bool fragment; /* only the first part of its packet is here */
	struct layers payload;
};

/* Fills it in. Keeps a reference to the frame, which must not change. */
void layers_dissect(struct layers_dissected *dissected, const struct frame *frame);
