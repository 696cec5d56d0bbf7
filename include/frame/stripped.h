/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of an emulator that negotiates offloads with its guest, but sends the results without the
 * vnet header (libkrun): TCP segments far over the MTU, and TCP and UDP with the sum of the pseudo
 * header in place of the checksum. Only that shows what was to be done, so everything in the
 * headers is checked first. Pure.
 */
#pragma once

#include <stdbool.h>

#include "frame.h"
#include "packet.h"

struct receivers;

/* The largest such frame, in bytes. */
enum { STRIPPED_FRAME_MAX = FRAME_HEADER + FRAME_ENCAPSULATION_MAX + PACKET_SIZE_MAX };

/*
 * Completes a missing checksum in place. A TCP frame that is longer than the MTU (bytes), or than
 * its receiver accepts, becomes a super-frame with the vnet header that it lost; the receiver is
 * looked up in known (NULL: none) at the time now (s). All other frames stay as they are, including
 * those that are longer than the MTU and cannot be split, which the bridge then drops: fragments,
 * UDP, damaged ones. Always sets vnet. A frame over STRIPPED_FRAME_MAX is not read.
 */
void stripped_restore(struct frame *frame, unsigned mtu, struct receivers *known, uint32_t now);

/*
 * Whether the frame, which fits the MTU, lacks its checksum: it has the sum of the pseudo header in
 * its place, and that is not correct as a checksum.
 */
bool stripped_lacks_checksum(const struct frame *frame, unsigned mtu);
