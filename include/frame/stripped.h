/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of an emulator that agrees with its guest on offloads, and sends on what comes of it
 * without the vnet header (libkrun): segments of TCP far over the MTU, and in TCP and UDP the sum
 * of the pseudo header where the checksum should be. What was to be done is told by that alone, so
 * all that the headers say is checked first. Pure.
 */
#pragma once

#include <stdbool.h>

#include "frame.h"
#include "packet.h"

struct receivers;

/* The largest of such frames, in bytes. */
enum { STRIPPED_FRAME_MAX = FRAME_HEADER + FRAME_ENCAPSULATION_MAX + PACKET_SIZE_MAX };

/*
 * Completes the checksum of a frame that lacks it, where it lies. One of TCP that is longer than
 * the MTU (bytes), or than its receiver takes, becomes a super-frame with the vnet header that it
 * lost; the receiver is looked for among those that are known (NULL: none) at the time now (s). All
 * others stay as they are, and so does one that is longer than the MTU and cannot be split, for the
 * bridge to drop: a part of a datagram, UDP, what is damaged. Sets vnet in any case. Of a frame
 * over STRIPPED_FRAME_MAX no byte is read.
 */
void stripped_restore(struct frame *frame, unsigned mtu, struct receivers *known, uint32_t now);

/* Whether the frame, which the MTU allows, lacks its checksum: the sum of the pseudo header is in
 * its place, and it would not be right. */
bool stripped_lacks_checksum(const struct frame *frame, unsigned mtu);
