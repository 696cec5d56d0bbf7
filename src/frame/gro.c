// SPDX-License-Identifier: GPL-2.0-or-later
#include "gro.h"

#include <assert.h>
#include <endian.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "checksum.h"

enum {
	/* Linux reserves smaller TCP gso_size values: TCP_MIN_GSO_SIZE, net/tcp.h. */
	GRO_TCP_MIN = 8,
	/* Flags that may differ: those that end a packet. */
	GRO_TCP_ENDS = PACKET_TCP_FIN | PACKET_TCP_PSH,
	/* A segment with any of these, or without ACK, is never joined. */
	GRO_TCP_NEVER = PACKET_TCP_SYN | PACKET_TCP_RST | PACKET_TCP_URG | PACKET_TCP_CWR,
};

static const struct packet_ipv4 *gro_ipv4(const struct packet *packet, const struct frame *frame)
{
	return (const void *)(frame->data + packet->l3);
}

static const struct packet_ipv6 *gro_ipv6(const struct packet *packet, const struct frame *frame)
{
	return (const void *)(frame->data + packet->l3);
}

static const struct packet_tcp *gro_tcp(const struct packet *packet, const struct frame *frame)
{
	return (const void *)(frame->data + packet->l4);
}

static const struct packet_udp *gro_udp(const struct packet *packet, const struct frame *frame)
{
	return (const void *)(frame->data + packet->l4);
}

/* ---- the frame on its own ---------------------------------------------------- */

