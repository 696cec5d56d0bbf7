/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the ports of the kernel's devices share: super-frames come from them one
 * a call, into one memory, and segments for them are joined and written one
 * super-frame a call.
 */
#pragma once

#include "gro.h"
#include "port.h"

enum { UPLINK_FRAME_MAX = 65536 + 64 }; /* an IP packet of 65535 bytes, and its headers */

struct uplink {
	bool joins_udp;	 /* the kernel takes UDP super-frames */
	uint8_t *memory; /* what one turn reads */
	struct frame frames[PORT_BATCH];
	struct gro gro;
};

/*
 * Reads one frame with its vnet header to memory (UPLINK_FRAME_MAX bytes); index
 * is its place in the batch. 1, 0: there is none, or -errno.
 */
typedef int uplink_reader(struct port *port, uint8_t *memory, struct frame *frame, unsigned index);

/* 0, or -ENOMEM. Finish also after a failure, or twice. */
int uplink_init(struct uplink *uplink, bool joins_udp);
void uplink_finish(struct uplink *uplink);

/*
 * Fills uplink->frames with what is there; *n of them, at most PORT_BATCH. 0, or
 * the reader's -errno.
 */
int uplink_read(struct uplink *uplink, struct port *port, uplink_reader *reader, unsigned *n);

/* Joins n frames and writes them to the device, counted for the port. */
void uplink_write(struct uplink *uplink, struct port *port, int fd, const struct frame *frames,
		  unsigned n);
