// SPDX-License-Identifier: GPL-2.0-or-later
#include "reference.h"

#include <string.h>

static unsigned get16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

static void put16(uint8_t *bytes, unsigned value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static void put32(uint8_t *bytes, uint32_t value)
{
	put16(bytes, value >> 16);
	put16(bytes + 2, value & 0xffff);
}

uint32_t reference_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u; /* Knuth, MMIX */
	return (uint32_t)(*state >> 32);
}

uint16_t reference_sum(uint32_t sum, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
		while (sum > 0xffff)
			sum -= 0xffff;
	}
	return (uint16_t)sum;
}

uint16_t reference_pseudo(const uint8_t *addresses, size_t n, unsigned protocol, size_t size)
{
	uint8_t tail[4] = {0, (uint8_t)protocol};

	put16(tail + 2, (unsigned)size);
	return reference_sum(reference_sum(0, addresses, n), tail, sizeof(tail));
}

static size_t ip_header_size(const struct reference_flow *flow)
{
	return (flow->version == 4 ? 20u : 40u) + flow->extension;
}

static size_t l4_header_size(const struct reference_flow *flow)
{
	return flow->protocol == REFERENCE_TCP ? 20u + flow->n_options : 8u;
}

size_t reference_header_size(const struct reference_flow *flow)
{
	return 14u + (flow->tagged ? 4u : 0u) + ip_header_size(flow) + l4_header_size(flow);
}

static void build_ip(uint8_t *ip, const struct reference_flow *flow, size_t size)
{
	size_t header = ip_header_size(flow);

	memset(ip, 0, header);
	if (flow->version == 4) {
		ip[0] = (uint8_t)(0x40 | header / 4);
		ip[1] = flow->tos;
		put16(ip + 2, (unsigned)(header + size));
		put16(ip + 4, flow->id);
		put16(ip + 6, flow->fragment);
		ip[8] = flow->ttl;
		ip[9] = (uint8_t)flow->protocol;
		put32(ip + 12, 0x0a000000 + flow->flow);
		put32(ip + 16, 0xc0a86901);
		memset(ip + 20, 1, flow->extension); /* "no operation" */
		put16(ip + 10, 0xffffu ^ reference_sum(0, ip, header));
		return;
	}
	put32(ip, 0x60000000 | (uint32_t)flow->tos << 20 | 0x12345);
	put16(ip + 4, (unsigned)(flow->extension + size));
	ip[6] = (uint8_t)flow->protocol;
	ip[7] = flow->ttl;
	put32(ip + 8, 0xfd000000);
	put32(ip + 20, flow->flow);
	put32(ip + 24, 0xfd000000);
	put32(ip + 36, 1);
	if (flow->extension) {
		ip[6] = 60;
		ip[40] = (uint8_t)flow->protocol;
		ip[41] = (uint8_t)(flow->extension / 8 - 1);
		ip[42] = 1; /* PadN */
		ip[43] = (uint8_t)(flow->extension - 4);
	}
}

static void build_l4(uint8_t *l4, const struct reference_flow *flow, size_t size)
{
	put16(l4, 40000 + flow->flow);
	put16(l4 + 2, 5001);
	if (flow->protocol == REFERENCE_UDP) {
		put16(l4 + 4, (unsigned)(8 + size));
		put16(l4 + 6, 0);
		return;
	}
	put32(l4 + 4, flow->seq);
	put32(l4 + 8, flow->ack);
	put16(l4 + 12, flow->flags | (20 + flow->n_options) / 4 << 12);
	put16(l4 + 14, flow->window);
	put16(l4 + 16, 0);
	put16(l4 + 18, flow->urgent);
	memcpy(l4 + 20, flow->options, flow->n_options);
}

