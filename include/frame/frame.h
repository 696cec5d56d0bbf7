/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ethernet frames in memory (IEEE 802.3, without FCS). Every access is checked against the frame's
 * size.
 */
#pragma once

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>

#include "mac.h"

/* Not in linux/virtio_net.h before Linux 6.2. */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

enum {
	FRAME_HEADER = 14, /* addresses and type */
	FRAME_TYPE = 2,
	FRAME_TAG = 4, /* IEEE 802.1Q; an MPLS label has the same size */
	/* Bytes of tags and labels that a frame may have in addition to the MTU: two. */
	FRAME_ENCAPSULATION_MAX = 2 * FRAME_TAG,
	FRAME_MIN = 60, /* minimum on a wire; shorter ones are padded with zeros */
};

struct frame {
	uint8_t *data;
	uint32_t size; /* bytes */
	/*
	 * What is still to be done to it, as a TAP says (host byte order). All zeros: nothing, it
	 * is one plain frame with complete checksums.
	 */
	struct virtio_net_hdr vnet;
};

/* Whether it is as a wire would carry it: one segment, with complete checksums. */
bool frame_is_plain(const struct frame *frame);

/* Whether it has a complete Ethernet header. */
bool frame_is_whole(const struct frame *frame);

/* Whether it begins with an IEEE 802.1Q or 802.1ad tag. */
bool frame_is_tagged(const struct frame *frame);

/*
 * Bytes of VLAN tags (IEEE 802.1Q, 802.1ad) and MPLS labels at the start of the frame, at most
 * FRAME_ENCAPSULATION_MAX.
 */
uint32_t frame_encapsulation(const struct frame *frame);

/* The largest frame, in bytes, that has mtu bytes of payload after its tags and labels. */
uint32_t frame_limit(const struct frame *frame, unsigned mtu);

/* Whether it goes to more than one station (broadcast included). A whole frame only. */
bool frame_is_multicast(const struct frame *frame);

/*
 * Whether it is only for the next switch (IEEE 802.1Q table 8-1: spanning tree, link aggregation,
 * LLDP), and so never forwarded by a bridge. A whole frame only.
 */
bool frame_is_link_local(const struct frame *frame);

/*
 * An address as a number, first byte highest. frame_destination() and frame_source() need a whole
 * frame.
 */
uint64_t frame_address(const uint8_t mac[MAC_SIZE]);
void frame_write_address(uint8_t mac[MAC_SIZE], uint64_t address);
uint64_t frame_destination(const struct frame *frame);
uint64_t frame_source(const struct frame *frame);

/* Pads it to FRAME_MIN with zeros; the buffer must have room for that. */
void frame_pad(struct frame *frame);
