/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The split: a frame from a TAP with offloads (up to 64 KiB, with a struct virtio_net_hdr that says
 * what is still to be done) becomes the plain frames that a wire would carry, with all lengths and
 * checksums complete. A pure function over memory; the payload is read once, for its checksum, and
 * never copied.
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
 * One plain frame: header, then payload, which points into the frame that was split. The header is
 * empty if nothing had to be changed. It may be shorter than FRAME_MIN; a sender that needs that
 * length adds zeros after the payload.
 */
struct gso_segment {
	uint32_t header_size; /* bytes */
	uint32_t payload_size;
	const uint8_t *payload;
	uint32_t length; /* room for what a stream has before the header, to send both as one */
	uint8_t header[GSO_HEADER_MAX];
};

/* A split in progress. All fields but n_segments are private. */
struct gso {
	uint32_t n_segments; /* still to come */
	const struct frame *frame;
	struct packet packet; /* of a super-frame */
	enum packet_kind kind;
	uint32_t header_size;
	uint32_t offset;       /* of the next segment's payload in the frame */
	uint32_t end;	       /* of all payload */
	uint32_t segment_size; /* payload of each; the last may have less */
	uint64_t ip_sum;       /* of what all headers have in common */
	uint64_t l4_sum;
	uint32_t seq; /* of the next segment */
	uint16_t id;
	uint16_t flags; /* of the super-frame's TCP header */
};

/*
 * Starts with a frame, which must not change until the end. 0; -EINVAL if the vnet header does not
 * fit the frame; -EOPNOTSUPP for an offload that none of our TAPs enables; -EMSGSIZE for headers
 * beyond GSO_HEADER_MAX. No length in the vnet header is trusted; hdr_len is not even read.
 */
int gso_begin(struct gso *gso, const struct frame *frame);

/* The same for any frame, kept whole as its one segment; gso_next() must not be called on it. */
void gso_begin_whole(struct gso *gso, const struct frame *frame);

/*
 * Puts n of the sender's segments into each segment of a TCP super-frame of which no segment has
 * been taken yet. For a receiver that takes that much, they are one large segment.
 */
void gso_enlarge(struct gso *gso, uint32_t n);

/*
 * Makes segments with size bytes of payload, as gso_enlarge() did for the same frame. What is a
 * single frame stays one.
 */
void gso_resize(struct gso *gso, uint32_t size);

/* Skips the next n segments, of n_segments. */
void gso_skip(struct gso *gso, uint32_t n);

/* Bytes of the next segment with its headers; the first segment is the longest. */
uint32_t gso_frame_size(const struct gso *gso);

/* Makes the next segment; false if there is none. A frame has at least one. */
bool gso_next(struct gso *gso, struct gso_segment *segment);
