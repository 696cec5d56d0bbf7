// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge.h"

#include <string.h>

#include "gro.h"
#include "gso.h"
#include "reference.h"

static uint8_t super[REFERENCE_SIZE_MAX], bytes[REFERENCE_SIZE_MAX + GSO_HEADER_MAX];

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* ---- split ------------------------------------------------------------------- */

static uint32_t assemble_segment(const struct gso_segment *segment)
{
	memcpy(bytes, segment->header, segment->header_size);
	memcpy(bytes + segment->header_size, segment->payload, segment->payload_size);
	return segment->header_size + segment->payload_size;
}

/* The only segment of a frame that was not to be split: the same but for its checksum. */
static const char *judge_whole(const struct frame *frame, uint32_t size)
{
	uint32_t start = frame->vnet.csum_start, field = start + frame->vnet.csum_offset;
	unsigned sum;

	if (size != frame->size)
		return "a frame changed its size";
	if (frame->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		sum = 0xffffu ^ reference_sum(0, frame->data + start, frame->size - start);
		if (get16(bytes + field) != (sum ? sum : 0xffff))
			return "checksum not completed";
		memcpy(bytes + field, frame->data + field, 2);
	}
	return memcmp(bytes, frame->data, size) == 0 ? NULL : "a frame changed";
}

/* With so many of the sender's segments in one, where it is a super-frame of TCP. */
static const char *judge_split_in(const struct frame *frame, unsigned times)
{
	bool whole = frame->vnet.gso_type == VIRTIO_NET_HDR_GSO_NONE;
	const uint8_t *next = NULL;
	uint32_t longest = frame->vnet.gso_size;
	struct gso_segment segment;
	uint32_t n, i = 0;
	struct gso gso;

	memset(&gso, 2, sizeof(gso)); /* it asks for nothing */
	if (gso_begin(&gso, frame) < 0)
		return NULL;
	if (!whole && gso.kind == PACKET_TCP) {
		gso_enlarge(&gso, times);
		longest *= times;
	}
	n = gso.n_segments;
	if (whole && n != 1)
		return "a frame is several";
	for (; gso_next(&gso, &segment); i++) {
		const char *fault;

		if (i == n)
			return "more segments than announced";
		if (segment.header_size > GSO_HEADER_MAX || segment.payload < frame->data ||
		    segment.payload + segment.payload_size > frame->data + frame->size)
			return "segment out of bounds";
		if (next && segment.payload != next)
			return "payload lost or doubled";
		next = segment.payload + segment.payload_size;
		if (!whole && i + 1 < n && segment.payload_size != longest)
			return "a segment that is not the last is short";
		if (!whole && segment.payload_size > longest)
			return "a segment is long";
		fault = whole ? judge_whole(frame, assemble_segment(&segment))
			      : reference_fault(bytes, assemble_segment(&segment));
		if (fault)
			return fault;
	}
	return i == n ? NULL : "fewer segments than announced";
}

const char *judge_split(const struct frame *frame)
{
	static const unsigned times[] = {1, 2, 7, 65535};
	const char *fault = NULL;

	for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]) && !fault; i++)
		fault = judge_split_in(frame, times[i]);
	return fault;
}

/* ---- join -------------------------------------------------------------------- */

/* What Linux asks of a frame with GSO (virtio_net_hdr_to_skb() and tun_get_user()). */
static const char *judge_vnet(const struct gro_superframe *packet)
{
	const struct virtio_net_hdr *vnet = &packet->vnet;
	bool tcp = vnet->gso_type != VIRTIO_NET_HDR_GSO_UDP_L4;
	bool ipv4 = get16(super + 12) == 0x0800;
	uint32_t start = ipv4 ? 34 : 54, l4_size = packet->size - start;
	uint32_t payload = packet->size - vnet->hdr_len;

	if (vnet->flags != VIRTIO_NET_HDR_F_NEEDS_CSUM ||
	    (tcp && vnet->gso_type != (ipv4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6)))
		return "flags or type of the vnet header";
	if (vnet->csum_start != start || vnet->csum_offset != (tcp ? 16 : 6))
		return "checksum's place in the vnet header";
	if (vnet->hdr_len != start + (tcp ? (uint32_t)super[start + 12] >> 4 << 2 : 8))
		return "header size in the vnet header";
	if (packet->size > 14 + 65535 || vnet->gso_size < (tcp ? 8 : 1) ||
	    payload <= vnet->gso_size || (!tcp && payload > vnet->gso_size * 64u))
		return "sizes in the vnet header";
	if (get16(super + start + vnet->csum_offset) !=
	    (ipv4 ? reference_pseudo(super + 26, 8, tcp ? 6 : 17, l4_size)
		  : reference_pseudo(super + 22, 32, tcp ? 6 : 17, l4_size)))
		return "partial checksum";
	return NULL;
}

static unsigned frame_of(const void *piece, const struct frame *frames, unsigned n)
{
	unsigned i = 0;

	while (i < n && ((const uint8_t *)piece < frames[i].data ||
			 (const uint8_t *)piece >= frames[i].data + frames[i].size))
		i++;
	return i;
}

