/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The learning switch between the ports: a fixed MAC table, and the forwarding of batches. It knows
 * nothing about the kinds of ports.
 */
#pragma once

#include <stdint.h>

#include "port.h"

enum {
	BRIDGE_PORTS_MAX = 1024, /* the uplink, endpoints, clients of switches */
	BRIDGE_MACS_BITS = 13,
	BRIDGE_MACS = 1 << BRIDGE_MACS_BITS,
	BRIDGE_SHARE_MIN = 8, /* entries that every port may have, 8192 / 1024 */
	BRIDGE_MAC_AGE = 300, /* seconds, IEEE 802.1Q table 8-6 */
};

struct bridge_entry {
	uint64_t mac;  /* 0: free */
	uint32_t seen; /* seconds, CLOCK_MONOTONIC */
	uint32_t port;
};

/* What frames from guests must pass, beyond the checks on every frame. Embed it in its owner. */
struct bridge_filter {
	/* The reason to drop a guest's frame, or PORT_DROPS: it may pass. */
	enum port_drop (*judge)(struct bridge_filter *filter, struct port *port,
				const struct frame *frame);
	/* A frame came from an uplink. */
	void (*overhear)(struct bridge_filter *filter, struct bridge *bridge,
			 const struct frame *frame);
	/* Sends what a guest's port has queued for the uplink. */
	void (*send)(struct bridge_filter *filter, const struct port *from, struct port *uplink);
	/* What was at the port has gone. */
	void (*forget)(struct bridge_filter *filter, const struct port *port);
};

struct inboxes;
struct segments;

struct bridge {
	struct bridge_filter *filter; /* or NULL */
	struct inboxes *inboxes;      /* of ports with a rate limit */
	struct segments *segments;    /* how large segments to guests may be; NULL: as they come */
	/* Logs a frame dropped by a rule or for lack of permission; or NULL. frame may be NULL. */
	void (*dropped)(struct bridge *bridge, const struct port *port, const struct frame *frame,
			enum port_drop drop);
	/* A port's peer came or went; or NULL. */
	void (*noted)(struct bridge *bridge, const struct port *port, bool there);
	uint64_t n_added;    /* ports ever added */
	unsigned n_isolated; /* ports isolated by bridge_isolate() */
	bool isolated;	     /* no traffic between guests, and no address moves between them */
	unsigned mtu;	     /* bytes of payload that a frame may have */
	uint64_t key;	     /* of the hash */
	unsigned n_ports;
	unsigned n_slots;		      /* of ports[] ever used */
	struct port *ports[BRIDGE_PORTS_MAX]; /* NULL: a free slot */
	const struct port *from;	      /* where the frames being forwarded came in */
	unsigned n_busy;
	struct port *busy[BRIDGE_PORTS_MAX]; /* those with frames queued */
	unsigned learned[BRIDGE_PORTS_MAX];  /* entries that each port has */
	uint32_t swept[BRIDGE_PORTS_MAX];    /* seconds: when its old entries were last freed */
	uint64_t not_learned;		     /* sources not learned: table or share full */
	uint32_t now;			     /* seconds, read once a batch */
	unsigned changes;		     /* to the MAC table */
	/*
	 * The host's address, where an uplink also leads to guests that an isolated port must not
	 * reach; 0 elsewhere.
	 */
	uint64_t host;
	uint64_t pinned;	      /* an address fixed to one port */
	const struct port *pinned_at; /* NULL: none is */
	struct bridge_entry entries[BRIDGE_MACS];
};

/*
 * Call it with a zeroed struct; there is nothing to finish. The key is random, so that no guest can
 * choose addresses that collide in the table.
 */
void bridge_init(struct bridge *bridge, unsigned mtu, uint64_t key);

/* Adds a port (not owned). 0, or -ENOSPC. */
int bridge_add(struct bridge *bridge, struct port *port);

/* Removes it, and forgets the addresses learned there. Not while the port is sending. */
void bridge_remove(struct bridge *bridge, struct port *port);

/* Whether a frame from the port has an allowed length. Counts it if not. */
bool bridge_takes(struct bridge *bridge, struct port *from, const struct frame *frame);

/*
 * Takes n frames (at most PORT_BATCH) that came in at from, and forwards them. Each buffer must
 * have room for FRAME_MIN bytes. On return the buffers belong to the caller again.
 */
void bridge_input(struct bridge *bridge, struct port *from, struct frame *frames, unsigned n);

/* The peer of a port came or went. Removing a port implies that its peer went. */
void bridge_note(struct bridge *bridge, struct port *port, bool there);

/* Blocks all traffic between the port and other guests, or allows it again. */
void bridge_isolate(struct bridge *bridge, struct port *port, bool isolated);

/*
 * Lists the addresses at the port (NULL: at all ports that lead to guests), at most max of them.
 * Returns how many.
 */
unsigned bridge_list(const struct bridge *bridge, const struct port *port, uint64_t *macs,
		     unsigned max);

/* The port where an address was learned, or NULL. */
struct port *bridge_where(struct bridge *bridge, uint64_t mac);

/* Whether it is at a guest's port, not at an uplink. */
bool bridge_has_guest(struct bridge *bridge, const uint8_t mac[MAC_SIZE]);

/* Fixes an address to that port, whoever else sends from it. */
void bridge_pin(struct bridge *bridge, const struct port *port, uint64_t mac);

/*
 * Lists the addresses at ports other than this one and its twin, at most max of them. Returns how
 * many.
 */
unsigned bridge_list_others(const struct bridge *bridge, const struct port *port, uint64_t *macs,
			    unsigned max);

/* Counts a frame from port that may not pass, and logs it. */
void bridge_drop(struct bridge *bridge, struct port *port, const struct frame *frame,
		 enum port_drop drop);

/* Forgets the addresses learned at a port whose peer is gone. */
void bridge_forget(struct bridge *bridge, const struct port *port);
