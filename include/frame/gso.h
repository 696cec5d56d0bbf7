/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The split: what a TAP with offloads hands over (one frame of up to 64 KiB whose
 * struct virtio_net_hdr says what is still to be done) becomes the plain frames
 * that a wire would carry, all lengths and checksums complete. A pure function
 * over memory; the payload is read once, for its checksum, and never copied.
 *
 *	struct gso gso;
 *	struct gso_segment segment;
 *
 *	if (gso_begin(&gso, frame) == 0)
 *		while (gso_next(&gso, &segment))
 *			send header, then payload
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "packet.h"

enum { GSO_HEADER_MAX = PACKET_HEADER_MAX };

/*
 * One plain frame: header, then payload, which points into the frame that was
 * split. The header is empty where nothing had to be changed. May be shorter
 * than FRAME_MIN; who needs that length sends zeros behind the payload.
 */
struct gso_segment {
	uint32_t header_size; /* bytes */
	uint32_t payload_size;
	const uint8_t *payload;
	uint8_t header[GSO_HEADER_MAX];
};

/* A split under way; its fields are its own, but for n_segments. */
struct gso {
	uint32_t n_segments; /* that are still to come */
	const struct frame *frame;
	struct packet packet; /* of a super-frame */
	enum packet_kind kind;
	uint32_t header_size;
	uint32_t offset;       /* of the next segment's payload in the frame */
	uint32_t end;	       /* of all payload */
	uint32_t segment_size; /* payload of each, the last may have less */
	uint64_t ip_sum;       /* of what is the same in all headers */
	uint64_t l4_sum;
	uint32_t seq; /* of the next segment */
	uint16_t id;
	uint16_t flags; /* of the super-frame's TCP header */
};

/*
 * Starts with a frame, which must stay as it is until the end. 0, -EINVAL where
 * the vnet header does not fit the frame, -EOPNOTSUPP for an offload that no TAP
 * of ours enables, -EMSGSIZE for headers beyond GSO_HEADER_MAX. No length in the
 * vnet header is trusted, hdr_len is not even read.
 */
int gso_begin(struct gso *gso, const struct frame *frame);

/* The same with the frame as it is, whatever it is, for its one segment: gso_next() is not for it.
 */
void gso_begin_whole(struct gso *gso, const struct frame *frame);

/*
 * Has n of the sender's segments in each, in a super-frame of TCP of which no segment was taken
 * yet. To a receiver that takes so much they are one large segment.
 */
void gso_enlarge(struct gso *gso, uint32_t n);

/*
 * Has segments with size bytes of payload, as gso_enlarge() had made them of the same frame. What
 * is one frame stays so.
 */
void gso_resize(struct gso *gso, uint32_t size);

/* Leaves out the next n segments, of n_segments. */
void gso_skip(struct gso *gso, uint32_t n);

/* Bytes of the next segment with its headers; the first of them is the longest. */
uint32_t gso_frame_size(const struct gso *gso);

/* The next segment; false when there is none. A frame has at least one. */
bool gso_next(struct gso *gso, struct gso_segment *segment);
