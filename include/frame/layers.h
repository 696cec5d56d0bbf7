/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a frame has behind its Ethernet header, layer after layer, as receivers read it: they skip
 * tags and SNAP headers, so whoever looks only at frames without them is got round
 * (CVE-2021-27853, -27854, -27861, -27862). Pure, and checked against the frame's end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

enum {
	/* Tags and SNAP headers may be stacked; more than anyone needs is refused. */
	LAYERS_WRAPPINGS = 4,
	LAYERS_WRAPPING_MAX = 8, /* bytes of one */
	LAYERS_EXTENSIONS = 8, /* IPv6 headers before the payload; each may stand once, RFC 8200 */
	LAYERS_IPV4 = 20,      /* bytes of header */
	LAYERS_IPV6 = 40,
	LAYERS_UDP = 8,
};

enum layers_found {
	LAYERS_FOUND,  /* what was asked for */
	LAYERS_OTHER,  /* it is something else, or nothing that a receiver would take */
	LAYERS_LATER,  /* a fragment that is nothing without the first one */
	LAYERS_HIDDEN, /* it is behind more than anyone needs, or not in the first fragment */
};

/* What is left of a frame to look at. */
struct layers {
	const uint8_t *data;
	uint32_t size;
};

/* Steps over size bytes; false where there are fewer. */
bool layers_skip(struct layers *layers, uint32_t size);

/* A number in network byte order. */
unsigned layers_read16(const uint8_t *data);
uint32_t layers_read32(const uint8_t *data);

/*
 * From an IPv6 header to what is behind its extension headers; its protocol is then in *protocol.
 * *fragment: it is only the first part. Any of the results.
 */
enum layers_found layers_open_ipv6(struct layers *layers, unsigned *protocol, bool *fragment);

/* All of a frame, read once for whoever asks. */
struct layers_dissected {
	const struct frame *frame;
	/* LAYERS_FOUND, LAYERS_HIDDEN behind tags, or LAYERS_OTHER: the frame is not whole. */
	enum layers_found network;
	unsigned type;	      /* EtherType of a network layer found; below 0x600: it has none */
	struct layers packet; /* from that layer on */
	enum layers_found transport; /* of IPv4 and IPv6; LAYERS_OTHER of all else. Where found: */
	unsigned protocol;
	bool fragment; /* it is only the first part of its packet */
	struct layers payload;
};

/* Sets all of it; the frame is the caller's, and has to stay as it is. */
void layers_dissect(struct layers_dissected *dissected, const struct frame *frame);