size_t reference_build(uint8_t *out, const struct reference_flow *flow, const uint8_t *payload,
		       size_t size)
{
	size_t l4_size = l4_header_size(flow) + size;
	uint8_t *ip = out + (flow->tagged ? 18 : 14);
	uint8_t *l4 = ip + ip_header_size(flow);
	unsigned field = flow->protocol == REFERENCE_TCP ? 16 : 6;
	unsigned sum;

	memcpy(out, "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02", 12);
	if (flow->tagged)
		memcpy(out + 12, "\x81\x00\x00\x05", 4);
	put16(ip - 2, flow->version == 4 ? 0x0800 : 0x86dd);
	build_ip(ip, flow, l4_size);
	build_l4(l4, flow, size);
	if (size > 0)
		memcpy(l4 + l4_header_size(flow), payload, size);
	sum = flow->version == 4 ? reference_pseudo(ip + 12, 8, (unsigned)flow->protocol, l4_size)
				 : reference_pseudo(ip + 8, 32, (unsigned)flow->protocol, l4_size);
	sum = 0xffffu ^ reference_sum(sum, l4, l4_size);
	put16(l4 + field, sum ? sum : 0xffff);
	return (size_t)(l4 - out) + l4_size;
}

size_t reference_segment(uint8_t *out, const struct reference_flow *flow, const uint8_t *payload,
			 size_t size, size_t gso_size, unsigned i)
{
	struct reference_flow segment = *flow;
	size_t offset = i * gso_size;
	bool last = offset + gso_size >= size;

	segment.seq += (uint32_t)offset;
	segment.id = (uint16_t)(segment.id + i);
	if (i > 0)
		segment.flags &= (uint16_t)~0x80; /* CWR */
	if (!last)
		segment.flags &= (uint16_t)~0x09; /* FIN, PSH */
	return reference_build(out, &segment, payload + offset, last ? size - offset : gso_size);
}

static const char *fault_of_l4(const uint8_t *l4, size_t size, unsigned protocol, unsigned pseudo)
{
	if (protocol == REFERENCE_TCP) {
		if (size < 20 || (l4[12] >> 4) < 5 || (size_t)(l4[12] >> 4) * 4 > size)
			return "TCP header size";
	} else if (protocol == REFERENCE_UDP) {
		if (size < 8 || get16(l4 + 4) != size)
			return "UDP length";
		if (get16(l4 + 6) == 0)
			return "no UDP checksum";
	} else {
		return "neither TCP nor UDP";
	}
	return reference_sum(pseudo, l4, size) == 0xffff ? NULL : "TCP or UDP checksum";
}

static const char *fault_of_ipv4(const uint8_t *ip, size_t size)
{
	size_t header;

	if (size < 20 || ip[0] >> 4 != 4)
		return "IPv4 version";
	header = (size_t)(ip[0] & 15) * 4;
	if (header < 20 || header > size)
		return "IPv4 header size";
	if (get16(ip + 2) != size)
		return "IPv4 length";
	if (get16(ip + 6) & 0x3fff)
		return "fragment";
	if (reference_sum(0, ip, header) != 0xffff)
		return "IPv4 checksum";
	return fault_of_l4(ip + header, size - header, ip[9],
			   reference_pseudo(ip + 12, 8, ip[9], size - header));
}

static const char *fault_of_ipv6(const uint8_t *ip, size_t size)
{
	size_t header = 40;
	unsigned next;

	if (size < 40 || ip[0] >> 4 != 6)
		return "IPv6 version";
	if (get16(ip + 4) + 40u != size)
		return "IPv6 length";
	next = ip[6];
	while (next == 0 || next == 60) {
		if (header + 8 > size)
			return "IPv6 extension";
		next = ip[header];
		header += (ip[header + 1] + 1u) * 8;
	}
	if (header > size)
		return "IPv6 extension";
	return fault_of_l4(ip + header, size - header, next,
			   reference_pseudo(ip + 8, 32, next, size - header));
}

const char *reference_fault(const uint8_t *frame, size_t size)
{
	size_t ip = 14;

	if (size < 14)
		return "Ethernet header";
	if (get16(frame + 12) == 0x8100 || get16(frame + 12) == 0x88a8)
		ip += 4;
	if (size < ip)
		return "tag";
	if (get16(frame + ip - 2) == 0x0800)
		return fault_of_ipv4(frame + ip, size - ip);
	if (get16(frame + ip - 2) == 0x86dd)
		return fault_of_ipv6(frame + ip, size - ip);
	return "not IP";
}
