/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ethernet frames in memory (IEEE 802.3, without FCS). Every access is checked
 * against the frame's size.
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
	FRAME_TAG = 4, /* IEEE 802.1Q; as an MPLS label */
	/* Bytes of tags and labels that a frame may have beyond what the MTU counts: two. */
	FRAME_ENCAPSULATION_MAX = 2 * FRAME_TAG,
	FRAME_MIN = 60, /* what a wire carries at least; shorter ones are padded with zeros */
};

struct frame {
	uint8_t *data;
	uint32_t size; /* bytes */
	/*
	 * What is still to be done to it, as a TAP says it (host byte order). All
	 * zeros: nothing, it is one plain frame with its checksums complete.
	 */
	struct virtio_net_hdr vnet;
};

/* Whether it is what a wire would carry: one segment, its checksums complete. */
bool frame_is_plain(const struct frame *frame);

/* Whether it has a whole Ethernet header. */
bool frame_is_whole(const struct frame *frame);

/* Whether it begins with an IEEE 802.1Q or 802.1ad tag. */
bool frame_is_tagged(const struct frame *frame);

/*
 * Bytes of the VLAN tags (IEEE 802.1Q, 802.1ad) and MPLS labels that the frame begins with, at
 * most FRAME_ENCAPSULATION_MAX.
 */
uint32_t frame_encapsulation(const struct frame *frame);

/* The largest frame, in bytes, that carries mtu bytes of payload behind its tags and labels. */
uint32_t frame_limit(const struct frame *frame, unsigned mtu);

/* Whether it goes to more than one station (broadcast included). A whole frame only. */
bool frame_is_multicast(const struct frame *frame);

/*
 * Whether it is for the next switch alone (IEEE 802.1Q table 8-1: spanning tree, link aggregation,
 * LLDP), so that no bridge passes it on. A whole frame only.
 */
bool frame_is_link_local(const struct frame *frame);

/* An address as a number, first byte highest; those two of a whole frame only. */
uint64_t frame_address(const uint8_t mac[MAC_SIZE]);
void frame_write_address(uint8_t mac[MAC_SIZE], uint64_t address);
uint64_t frame_destination(const struct frame *frame);
uint64_t frame_source(const struct frame *frame);

/* Fills up to FRAME_MIN with zeros; the buffer behind data must have that room. */
void frame_pad(struct frame *frame);
