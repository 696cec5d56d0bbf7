// SPDX-License-Identifier: GPL-2.0-or-later
#include "gso.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "checksum.h"

/*
 * The headers of a super-frame's segments differ in few fields. gso_begin() sums the rest once;
 * only those fields are added for each segment.
 */

/* A checksum of 0 means "none" in UDP; 0xffff is equivalent in all protocols. */
static uint16_t gso_complete(uint64_t sum)
{
	uint16_t checksum = (uint16_t)~checksum_fold(sum);

	return checksum ? checksum : 0xffff;
}

static void gso_begin_ipv4(struct gso *gso)
{
	struct packet_ipv4 ip;
	uint32_t options = gso->packet.l3 + PACKET_IPV4_HEADER;

	memcpy(&ip, gso->frame->data + gso->packet.l3, sizeof(ip));
	gso->id = be16toh(ip.id);
	ip.size = ip.id = ip.checksum = 0;
	gso->ip_sum = checksum_add(0, &ip, sizeof(ip));
	gso->ip_sum =
		checksum_add(gso->ip_sum, gso->frame->data + options, gso->packet.l4 - options);
}

static void gso_begin_tcp(struct gso *gso)
{
	struct packet_tcp tcp;
	uint32_t options = gso->packet.l4 + PACKET_TCP_HEADER;

	memcpy(&tcp, gso->frame->data + gso->packet.l4, sizeof(tcp));
	gso->seq = be32toh(tcp.seq);
	gso->flags = be16toh(tcp.flags);
	tcp.seq = tcp.flags = tcp.checksum = 0;
	gso->l4_sum = checksum_add(gso->l4_sum, &tcp, sizeof(tcp));
	gso->l4_sum = checksum_add(gso->l4_sum, gso->frame->data + options,
				   gso->packet.payload - options);
}

static void gso_begin_udp(struct gso *gso)
{
	struct packet_udp udp;

	memcpy(&udp, gso->frame->data + gso->packet.l4, sizeof(udp));
	udp.size = udp.checksum = 0;
	gso->l4_sum = checksum_add(gso->l4_sum, &udp, sizeof(udp));
}

/* The payload of each segment; there is at least one. */
static void gso_set_size(struct gso *gso, uint32_t size)
{
	uint32_t payload = gso->packet.payload_size;

	gso->segment_size = size;
	gso->n_segments = payload <= size ? 1 : (payload - 1) / size + 1;
}

void gso_enlarge(struct gso *gso, uint32_t n)
{
	assert(gso->kind == PACKET_TCP && gso->offset == gso->packet.payload && n > 0);
	gso_set_size(gso, gso->segment_size * n);
}

/* Whether the vnet header matches the frame. */
static bool gso_matches(const struct gso *gso)
{
	switch (gso->frame->vnet.gso_type) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
	case VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN:
		return gso->kind == PACKET_TCP && gso->packet.version == 4;
	case VIRTIO_NET_HDR_GSO_TCPV6:
	case VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN:
		return gso->kind == PACKET_TCP && gso->packet.version == 6;
	case VIRTIO_NET_HDR_GSO_UDP_L4:
		return gso->kind == PACKET_UDP;
	default:
		return false;
	}
}

static int gso_begin_split(struct gso *gso)
{
	const struct packet *packet = &gso->packet;
	const struct virtio_net_hdr *vnet = &gso->frame->vnet;
	unsigned type = vnet->gso_type & ~VIRTIO_NET_HDR_GSO_ECN;

	if (type != VIRTIO_NET_HDR_GSO_TCPV4 && type != VIRTIO_NET_HDR_GSO_TCPV6 &&
	    type != VIRTIO_NET_HDR_GSO_UDP_L4)
		return -EOPNOTSUPP;
	gso->kind = packet_parse(&gso->packet, gso->frame);
	if (gso->kind == PACKET_OPAQUE)
		return -EMSGSIZE;
	if (vnet->gso_size == 0 || !gso_matches(gso))
		return -EINVAL;
	gso->header_size = packet->payload;
	gso->offset = packet->payload;
	gso->end = packet->payload + packet->payload_size;
	gso_set_size(gso, vnet->gso_size);
	gso->l4_sum = packet_pseudo_sum(packet, gso->frame, gso->kind);
	if (packet->version == 4)
		gso_begin_ipv4(gso);
	if (gso->kind == PACKET_TCP)
		gso_begin_tcp(gso);
	else
		gso_begin_udp(gso);
	return 0;
}

