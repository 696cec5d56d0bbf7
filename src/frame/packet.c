// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet.h"

#include <assert.h>
#include <endian.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stddef.h>

#include "checksum.h"

enum {
	PACKET_FRAGMENTED = 0x3fff, /* more to come, or not the first */
	PACKET_EXTENSION_UNIT = 8,  /* bytes; RFC 8200 §4.3, §4.6 */
};

static_assert(sizeof(struct packet_ipv4) == PACKET_IPV4_HEADER, "as on the wire");
static_assert(sizeof(struct packet_ipv6) == PACKET_IPV6_HEADER, "as on the wire");
static_assert(sizeof(struct packet_tcp) == PACKET_TCP_HEADER, "as on the wire");
static_assert(sizeof(struct packet_udp) == PACKET_UDP_HEADER, "as on the wire");

/* The L3 header of a whole IP packet is known now, and where the packet ends. */
static enum packet_kind packet_parse_l4(struct packet *packet, const struct frame *frame,
					uint32_t end, unsigned protocol)
{
	const uint8_t *l4 = frame->data + packet->l4;
	uint32_t header = PACKET_UDP_HEADER;

	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
		return PACKET_OTHER;
	if (protocol == IPPROTO_TCP) {
		if (packet->l4 + PACKET_TCP_HEADER > end)
			return PACKET_OTHER;
		header = be16toh(((const struct packet_tcp *)l4)->flags) >> 12 << 2;
		if (header < PACKET_TCP_HEADER)
			return PACKET_OTHER;
	}
	if (packet->l4 + header > end)
		return PACKET_OTHER;
	packet->payload = packet->l4 + header;
	packet->payload_size = end - packet->payload;
	if (packet->payload > PACKET_HEADER_MAX)
		return PACKET_OPAQUE;
	return protocol == IPPROTO_TCP ? PACKET_TCP : PACKET_UDP;
}

static enum packet_kind packet_parse_ipv4(struct packet *packet, const struct frame *frame)
{
	const struct packet_ipv4 *ip = (const void *)(frame->data + packet->l3);
	uint32_t header, size;

	if (packet->l3 + PACKET_IPV4_HEADER > frame->size)
		return PACKET_OTHER;
	header = (ip->version & 0xfu) * 4;
	size = be16toh(ip->size);
	if (ip->version >> 4 != 4 || header < PACKET_IPV4_HEADER || packet->l3 + size > frame->size)
		return PACKET_OTHER;
	if (be16toh(ip->fragment) & PACKET_FRAGMENTED)
		return PACKET_OPAQUE;
	packet->version = 4;
	packet->extended = header > PACKET_IPV4_HEADER;
	packet->l4 = packet->l3 + header;
	return packet_parse_l4(packet, frame, packet->l3 + size, ip->protocol);
}

static enum packet_kind packet_parse_ipv6(struct packet *packet, const struct frame *frame)
{
	const struct packet_ipv6 *ip = (const void *)(frame->data + packet->l3);
	uint32_t end;
	unsigned next;

	if (packet->l3 + PACKET_IPV6_HEADER > frame->size || be32toh(ip->version) >> 28 != 6)
		return PACKET_OTHER;
	packet->version = 6;
	packet->l4 = packet->l3 + PACKET_IPV6_HEADER;
	end = packet->l4 + be16toh(ip->payload_size);
	if (end > frame->size)
		return PACKET_OTHER;
	next = ip->next;
	while (next == IPPROTO_HOPOPTS || next == IPPROTO_DSTOPTS) {
		const uint8_t *extension = frame->data + packet->l4;

		if (packet->l4 + PACKET_EXTENSION_UNIT > end)
			return PACKET_OTHER;
		next = extension[0];
		packet->l4 += (extension[1] + 1u) * PACKET_EXTENSION_UNIT;
		packet->extended = true;
		if (packet->l4 > PACKET_HEADER_MAX)
			return PACKET_OPAQUE;
	}
	/* A routing header changes the address that the checksum covers. */
	if (next == IPPROTO_FRAGMENT || next == IPPROTO_ROUTING)
		return PACKET_OPAQUE;
	return packet_parse_l4(packet, frame, end, next);
}

enum packet_kind packet_parse(struct packet *packet, const struct frame *frame)
{
	const uint8_t *type;

	*packet = (struct packet){.l3 = FRAME_HEADER};
	if (!frame_is_whole(frame))
		return PACKET_OTHER;
	if (frame_is_tagged(frame)) {
		packet->tagged = true;
		packet->l3 += FRAME_TAG;
	}
	type = frame->data + packet->l3 - sizeof(uint16_t);
	switch (type[0] << 8 | type[1]) {
	case ETHERTYPE_IP:
		return packet_parse_ipv4(packet, frame);
	case ETHERTYPE_IPV6:
		return packet_parse_ipv6(packet, frame);
	default:
		return PACKET_OTHER;
	}
}

const uint8_t *packet_addresses(const struct packet *packet, const struct frame *frame)
{
	return frame->data + packet->l3 +
	       (packet->version == 4 ? offsetof(struct packet_ipv4, addresses)
				     : offsetof(struct packet_ipv6, addresses));
}

uint32_t packet_addresses_size(const struct packet *packet)
{
	return packet->version == 4 ? sizeof(((struct packet_ipv4 *)NULL)->addresses)
				    : sizeof(((struct packet_ipv6 *)NULL)->addresses);
}

uint64_t packet_pseudo_sum(const struct packet *packet, const struct frame *frame,
			   enum packet_kind kind)
{
	return checksum_add(checksum_add_number(0, kind == PACKET_TCP ? IPPROTO_TCP : IPPROTO_UDP),
			    packet_addresses(packet, frame), packet_addresses_size(packet));
}
