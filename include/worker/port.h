/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A port: one way in and out of the bridge, whatever is behind it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

struct bridge;
struct port;
struct queue;
struct ucred;

enum {
	PORT_NAME_MAX = 384, /* a locator, and the peer */
	/*
	 * Frames moved at once. make bench, one TCP stream, down and up, against 64
	 * (paired medians): 32 is 0.97 and 0.94 times as fast, 128 0.91 and 0.97.
	 */
	PORT_BATCH = 64,
};

enum port_drop {
	PORT_DROP_SHORT,     /* without a whole Ethernet header */
	PORT_DROP_LONG,	     /* longer than the MTU allows */
	PORT_DROP_FULL,	     /* no room in the queue for the peer */
	PORT_DROP_LATE,	     /* waited too long: the peer reads too slowly */
	PORT_DROP_DOWN,	     /* nobody was attached, or the device was down */
	PORT_DROP_UNPROVEN,  /* the peer has not proved who it is yet */
	PORT_DROP_RIGHTS,    /* no permission to write to the peer's socket */
	PORT_DROP_ERROR,     /* refused by the kernel */
	PORT_DROP_GATEWAY,   /* a guest poses as the gateway */
	PORT_DROP_ROUTER,    /* or as a router */
	PORT_DROP_DHCP,	     /* or as a DHCP server */
	PORT_DROP_HIDDEN,    /* or obscures what it sends */
	PORT_DROP_BARRED,    /* sent from a barred address, or only for the next switch */
	PORT_DROP_MOVED,     /* from a MAC address that lives at another port */
	PORT_DROP_TAKEN,     /* from an IP address that does */
	PORT_DROP_ADDRESSES, /* from more IP addresses than the host can have neighbours for */
	PORT_DROP_SOUGHT,    /* through the host, to too many guests that nobody has heard from */
	PORT_DROP_LESSEE,    /* asks for a lease in another client's name */
	PORT_DROP_LEASES,    /* asks for more leases than the port may have */
	PORT_DROP_ISOLATED,  /* through the host, from or to a guest whose port is isolated */
	PORT_DROP_FRAGMENTS, /* of more unfinished datagrams than the host may hold */
	PORT_DROP_RATE,	     /* exceeds the port's rate */
	PORT_DROPS,
};

/* What to do with super-frames, and frames without a checksum, that come without a vnet header. */
enum port_offload {
	PORT_OFFLOAD_NONE, /* there are none, where emulators attach through libvdeplug */
	PORT_OFFLOAD_OFF,  /* drop them: the endpoint has no offload=on */
	PORT_OFFLOAD_ON,   /* stripped_restore() restores them */
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
	 * Hands n frames (at most PORT_BATCH) to the peer, in order, and counts each as sent or
	 * dropped. Must not wait long for the peer, and keeps no reference to the frames.
	 */
	void (*send)(struct port *port, const struct frame *frames, unsigned n);
	/* Disconnects the peer; not while it is sending. NULL: not possible. */
	void (*hang_up)(struct port *port);
	/*
	 * Limits traffic to rate bits per second each way (0: no limit), until the peer goes. NULL:
	 * not possible.
	 */
	void (*limit)(struct port *port, uint64_t rate);
};

/* What people are shown; kept by reference. */
struct port_label {
	const char *kind;	   /* "switch", "vde", "ptp", "tap", "nic" */
	const char *place;	   /* the endpoint's locator, or the device */
	const char *says;	   /* who the peer says it is; or NULL */
	const struct ucred *user;  /* who it is; NULL: unknown */
	const struct queue *queue; /* of what waits for it; NULL: none */
};

struct port {
	const struct port_ops *ops;
	struct port_label label;
	uint64_t number;       /* set by bridge_add(): never reused in this bridge */
	bool there;	       /* there is a peer; set by bridge_note() */
	struct bridge *bridge; /* set by bridge_add(), like index */
	unsigned index;
	char name[PORT_NAME_MAX]; /* for log messages */
	/* The kernel itself forwards frames between a port and its twin; or NULL. */
	const struct port *twin;
	bool echoes; /* frames sent by the twin may come in here again */
	struct port_counters counters;
	uint64_t rate; /* bits per second, each way; 0: no limit */
	bool isolated; /* no traffic between it and other guests */
	enum port_offload offload;
	bool single;	   /* it has a single guest, or one user's: not a whole switch */
	bool uplink;	   /* leads to the host and outside; all other ports lead to guests */
	bool busy;	   /* for the bridge: in its list of ports with frames queued */
	unsigned n_queued; /* for the bridge: frames to send here this turn */
	struct frame queued[PORT_BATCH];
};

/* The name of a drop reason, in words. */
const char *port_drop_name(enum port_drop drop);

/* Counts frames that were all received, or all sent. */
void port_count_in(struct port *port, const struct frame *frames, unsigned n);
void port_count_out(struct port *port, const struct frame *frames, unsigned n);

/* Adds the counters of a port that is going away to another's. */
void port_add_counters(struct port *port, const struct port *gone);

/* Logs the counters as one line at info level. */
void port_log_counters(const struct port *port);
