/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the ports of kernel devices: super-frames are read one per call, into one memory, and
 * segments are joined and written one super-frame per call.
 */
#pragma once

#include "gro.h"
#include "pool.h"
#include "port.h"

enum { UPLINK_FRAME_MAX = 65536 + 64 }; /* an IP packet of 65535 bytes, and its headers */

struct uplink {
	bool joins_udp;	   /* the kernel takes UDP super-frames */
	struct pool *pool; /* where frames are read to */
	uint8_t *reserve;  /* one frame, for when the pool is full */
	unsigned n;
	uint8_t *runs[PORT_BATCH]; /* in the pool, for these frames; NULL: the reserve */
	struct frame frames[PORT_BATCH];
	struct gro gro;
};

/*
 * Reads one frame with its vnet header to memory (UPLINK_FRAME_MAX bytes); index is its place in
 * the batch. 1; 0: there is none; or -errno.
 */
typedef int uplink_reader(struct port *port, uint8_t *memory, struct frame *frame, unsigned index);

/* 0, or -ENOMEM. Call uplink_finish() also after a failure, or twice. */
int uplink_init(struct uplink *uplink, struct pool *pool, bool joins_udp);
void uplink_finish(struct uplink *uplink);

/*
 * Fills uplink->frames with what is there, at most max of them (up to PORT_BATCH). Returns how
 * many, or the reader's -errno if the first read fails. They stay until uplink_release(); to keep
 * one longer, hold it in the pool.
 */
int uplink_read(struct uplink *uplink, struct port *port, uplink_reader *reader, unsigned max);
void uplink_release(struct uplink *uplink);

/* Forwards n frames that were read from the port's device. */
typedef void uplink_sender(struct port *port, struct frame *frames, unsigned n);

/* Reads and forwards what is there, about one batch. 0, or the reader's -errno. */
int uplink_turn(struct uplink *uplink, struct port *port, uplink_reader *reader,
		uplink_sender *sender);

/* Joins n frames and writes them to the device, counted at the port. */
void uplink_write(struct uplink *uplink, struct port *port, int fd, const struct frame *frames,
		  unsigned n);

/*
 * The same for a device that leads to a LAN: frames only for the next switch (spanning tree, link
 * aggregation, LLDP) are not written. The LAN's switch would take us for a switch, and might shut
 * down its port.
 */
void uplink_write_lan(struct uplink *uplink, struct port *port, int fd, const struct frame *frames,
		      unsigned n);
