/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a receiver answers to a frame of reference_build(). */
#pragma once

#include <string.h>

#include "frame.h"
#include "reference.h"

static inline void answer_swap(uint8_t *data, size_t size)
{
	uint8_t first[16];

	memcpy(first, data, size);
	memmove(data, data + size, size);
	memcpy(data + size, first, size);
}

static inline size_t answer_ip(const struct reference_flow *flow)
{
	return flow->tagged ? 18 : 14;
}

/* The flow's frame without payload, from its receiver to its sender. */
static inline struct frame answer_back(uint8_t *memory, const struct reference_flow *flow)
{
	size_t size = reference_build(memory, flow, NULL, 0);
	uint8_t *ip = memory + answer_ip(flow);

	answer_swap(memory, MAC_SIZE);
	if (flow->version == 4)
		answer_swap(ip + 12, 4);
	else
		answer_swap(ip + 8, 16);
	answer_swap(memory + size - 20 - flow->n_options, 2);
	return (struct frame){.data = memory, .size = (uint32_t)size};
}

/* Its SYN, with that MSS; 0: with none. */
static inline struct frame answer_syn(uint8_t *memory, const struct reference_flow *flow,
				      unsigned mss)
{
	struct reference_flow syn = *flow;
	const uint8_t options[] = {1, 3, 3, 7, 2, 4, (uint8_t)(mss >> 8), (uint8_t)mss};

	syn.flags = 0x002;
	syn.n_options = mss > 0 ? sizeof(options) : 4;
	memcpy(syn.options, options, sizeof(options));
	return answer_back(memory, &syn);
}

/*
 * The error that a packet of the flow was larger than mtu, which quotes so many bytes of it behind
 * its IP header.
 */
static inline struct frame answer_too_big(uint8_t *memory, const struct reference_flow *flow,
					  unsigned mtu, size_t quoted)
{
	static uint8_t original[REFERENCE_SIZE_MAX];
	size_t header = reference_header_size(flow);
	size_t l4 = header - (flow->protocol == REFERENCE_TCP ? 20 + flow->n_options : 8);
	size_t size = l4 - answer_ip(flow) + quoted;
	uint8_t *ip = memory + 14;
	uint8_t *icmp = ip + (flow->version == 4 ? 20 : 40);

	reference_build(original, flow, NULL, 0);
	memset(memory, 0, 14 + 48);
	memcpy(memory, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
	if (flow->version == 4) {
		memcpy(memory + 12, "\x08\0\x45", 3);
		ip[2] = (uint8_t)((28 + size) >> 8);
		ip[3] = (uint8_t)(28 + size);
		ip[9] = 1;
		memcpy(icmp, "\x03\x04", 2);
	} else {
		memcpy(memory + 12, "\x86\xdd\x60", 3);
		ip[4] = (uint8_t)((8 + size) >> 8);
		ip[5] = (uint8_t)(8 + size);
		ip[6] = 58;
		icmp[0] = 2;
	}
	icmp[6] = (uint8_t)(mtu >> 8);
	icmp[7] = (uint8_t)mtu;
	memcpy(icmp + 8, original + answer_ip(flow), size);
	return (struct frame){.data = memory, .size = (uint32_t)(icmp + 8 + size - memory)};
}