/* IPv4 ids may stand still where fragmenting is forbidden; a split counts them up. */
static void forgive_id(const struct gro_superframe *packet, const struct frame *frames, unsigned n,
		       const uint8_t *frame)
{
	const uint8_t *second = frames[frame_of(packet->iov[3].iov_base, frames, n)].data;

	if (get16(super + 12) != 0x0800 || memcmp(super + 18, second + 18, 2) != 0 ||
	    !(super[20] & 0x40))
		return;
	memcpy(bytes + 18, super + 18, 2);
	memcpy(bytes + 24, frame + 24, 2);
}

/* Split again, a packet must give its frames, but for their padding. */
static const char *judge_reverse(const struct gro_superframe *packet, const struct frame *frames,
				 unsigned n, bool seen[GRO_BATCH])
{
	struct frame frame = {.data = super, .size = packet->size, .vnet = packet->vnet};
	unsigned n_segments = 0, last = 0;
	struct gso_segment segment;
	uint32_t n_bytes = 0;
	struct gso gso;

	if (gso_begin(&gso, &frame) < 0 || gso.n_segments != packet->n_frames ||
	    packet->n_iov != 2 + packet->n_frames)
		return "not a packet of so many frames";
	for (; gso_next(&gso, &segment); n_segments++) {
		unsigned i = frame_of(packet->iov[2 + n_segments].iov_base, frames, n);
		uint32_t size = assemble_segment(&segment);

		if (i == n || seen[i] || (n_segments == 0 ? i != packet->first : i <= last))
			return "a piece of no frame, or of the wrong one";
		seen[i] = true;
		last = i;
		n_bytes += frames[i].size;
		if (size > frames[i].size || reference_fault(frames[i].data, size))
			return "a frame was joined that is not valid";
		forgive_id(packet, frames, n, frames[i].data);
		if (memcmp(bytes, frames[i].data, size) != 0)
			return "split again, the packet gives other frames";
	}
	return n_bytes == packet->n_bytes ? NULL : "sum of the frames' sizes";
}

static bool same_flow(const uint8_t *x, const uint8_t *y)
{
	bool ipv4 = get16(x + 12) == 0x0800;
	size_t protocol = ipv4 ? 23 : 20, addresses = ipv4 ? 26 : 22, ports = ipv4 ? 34 : 54;

	return memcmp(x + 12, y + 12, 2) == 0 && x[protocol] == y[protocol] &&
	       memcmp(x + addresses, y + addresses, ports + 4 - addresses) == 0;
}

/* What lies between a packet's first and last frame and is not in it is of other flows. */
static const char *judge_order(const struct gro *gro, unsigned i, const struct frame *frames,
			       unsigned n)
{
	const struct gro_superframe *packet = &gro->superframes[i];
	unsigned last = frame_of(packet->iov[packet->n_iov - 1].iov_base, frames, n);

	for (unsigned j = i + 1; j < gro->n_superframes && gro->superframes[j].first < last; j++) {
		const struct frame *other = &frames[gro->superframes[j].first];

		if (!reference_fault(other->data, other->size) &&
		    same_flow(frames[packet->first].data, other->data))
			return "a flow's frames changed their order";
	}
	return NULL;
}

static const char *judge_alone(const struct gro_superframe *packet, const struct frame *frames,
			       bool seen[GRO_BATCH])
{
	const struct frame *frame = &frames[packet->first];

	if (seen[packet->first])
		return "a frame goes out twice";
	seen[packet->first] = true;
	if (packet->n_iov != 2 || packet->iov[1].iov_base != frame->data ||
	    packet->iov[1].iov_len != frame->size || packet->n_bytes != frame->size ||
	    memcmp(&packet->vnet, &frame->vnet, sizeof(frame->vnet)) != 0)
		return "a frame alone changed";
	return NULL;
}

const char *judge_join(const struct gro *gro, const struct frame *frames, unsigned n)
{
	bool seen[GRO_BATCH] = {false};
	const char *fault = NULL;
	unsigned total = 0;

	for (unsigned i = 0; i < gro->n_superframes && !fault; i++) {
		const struct gro_superframe *packet = &gro->superframes[i];
		uint32_t size = 0;

		total += packet->n_frames;
		if (i > 0 && packet->first <= gro->superframes[i - 1].first)
			return "packets are not in the order of their first frames";
		if (packet->iov[0].iov_base != &packet->vnet || packet->iov[0].iov_len != 10)
			return "a packet does not begin with its vnet header";
		if (packet->n_frames == 1) {
			fault = judge_alone(packet, frames, seen);
			continue;
		}
		for (unsigned j = 1; j < packet->n_iov; j++) {
			if (size + packet->iov[j].iov_len > sizeof(super))
				return "a packet is too long";
			memcpy(super + size, packet->iov[j].iov_base, packet->iov[j].iov_len);
			size += (uint32_t)packet->iov[j].iov_len;
		}
		fault = size == packet->size ? judge_vnet(packet) : "size of a packet";
		if (!fault)
			fault = judge_reverse(packet, frames, n, seen);
		if (!fault)
			fault = judge_order(gro, i, frames, n);
	}
	return fault ? fault : total == n ? NULL : "frames lost or doubled";
}
