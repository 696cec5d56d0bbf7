/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which flow a frame belongs to, and the mark that tells its sender to slow down (ECN). Pure. */
#pragma once

#include "frame.h"
#include "gso.h"
#include "siphash.h"

/*
 * A number for the frame's flow: from the addresses, the protocol, and the ports of TCP and UDP;
 * from the Ethernet header for everything else. Without the key nobody can find two flows with the
 * same number. The frame must be whole.
 */
uint64_t flow_hash(const struct siphash_key *key, const struct frame *frame);

/*
 * Whether a segment of the frame may be marked as having met congestion (RFC 3168), so that its
 * sender slows down without a loss: TCP or UDP with ECT(0), ECT(1) or the mark.
 */
bool flow_can_be_marked(const struct frame *frame);

/*
 * Marks a segment of such a frame. The frame itself is not changed, because it may go to others,
 * too.
 */
void flow_mark(struct gso_segment *segment, const struct frame *frame);