/* One frame that only lacks its checksum, of whatever protocol. */
static int gso_begin_checksum(struct gso *gso)
{
	const struct virtio_net_hdr *vnet = &gso->frame->vnet;
	uint32_t field = (uint32_t)vnet->csum_start + vnet->csum_offset;

	if (field + sizeof(uint16_t) > gso->frame->size)
		return -EINVAL;
	if (field + sizeof(uint16_t) > GSO_HEADER_MAX)
		return -EMSGSIZE;
	gso->header_size = field + sizeof(uint16_t);
	gso->offset = gso->header_size;
	return 0;
}

void gso_begin_whole(struct gso *gso, const struct frame *frame)
{
	gso->frame = frame;
	gso->kind = PACKET_OTHER;
	gso->n_segments = 1;
	gso->header_size = 0;
	gso->offset = 0;
	gso->end = frame->size;
	gso->segment_size = frame->size;
}

int gso_begin(struct gso *gso, const struct frame *frame)
{
	gso_begin_whole(gso, frame);
	if (frame->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		return gso_begin_split(gso);
	if (frame->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		return gso_begin_checksum(gso);
	return 0;
}

void gso_resize(struct gso *gso, uint32_t size)
{
	if (size > gso->segment_size)
		gso_enlarge(gso, size / gso->segment_size);
}

void gso_skip(struct gso *gso, uint32_t n)
{
	uint32_t size = n * gso->segment_size;

	if (n == 0)
		return;
	gso->n_segments -= n;
	gso->offset += size;
	gso->seq += size;
	gso->id = (uint16_t)(gso->id + n);
}

uint32_t gso_frame_size(const struct gso *gso)
{
	uint32_t rest = gso->end - gso->offset;

	return gso->header_size + (rest < gso->segment_size ? rest : gso->segment_size);
}

/* The field already has the partial sum, so the sum over everything is complete. */
static void gso_finish_checksum(const struct gso *gso, struct gso_segment *segment)
{
	uint32_t start = gso->frame->vnet.csum_start;
	uint16_t checksum =
		gso_complete(checksum_add(0, gso->frame->data + start, gso->frame->size - start));

	memcpy(segment->header + gso->header_size - sizeof(checksum), &checksum, sizeof(checksum));
}

static void gso_finish_ip(struct gso *gso, struct gso_segment *segment)
{
	const struct packet *packet = &gso->packet;
	uint32_t size = packet->payload - packet->l3 + segment->payload_size;

	if (packet->version == 4) {
		struct packet_ipv4 *ip = (void *)(segment->header + packet->l3);

		ip->size = htobe16((uint16_t)size);
		ip->id = htobe16(gso->id);
		ip->checksum = ~checksum_fold(gso->ip_sum + ip->size + ip->id);
		gso->id++;
	} else {
		struct packet_ipv6 *ip = (void *)(segment->header + packet->l3);

		ip->payload_size = htobe16((uint16_t)(size - PACKET_IPV6_HEADER));
	}
}

static void gso_finish_l4(struct gso *gso, struct gso_segment *segment, bool first, bool last)
{
	const struct packet *packet = &gso->packet;
	uint32_t size = packet->payload - packet->l4 + segment->payload_size;
	uint64_t sum = checksum_add_number(gso->l4_sum, (uint16_t)size);

	sum = checksum_add(sum, segment->payload, segment->payload_size);
	if (gso->kind == PACKET_TCP) {
		struct packet_tcp *tcp = (void *)(segment->header + packet->l4);
		uint16_t flags = gso->flags;

		if (!first)
			flags &= ~PACKET_TCP_CWR;
		if (!last)
			flags &= ~(PACKET_TCP_FIN | PACKET_TCP_PSH);
		tcp->seq = htobe32(gso->seq);
		tcp->flags = htobe16(flags);
		tcp->checksum = gso_complete(sum + tcp->seq + tcp->flags);
		gso->seq += segment->payload_size;
	} else {
		struct packet_udp *udp = (void *)(segment->header + packet->l4);

		udp->size = htobe16((uint16_t)size);
		udp->checksum = gso_complete(sum + udp->size);
	}
}

bool gso_next(struct gso *gso, struct gso_segment *segment)
{
	uint32_t left = gso->end - gso->offset;

	if (gso->n_segments == 0)
		return false;
	gso->n_segments--;
	segment->header_size = gso->header_size;
	segment->payload = gso->frame->data + gso->offset;
	segment->payload_size = left < gso->segment_size ? left : gso->segment_size;
	if (gso->header_size == 0) /* plain */
		return true;
	memcpy(segment->header, gso->frame->data, gso->header_size);
	if (gso->kind == PACKET_OTHER) {
		gso_finish_checksum(gso, segment);
		return true;
	}
	gso_finish_ip(gso, segment);
	gso_finish_l4(gso, segment, gso->offset == gso->packet.payload, gso->n_segments == 0);
	gso->offset += segment->payload_size;
	return true;
}
