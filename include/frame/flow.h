/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which flow a frame is of, and the mark that tells its sender to send less. Pure.
 */
#pragma once

#include "frame.h"
#include "gso.h"
#include "siphash.h"

/*
 * A number for the frame's flow: addresses, protocol, and ports of TCP and UDP; of all else the
 * Ethernet header. Nobody who does not know the key finds two flows with the same. A whole frame.
 */
uint64_t flow_hash(const struct siphash_key *key, const struct frame *frame);

/*
 * Whether a segment of the frame may be marked as having met congestion (RFC 3168), so that its
 * sender sends less without having lost it: TCP or UDP with ECT(0), ECT(1) or the mark.
 */
bool flow_can_be_marked(const struct frame *frame);

/* Marks one of such a frame. The frame itself is not changed: others may be sent it, too. */
void flow_mark(struct gso_segment *segment, const struct frame *frame);
