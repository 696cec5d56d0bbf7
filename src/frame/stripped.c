// SPDX-License-Identifier: GPL-2.0-or-later
#include "stripped.h"

#include <endian.h>
#include <stddef.h>
#include <string.h>

#include "checksum.h"
#include "receivers.h"

/* TCP or UDP header, and what follows it. */
static uint32_t stripped_l4_size(const struct packet *packet)
{
	return packet->payload - packet->l4 + packet->payload_size;
}

/* Where in the L4 header the checksum is. */
static uint32_t stripped_field(enum packet_kind kind)
{
	return kind == PACKET_TCP ? offsetof(struct packet_tcp, checksum)
				  : offsetof(struct packet_udp, checksum);
}

/* Includes the length. */
static uint64_t stripped_pseudo(const struct packet *packet, const struct frame *frame,
				enum packet_kind kind)
{
	return checksum_add_number(packet_pseudo_sum(packet, frame, kind),
				   (uint16_t)stripped_l4_size(packet));
}

/* Whether the field has just that sum. It is never 0, which in UDP means "no checksum". */
static bool stripped_is_partial(const struct packet *packet, const struct frame *frame,
				enum packet_kind kind)
{
	uint16_t pseudo = checksum_fold(stripped_pseudo(packet, frame, kind));

	return memcmp(frame->data + packet->l4 + stripped_field(kind), &pseudo, sizeof(pseudo)) ==
	       0;
}

static uint64_t stripped_sum(const struct packet *packet, const struct frame *frame)
{
	return checksum_add(0, frame->data + packet->l4, stripped_l4_size(packet));
}

static bool stripped_is_complete(const struct packet *packet, const struct frame *frame,
				 enum packet_kind kind)
{
	return checksum_fold(stripped_pseudo(packet, frame, kind) + stripped_sum(packet, frame)) ==
	       0xffff;
}

static void stripped_write(const struct packet *packet, struct frame *frame, enum packet_kind kind,
			   uint16_t checksum)
{
	memcpy(frame->data + packet->l4 + stripped_field(kind), &checksum, sizeof(checksum));
}

/* The value in the field is part of the sum. If it happened to be right, it stays so. */
static void stripped_complete(const struct packet *packet, struct frame *frame,
			      enum packet_kind kind)
{
	uint16_t checksum = (uint16_t)~checksum_fold(stripped_sum(packet, frame));

	stripped_write(packet, frame, kind, checksum ? checksum : 0xffff); /* 0: none, in UDP */
}

/* Whether the length in a UDP header, which its checksum covers, matches its packet. */
static bool stripped_is_consistent(const struct packet *packet, const struct frame *frame,
				   enum packet_kind kind)
{
	struct packet_udp udp;

	if (kind == PACKET_TCP)
		return true;
	memcpy(&udp, frame->data + packet->l4, sizeof(udp));
	return be16toh(udp.size) == stripped_l4_size(packet);
}

static uint16_t stripped_flags(const struct packet *packet, const struct frame *frame)
{
	struct packet_tcp tcp;

	memcpy(&tcp, frame->data + packet->l4, sizeof(tcp));
	return be16toh(tcp.flags);
}

/* Each segment gets its own checksum, so the packet's must be right. */
static bool stripped_has_ip_checksum(const struct packet *packet, const struct frame *frame)
{
	const uint8_t *ip = frame->data + packet->l3;

	if (packet->version == 6)
		return true;
	return checksum_fold(checksum_add(0, ip, (size_t)(ip[0] & 0xfu) * 4)) == 0xffff;
}

/* Bytes of payload that a segment may have; 0: no room for any, or the size is not plausible. */
static uint32_t stripped_segment(const struct packet *packet, const struct frame *frame,
				 unsigned mtu, struct receivers *known, uint32_t now)
{
	uint32_t headers = packet->payload - packet->l3;
	uint32_t room = mtu > headers ? mtu - headers : 0;
	uint32_t taken = known ? receivers_take(known, packet, frame, now) : UINT32_MAX;
	uint32_t size = taken < room ? taken : room;

	return size <= UINT16_MAX ? size : 0;
}

/* Whether it is a super-frame of TCP that lost its vnet header, and nothing else. */
static bool stripped_can_be_split(const struct packet *packet, const struct frame *frame)
{
	return packet->payload + packet->payload_size == frame->size &&
	       !(stripped_flags(packet, frame) & (PACKET_TCP_SYN | PACKET_TCP_RST)) &&
	       stripped_has_ip_checksum(packet, frame) &&
	       (stripped_is_partial(packet, frame, PACKET_TCP) ||
		stripped_is_complete(packet, frame, PACKET_TCP));
}

static void stripped_make_super(const struct packet *packet, struct frame *frame, uint32_t segment)
{
	bool cwr = stripped_flags(packet, frame) & PACKET_TCP_CWR;

	stripped_write(packet, frame, PACKET_TCP,
		       checksum_fold(stripped_pseudo(packet, frame, PACKET_TCP)));
	frame->vnet = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = (uint8_t)((packet->version == 4 ? VIRTIO_NET_HDR_GSO_TCPV4
							    : VIRTIO_NET_HDR_GSO_TCPV6) |
				      (cwr ? VIRTIO_NET_HDR_GSO_ECN : 0)),
		.hdr_len = (uint16_t)packet->payload,
		.gso_size = (uint16_t)segment,
		.csum_start = (uint16_t)packet->l4,
		.csum_offset = (uint16_t)stripped_field(PACKET_TCP),
	};
}

/*
 * Splits a TCP frame that is longer than its segments may be. False: it is not, or cannot be split.
 */
static bool stripped_split(const struct packet *packet, struct frame *frame, uint32_t segment)
{
	if (segment == 0 || packet->payload_size <= segment ||
	    !stripped_can_be_split(packet, frame))
		return false;
	stripped_make_super(packet, frame, segment);
	return true;
}

void stripped_restore(struct frame *frame, unsigned mtu, struct receivers *known, uint32_t now)
{
	struct packet packet PACKET_PARSED;
	enum packet_kind kind;
	bool fits;
	bool partial;

	frame->vnet = (struct virtio_net_hdr){0};
	if (frame->size > STRIPPED_FRAME_MAX)
		return;
	kind = packet_parse(&packet, frame);
	if (kind != PACKET_TCP && kind != PACKET_UDP)
		return;
	fits = frame->size <= frame_limit(frame, mtu);
	partial = stripped_is_partial(&packet, frame, kind) &&
		  stripped_is_consistent(&packet, frame, kind);
	if (kind == PACKET_TCP && (partial || !fits) &&
	    stripped_split(&packet, frame, stripped_segment(&packet, frame, mtu, known, now)))
		return;
	if (partial && fits)
		stripped_complete(&packet, frame, kind);
}

bool stripped_lacks_checksum(const struct frame *frame, unsigned mtu)
{
	struct packet packet PACKET_PARSED;
	enum packet_kind kind;

	if (frame->size > frame_limit(frame, mtu))
		return false;
	kind = packet_parse(&packet, frame);
	return (kind == PACKET_TCP || kind == PACKET_UDP) &&
	       stripped_is_partial(&packet, frame, kind) &&
	       stripped_is_consistent(&packet, frame, kind) &&
	       !stripped_is_complete(&packet, frame, kind);
}
