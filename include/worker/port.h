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
struct queue;
struct ucred;

enum {
	PORT_NAME_MAX = 384, /* a locator, and who is there */
	/*
	 * Frames moved at once. make bench, one TCP stream, down and up, against 64
	 * (paired medians): 32 is 0.97 and 0.94 times as fast, 128 0.91 and 0.97.
	 */
	PORT_BATCH = 64,
};

enum port_drop {
	PORT_DROP_SHORT,     /* without a whole Ethernet header */
	PORT_DROP_LONG,	     /* longer than the MTU allows */
	PORT_DROP_FULL,	     /* there is no room for what waits for the peer */
	PORT_DROP_LATE,	     /* the peer reads more slowly than it is sent to */
	PORT_DROP_DOWN,	     /* nobody was attached, or the device was down */
	PORT_DROP_UNPROVEN,  /* the peer has not shown yet who it is */
	PORT_DROP_RIGHTS,    /* the peer's socket may not be written to */
	PORT_DROP_ERROR,     /* refused by the kernel */
	PORT_DROP_GATEWAY,   /* a guest that says it is the gateway */
	PORT_DROP_ROUTER,    /* or a router */
	PORT_DROP_DHCP,	     /* or a DHCP server */
	PORT_DROP_HIDDEN,    /* or hides what it says */
	PORT_DROP_BARRED,    /* in a name that is another's, or for the next switch alone */
	PORT_DROP_MOVED,     /* with a MAC address that lives at another port */
	PORT_DROP_TAKEN,     /* with an IP address that does */
	PORT_DROP_ADDRESSES, /* with one IP address more than the host can have neighbours for */
	PORT_DROP_SOUGHT,    /* to one guest more that nobody has heard of, by way of the host */
	PORT_DROP_LESSEE,    /* asks for a lease in another's name */
	PORT_DROP_LEASES,    /* asks for one more than the port may have */
	PORT_DROP_ISOLATED,  /* by way of the host from or to a guest whose port is isolated */
	PORT_DROP_FRAGMENTS, /* of one datagram more than the host may hold unfinished */
	PORT_DROP_RATE,	     /* more than the port's rate lets pass */
	PORT_DROPS,
};

/* What becomes of super-frames, and of frames without a checksum, that come without a vnet header.
 */
enum port_offload {
	PORT_OFFLOAD_NONE, /* there are none, where emulators attach by libvdeplug */
	PORT_OFFLOAD_OFF,  /* they are dropped: the endpoint's option offload=on is not given */
	PORT_OFFLOAD_ON,   /* stripped_restore() makes of them what they were */
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
	/* Hangs up on the peer; not while it sends. NULL: that cannot be. */
	void (*hang_up)(struct port *port);
	/*
	 * Lets no more pass than rate bits per second each way, or as much as can (0), until the
	 * peer goes. NULL: that cannot be.
	 */
	void (*limit)(struct port *port, uint64_t rate);
};

/* What a person is told of it; kept by reference. */
struct port_label {
	const char *kind;	   /* "switch", "vde", "ptp", "tap", "nic" */
	const char *place;	   /* the endpoint's locator, or the device */
	const char *says;	   /* who the peer says it is; NULL: nothing */
	const struct ucred *user;  /* who it is; NULL: nobody knows */
	const struct queue *queue; /* of what waits for it; NULL: nothing does */
};

struct port {
	const struct port_ops *ops;
	struct port_label label;
	uint64_t number;       /* set by bridge_add(): no other port of this bridge ever had it */
	bool there;	       /* a peer is, by bridge_note() */
	struct bridge *bridge; /* set by bridge_add(), as index */
	unsigned index;
	char name[PORT_NAME_MAX]; /* for messages */
	/* Between the two the kernel passes frames itself; NULL: it has none. */
	const struct port *twin;
	bool echoes; /* what went out by the twin may come in here again */
	struct port_counters counters;
	uint64_t rate; /* bits per second, each way; 0: as much as can */
	bool isolated; /* nothing passes between it and other guests */
	enum port_offload offload;
	bool single;	   /* one guest is there, or those of one: not a whole switch */
	bool uplink;	   /* leads to the host and outside; all others lead to guests */
	bool busy;	   /* the bridge's: in its list of those with frames queued */
	unsigned n_queued; /* the bridge's: what this turn sends here */
	struct frame queued[PORT_BATCH];
};

/* What a drop is called, in words. */
const char *port_drop_name(enum port_drop drop);

/* Counts frames with the same fate. */
void port_count_in(struct port *port, const struct frame *frames, unsigned n);
void port_count_out(struct port *port, const struct frame *frames, unsigned n);

/* Adds the counters of a port that goes to those of another. */
void port_add_counters(struct port *port, const struct port *gone);

/* Writes the counters as one line at info level. */
void port_log_counters(const struct port *port);
