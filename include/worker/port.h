/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port: one way in and out of the bridge, whatever is behind it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

struct bridge;
struct port;

enum {
	PORT_NAME_MAX = 384, /* a locator, and who is there */
	/*
	 * Frames moved at once. make bench, one TCP stream, down and up, against 64
	 * (paired medians): 32 is 0.97 and 0.94 times as fast, 128 0.91 and 0.97.
	 */
	PORT_BATCH = 64,
};

enum port_drop {
	PORT_DROP_SHORT,    /* without a whole Ethernet header */
	PORT_DROP_LONG,	    /* longer than the MTU allows */
	PORT_DROP_FULL,	    /* the peer did not read in time */
	PORT_DROP_DOWN,	    /* nobody was attached, or the device was down */
	PORT_DROP_UNPROVEN, /* the peer has not shown yet who it is */
	PORT_DROP_RIGHTS,   /* the peer's socket may not be written to */
	PORT_DROP_ERROR,    /* refused by the kernel */
	PORT_DROP_GATEWAY,  /* a guest that says it is the gateway */
	PORT_DROP_ROUTER,   /* or a router */
	PORT_DROP_DHCP,	    /* or a DHCP server */
	PORT_DROP_HIDDEN,   /* or hides what it says */
	PORT_DROP_BARRED,   /* in a name that is another's, or for the next switch alone */
	PORT_DROPS,
};

struct port_counters {
	uint64_t frames_in; /* from the peer */
	uint64_t bytes_in;
	uint64_t frames_out; /* to the peer */
	uint64_t bytes_out;
	uint64_t dropped_in[PORT_DROPS];
	uint64_t dropped_out[PORT_DROPS];
};

struct port_ops {
	/*
	 * Hands n frames (at most PORT_BATCH) to the peer, in order, and counts
	 * each as out or dropped. Must not wait for the peer beyond a bound, and
	 * keeps no reference to the frames.
	 */
	void (*send)(struct port *port, const struct frame *frames, unsigned n);
};

struct port {
	const struct port_ops *ops;
	struct bridge *bridge; /* set by bridge_add(), as index */
	unsigned index;
	char name[PORT_NAME_MAX]; /* for messages */
	/* Between the two the kernel passes frames itself; NULL: it has none. */
	const struct port *twin;
	bool echoes; /* what went out by the twin may come in here again */
	struct port_counters counters;
	bool uplink;	   /* leads to the host and outside; all others lead to guests */
	bool busy;	   /* the bridge's: in its list of those with frames queued */
	unsigned n_queued; /* the bridge's: what this turn sends here */
	struct frame queued[PORT_BATCH];
};

/* Counts frames with the same fate. */
void port_count_in(struct port *port, const struct frame *frames, unsigned n);
void port_count_out(struct port *port, const struct frame *frames, unsigned n);

/* Adds the counters of a port that goes to those of another. */
void port_add_counters(struct port *port, const struct port *gone);

/* Writes the counters as one line at info level. */
void port_log_counters(const struct port *port);