/* Hashes addresses and ports; flows with the same hash are still told apart. */
static uint32_t gro_hash(const struct packet *packet, const struct frame *frame)
{
	const uint8_t *addresses = packet_addresses(packet, frame);
	uint32_t size = packet_addresses_size(packet);
	uint32_t hash, word;

	memcpy(&hash, frame->data + packet->l4, sizeof(hash));
	for (uint32_t i = 0; i < size; i += sizeof(word)) {
		memcpy(&word, addresses + i, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b1; /* 2^32 / golden ratio (Knuth) */
		hash ^= hash >> 15;
	}
	return hash;
}

/* Whether it can be joined at all. */
static bool gro_is_joinable(const struct packet *packet, const struct frame *frame,
			    enum packet_kind kind)
{
	unsigned flags;

	if (packet->payload_size == 0)
		return false;
	if (kind == PACKET_UDP) {
		const struct packet_udp *udp = gro_udp(packet, frame);

		return udp->checksum != 0 &&
		       be16toh(udp->size) == PACKET_UDP_HEADER + packet->payload_size;
	}
	flags = be16toh(gro_tcp(packet, frame)->flags);
	return (flags & PACKET_TCP_ACK) && !(flags & GRO_TCP_NEVER);
}

/* Whether it ends a packet: nothing may be joined after it. */
static bool gro_is_end(const struct packet *packet, const struct frame *frame,
		       enum packet_kind kind)
{
	return kind == PACKET_TCP && (be16toh(gro_tcp(packet, frame)->flags) & GRO_TCP_ENDS);
}

static bool gro_verify(const struct packet *packet, const struct frame *frame,
		       enum packet_kind kind)
{
	uint32_t size = packet->payload - packet->l4 + packet->payload_size;
	uint64_t sum;

	if (packet->version == 4 &&
	    checksum_fold(checksum_add(0, gro_ipv4(packet, frame), PACKET_IPV4_HEADER)) != 0xffff)
		return false;
	sum = checksum_add_number(packet_pseudo_sum(packet, frame, kind), (uint16_t)size);
	return checksum_fold(checksum_add(sum, frame->data + packet->l4, size)) == 0xffff;
}

/* ---- flows ------------------------------------------------------------------- */

static struct gro_flow *gro_find(struct gro *gro, const struct packet *packet,
				 const struct frame *frame, enum packet_kind kind, uint32_t hash)
{
	for (unsigned i = 0; i < gro->n_flows; i++) {
		struct gro_flow *flow = &gro->flows[i];
		const struct frame *first = &gro->frames[gro->superframes[flow->packet].first];

		if (flow->hash == hash && flow->kind == kind &&
		    flow->headers.version == packet->version &&
		    memcmp(packet_addresses(&flow->headers, first), packet_addresses(packet, frame),
			   packet_addresses_size(packet)) == 0 &&
		    memcmp(first->data + flow->headers.l4, frame->data + packet->l4,
			   sizeof(gro_tcp(packet, frame)->ports)) == 0)
			return flow;
	}
	return NULL;
}

/* Its packet is complete. */
static void gro_close(struct gro *gro, struct gro_flow *flow)
{
	*flow = gro->flows[--gro->n_flows];
}

/* A packet of one frame, and perhaps no more. */
static struct gro_superframe *gro_add_packet(struct gro *gro, unsigned index)
{
	struct gro_superframe *packet = &gro->superframes[gro->n_superframes++];

	packet->first = index;
	packet->n_frames = 1;
	packet->n_bytes = gro->frames[index].size;
	gro->pieces[index].next = GRO_BATCH;
	return packet;
}

static void gro_open(struct gro *gro, unsigned index, const struct packet *packet,
		     enum packet_kind kind, uint32_t hash, bool verified)
{
	const struct frame *frame = &gro->frames[index];
	struct gro_flow *flow;

	if (gro->n_flows < GRO_FLOWS)
		flow = &gro->flows[gro->n_flows++];
	else
		flow = &gro->flows[gro->victim++ % GRO_FLOWS];
	flow->hash = hash;
	flow->packet = gro->n_superframes - 1;
	flow->last = index;
	flow->headers = *packet;
	flow->kind = kind;
	flow->payload_size = packet->payload_size;
	flow->fixed_id = false;
	flow->verified = verified;
	if (packet->version == 4)
		flow->id = be16toh(gro_ipv4(packet, frame)->id);
	if (kind == PACKET_TCP)
		flow->seq = be32toh(gro_tcp(packet, frame)->seq) + packet->payload_size;
	gro->pieces[index].offset = packet->payload;
	gro->pieces[index].size = packet->payload_size;
}

/* ---- whether a frame continues a flow's packet ------------------------------- */

/*
 * The ids of a packet's frames count up by one. If DF is set, they may instead all be the same (the
 * second frame decides).
 */
static bool gro_id_follows(struct gro_flow *flow, unsigned n_frames, const struct packet_ipv4 *ip)
{
	uint16_t step = (uint16_t)(be16toh(ip->id) - flow->id);

	if (n_frames == 1)
		flow->fixed_id = step == 0 && (be16toh(ip->fragment) & PACKET_DONT_FRAGMENT);
	return step == (flow->fixed_id ? 0 : n_frames);
}

static bool gro_same_ip(const struct packet *a, const struct frame *first, const struct packet *b,
			const struct frame *frame)
{
	if (a->version == 4) {
		const struct packet_ipv4 *x = gro_ipv4(a, first), *y = gro_ipv4(b, frame);

		return x->tos == y->tos && x->ttl == y->ttl && x->fragment == y->fragment;
	}
	/* Version, traffic class and flow label are one number. */
	return gro_ipv6(a, first)->version == gro_ipv6(b, frame)->version &&
	       gro_ipv6(a, first)->hop_limit == gro_ipv6(b, frame)->hop_limit;
}

/* All but the sequence number, the checksum and the flags that end a packet. */
static bool gro_same_tcp(const struct packet *a, const struct frame *first, const struct packet *b,
			 const struct frame *frame)
{
	const struct packet_tcp *x = gro_tcp(a, first), *y = gro_tcp(b, frame);

	return ((be16toh(x->flags) ^ be16toh(y->flags)) & ~GRO_TCP_ENDS) == 0 && x->ack == y->ack &&
	       x->window == y->window && x->urgent == y->urgent &&
	       memcmp(x + 1, y + 1, a->payload - a->l4 - PACKET_TCP_HEADER) == 0;
}

static bool gro_follows(const struct gro *gro, struct gro_flow *flow, const struct packet *packet,
			const struct frame *frame)
{
	const struct gro_superframe *open = &gro->superframes[flow->packet];
	const struct frame *first = &gro->frames[open->first];
	const struct packet *headers = &flow->headers;

	if (packet->payload_size > headers->payload_size ||
	    headers->payload - headers->l3 + flow->payload_size + packet->payload_size >
		    PACKET_SIZE_MAX)
		return false;
	if (flow->kind == PACKET_TCP &&
	    (be32toh(gro_tcp(packet, frame)->seq) != flow->seq ||
	     headers->payload_size < GRO_TCP_MIN || !gro_same_tcp(headers, first, packet, frame)))
		return false;
	return memcmp(first->data, frame->data, FRAME_HEADER) == 0 &&
	       gro_same_ip(headers, first, packet, frame) &&
	       (packet->version == 6 ||
		gro_id_follows(flow, open->n_frames, gro_ipv4(packet, frame)));
}

/* Appends a verified frame; closes the packet if that completes it. */
static void gro_append(struct gro *gro, struct gro_flow *flow, unsigned index,
		       const struct packet *packet)
{
	struct gro_superframe *open = &gro->superframes[flow->packet];

	open->n_frames++;
	open->n_bytes += gro->frames[index].size;
	gro->pieces[flow->last].next = index;
	gro->pieces[index].offset = packet->payload;
	gro->pieces[index].size = packet->payload_size;
	gro->pieces[index].next = GRO_BATCH;
	flow->last = index;
	flow->payload_size += packet->payload_size;
	flow->seq += packet->payload_size;
	if (packet->payload_size < flow->headers.payload_size ||
	    gro_is_end(packet, &gro->frames[index], flow->kind))
		gro_close(gro, flow);
}

/*
 * Checksums are read only when a frame is about to be joined: first its own, then those of the
 * packet's first frame.
 */
static void gro_add_segment(struct gro *gro, unsigned index, const struct packet *packet,
			    enum packet_kind kind)
{
	const struct frame *frame = &gro->frames[index];
	uint32_t hash = gro_hash(packet, frame);
	struct gro_flow *flow = gro_find(gro, packet, frame, kind, hash);
	bool joinable = gro_is_joinable(packet, frame, kind);
	bool verified = false;

	if (flow && joinable && gro_follows(gro, flow, packet, frame)) {
		joinable = verified = gro_verify(packet, frame, kind);
		if (verified && !flow->verified)
			flow->verified = gro_verify(
				&flow->headers, &gro->frames[gro->superframes[flow->packet].first],
				kind);
		if (verified && flow->verified) {
			gro_append(gro, flow, index, packet);
			return;
		}
	}
	if (flow)
		gro_close(gro, flow);
	gro_add_packet(gro, index);
	if (joinable && !gro_is_end(packet, frame, kind))
		gro_open(gro, index, packet, kind, hash, verified);
}

/* ---- the super-frames ------------------------------------------------------------- */

/* The payload is known now: sets lengths, checksums and flags in the headers. */
static void gro_finish_headers(struct gro *gro, struct gro_superframe *packet,
			       uint32_t payload_size, unsigned last)
{
	const struct frame *first = &gro->frames[packet->first];
	struct packet headers PACKET_PARSED;
	enum packet_kind kind = packet_parse(&headers, first);
	uint16_t l4_size = (uint16_t)(headers.payload - headers.l4 + payload_size);
	uint16_t pseudo = checksum_fold(
		checksum_add_number(packet_pseudo_sum(&headers, first, kind), l4_size));

	memcpy(packet->header, first->data, headers.payload);
	if (headers.version == 4) {
		struct packet_ipv4 *ip = (void *)(packet->header + headers.l3);

		ip->size = htobe16((uint16_t)(PACKET_IPV4_HEADER + l4_size));
		ip->checksum = 0;
		ip->checksum = ~checksum_fold(checksum_add(0, ip, sizeof(*ip)));
	} else {
		struct packet_ipv6 *ip = (void *)(packet->header + headers.l3);

		ip->payload_size = htobe16(l4_size);
	}
	if (kind == PACKET_TCP) {
		struct packet_tcp *tcp = (void *)(packet->header + headers.l4);

		/* All had the same, except those that end a packet. */
		tcp->flags = gro_tcp(&headers, &gro->frames[last])->flags;
		tcp->checksum = pseudo;
	} else {
		struct packet_udp *udp = (void *)(packet->header + headers.l4);

		udp->size = htobe16(l4_size);
		udp->checksum = pseudo;
	}
	packet->size = headers.payload + payload_size;
	packet->vnet = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = kind == PACKET_UDP	   ? VIRTIO_NET_HDR_GSO_UDP_L4
			    : headers.version == 4 ? VIRTIO_NET_HDR_GSO_TCPV4
						   : VIRTIO_NET_HDR_GSO_TCPV6,
		.hdr_len = (uint16_t)headers.payload,
		.gso_size = (uint16_t)headers.payload_size,
		.csum_start = (uint16_t)headers.l4,
		.csum_offset = kind == PACKET_TCP ? offsetof(struct packet_tcp, checksum)
						  : offsetof(struct packet_udp, checksum),
	};
	packet->iov[1] = (struct iovec){packet->header, headers.payload};
}

