// SPDX-License-Identifier: GPL-2.0-or-later
#include "flow.h"

#include <endian.h>
#include <string.h>

#include "packet.h"

enum {
	FLOW_PORTS = 4, /* bytes of both ports */
	FLOW_CE = 3,	/* in the lowest bits of the TOS or traffic class */
};

/* What a flow's frames have in common. */
struct flow_key {
	uint8_t kind;
	uint8_t ports[FLOW_PORTS];
	uint8_t addresses[32];
};

uint64_t flow_hash(const struct siphash_key *key, const struct frame *frame)
{
	struct packet packet PACKET_PARSED;
	enum packet_kind kind = packet_parse(&packet, frame);
	struct flow_key flow = {.kind = (uint8_t)kind};

	if (kind != PACKET_TCP && kind != PACKET_UDP)
		return siphash(key, frame->data, FRAME_HEADER);
	memcpy(flow.ports, frame->data + packet.l4, FLOW_PORTS);
	memcpy(flow.addresses, packet_addresses(&packet, frame), packet_addresses_size(&packet));
	return siphash(key, &flow, sizeof(flow));
}

static bool flow_find_ip(struct packet *packet, const struct frame *frame)
{
	enum packet_kind kind = packet_parse(packet, frame);

	return kind == PACKET_TCP || kind == PACKET_UDP;
}

bool flow_can_be_marked(const struct frame *frame)
{
	struct packet packet PACKET_PARSED;
	const uint8_t *ip;

	if (!flow_find_ip(&packet, frame))
		return false;
	ip = frame->data + packet.l3;
	return (packet.version == 4 ? ip[1] : ip[1] >> 4) & FLOW_CE;
}

/* Copies headers from the frame into the segment, up to that size. */
static void flow_own_header(struct gso_segment *segment, uint32_t size)
{
	uint32_t more = segment->header_size < size ? size - segment->header_size : 0;

	memcpy(segment->header + segment->header_size, segment->payload, more);
	segment->header_size += more;
	segment->payload += more;
	segment->payload_size -= more;
}

/* RFC 1624, equation 3. */
static void flow_mark_ipv4(struct packet_ipv4 *ip)
{
	uint8_t marked = ip->tos | FLOW_CE;
	uint32_t sum = (uint16_t)~be16toh(ip->checksum);

	sum += (uint32_t)(marked - ip->tos); /* the higher byte of the word does not change */
	ip->checksum = htobe16((uint16_t) ~((sum & 0xffff) + (sum >> 16)));
	ip->tos = marked;
}

void flow_mark(struct gso_segment *segment, const struct frame *frame)
{
	struct packet packet PACKET_PARSED;
	uint8_t *ip;

	if (!flow_find_ip(&packet, frame))
		return;
	/* Up to the ports; whatever is parsed has at least that. */
	flow_own_header(segment, packet.l4);
	ip = segment->header + packet.l3;
	if (packet.version == 4)
		flow_mark_ipv4((struct packet_ipv4 *)ip);
	else
		ip[1] |= FLOW_CE << 4;
}
