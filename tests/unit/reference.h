/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What split and join are measured against: frames put together byte by byte,
 * and a judge of frames, both slow, plain, and without a line of the code under
 * test. A segment is by definition what reference_build() makes of a part of the
 * payload.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	REFERENCE_SIZE_MAX = 14 + 4 + 65535, /* of a frame */
	REFERENCE_TCP = 6,
	REFERENCE_UDP = 17,
	REFERENCE_DF = 0x4000,
};

/* What a frame says; all numbers in host byte order. */
struct reference_flow {
	int version; /* 4 or 6 */
	int protocol;
	bool tagged;
	unsigned extension; /* bytes of IPv4 options, or of an IPv6 destination header */
	unsigned flow;	    /* addresses and ports follow from it */
	uint8_t tos;
	uint8_t ttl;
	uint16_t id;
	uint16_t fragment;
	uint32_t seq;
	uint32_t ack;
	uint16_t flags;
	uint16_t window;
	uint16_t urgent;
	uint8_t options[40]; /* of TCP */
	unsigned n_options;
};

/* A pseudo-random number; the same seed gives the same row. */
uint32_t reference_random(uint64_t *state);

/* One's complement sum of big endian 16 bit numbers, an odd byte being a high one. */
uint16_t reference_sum(uint32_t sum, const uint8_t *data, size_t size);

/* The sum of a pseudo header: addresses one behind the other, and the size of L4. */
uint16_t reference_pseudo(const uint8_t *addresses, size_t n, unsigned protocol, size_t size);

/* Writes a whole frame, all checksums valid; its size. */
size_t reference_build(uint8_t *out, const struct reference_flow *flow, const uint8_t *payload,
		       size_t size);

/* Bytes before the payload. */
size_t reference_header_size(const struct reference_flow *flow);

/* The ith segment of a payload that is cut every gso_size bytes. */
size_t reference_segment(uint8_t *out, const struct reference_flow *flow, const uint8_t *payload,
			 size_t size, size_t gso_size, unsigned i);

/*
 * What is wrong with a frame of IP that has TCP or UDP in it (lengths, checksums,
 * bytes behind the packet), or NULL.
 */
const char *reference_fault(const uint8_t *frame, size_t size);