/* Uses as much of iov as it needs; returns the rest. */
static struct iovec *gro_finish(struct gro *gro, struct gro_superframe *packet, struct iovec *iov)
{
	const struct frame *first = &gro->frames[packet->first];
	uint32_t payload_size = 0;
	unsigned last = packet->first;

	packet->iov = iov;
	packet->n_iov = 2;
	iov[0] = (struct iovec){&packet->vnet, sizeof(packet->vnet)};
	if (packet->n_frames == 1) {
		packet->vnet = first->vnet;
		packet->size = first->size;
		iov[1] = (struct iovec){first->data, first->size};
		return iov + packet->n_iov;
	}
	for (unsigned i = packet->first; i < GRO_BATCH; i = gro->pieces[i].next) {
		iov[packet->n_iov++] = (struct iovec){gro->frames[i].data + gro->pieces[i].offset,
						      gro->pieces[i].size};
		payload_size += gro->pieces[i].size;
		last = i;
	}
	gro_finish_headers(gro, packet, payload_size, last);
	return iov + packet->n_iov;
}

void gro_join(struct gro *gro, const struct frame *frames, unsigned n, bool udp)
{
	struct iovec *iov = gro->iov;

	assert(n <= GRO_BATCH);
	gro->n_superframes = 0;
	gro->frames = frames;
	gro->n_flows = 0;
	gro->victim = 0;
	for (unsigned i = 0; i < n; i++) {
		struct packet packet PACKET_PARSED;
		enum packet_kind kind;

		if (frame_is_plain(&frames[i]))
			kind = packet_parse(&packet, &frames[i]);
		else
			kind = PACKET_OPAQUE;
		if ((kind == PACKET_TCP || (kind == PACKET_UDP && udp)) && !packet.tagged &&
		    !packet.extended) {
			gro_add_segment(gro, i, &packet, kind);
			continue;
		}
		gro_add_packet(gro, i);
		if (kind == PACKET_OPAQUE || (kind != PACKET_OTHER && packet.extended))
			gro->n_flows = 0; /* may belong to any flow, so it must keep its place */
	}
	for (unsigned i = 0; i < gro->n_superframes; i++)
		iov = gro_finish(gro, &gro->superframes[i], iov);
}
