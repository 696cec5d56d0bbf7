/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The join: in a batch of plain frames, consecutive segments of one TCP connection (or datagrams of
 * one UDP flow) become one super-frame that a TAP with a vnet header takes in a single writev(). A
 * pure function over memory: the frames are not changed, and payload is read once, for its
 * checksum, and never copied.
 *
 * It joins what the kernel's own GRO would join, so that the split (gso.h, or the kernel's)
 * restores the same frames. The one exception: constant IPv4 ids of packets with DF count up
 * instead (RFC 6864 allows any). Both checksums of a frame are verified before it is joined; a
 * frame with a bad one is passed alone, for the kernel to count and drop. Frames that cannot be
 * joined are passed as they came, their payload unread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "frame.h"
#include "packet.h"

enum {
	GRO_BATCH = 64, /* frames at once; also UDP_MAX_SEGMENTS before Linux 6.9 */
	/* Flows that are joined at the same time; a further one closes another's packet. */
	GRO_FLOWS = 16,
	/* Frames with a tag, IPv4 options or IPv6 extension headers are not joined. */
	GRO_HEADER_MAX = FRAME_HEADER + PACKET_IPV6_HEADER + PACKET_TCP_HEADER_MAX,
};

/* The input of one writev() to the TAP. */
struct gro_superframe {
	struct iovec *iov; /* the vnet header first */
	unsigned n_iov;
	unsigned n_frames; /* how many of the batch are in it; 1: that frame, unchanged */
	unsigned first;	   /* index of the first of them */
	uint32_t n_bytes;  /* of those frames */
	uint32_t size;	   /* of the packet, without the vnet header */
	struct virtio_net_hdr vnet;
	uint8_t header[GRO_HEADER_MAX];
};

/* A packet that may still grow. */
struct gro_flow {
	uint32_t hash;
	unsigned packet;       /* its index */
	unsigned last;	       /* index of its last frame */
	struct packet headers; /* of its first frame */
	enum packet_kind kind;
	uint32_t payload_size; /* of all its frames */
	uint32_t seq;	       /* expected in the next frame */
	uint16_t id;	       /* of the first frame */
	bool fixed_id;
	bool verified; /* the first frame's checksums were */
};

/*
 * Packets are in the order of their first frames; within a flow, frames keep their order. All
 * pointers are valid as long as this struct and the frames are.
 */
struct gro {
	unsigned n_superframes;
	struct gro_superframe superframes[GRO_BATCH];

	/* Private. */
	const struct frame *frames;
	unsigned n_flows;
	unsigned victim; /* flow to close when there is one more */
	struct gro_flow flows[GRO_FLOWS];
	struct {
		uint32_t offset; /* of the payload in the frame */
		uint32_t size;
		unsigned next; /* next frame of the packet, or GRO_BATCH */
	} pieces[GRO_BATCH];
	/* Two per packet, and one per frame of a joined one, which has at least two. */
	struct iovec iov[2 * GRO_BATCH];
};

/*
 * Joins n frames, at most GRO_BATCH. udp: the kernel takes UDP super-frames (TUNSETOFFLOAD with
 * TUN_F_USO4 | TUN_F_USO6: Linux 6.2). A frame whose vnet header is not plain is passed alone, with
 * that header.
 */
void gro_join(struct gro *gro, const struct frame *frames, unsigned n, bool udp);
