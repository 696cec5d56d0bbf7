/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The learning switch between the ports: a fixed MAC table, and the movement of
 * batches. Knows no port by name.
 */
#pragma once

#include <stdint.h>

#include "port.h"

enum {
	BRIDGE_PORTS_MAX = 1024, /* the uplink, endpoints, clients of switches */
	BRIDGE_MACS_BITS = 13,
	BRIDGE_MACS = 1 << BRIDGE_MACS_BITS,
	BRIDGE_SHARE_MIN = 8, /* addresses that every port may have, 8192 / 1024 */
	BRIDGE_MAC_AGE = 300, /* seconds, IEEE 802.1Q table 8-6 */
};

struct bridge_entry {
	uint64_t mac;  /* 0: free */
	uint32_t seen; /* seconds, CLOCK_MONOTONIC */
	uint32_t port;
};

/* What frames from guests must pass, beside what any frame must; embed it in its owner. */
struct bridge_filter {
	/* Why the guest's frame is dropped, or PORT_DROPS: it may pass. */
	enum port_drop (*judge)(struct bridge_filter *filter, struct port *port,
				const struct frame *frame);
	/* A frame comes from an uplink. */
	void (*overhear)(struct bridge_filter *filter, struct bridge *bridge,
			 const struct frame *frame);
	/* Sends what a guest's port has queued for the uplink. */
	void (*send)(struct bridge_filter *filter, const struct port *from, struct port *uplink);
	/* What was at the port is gone. */
	void (*forget)(struct bridge_filter *filter, const struct port *port);
};

struct inboxes;
struct segments;

struct bridge {
	struct bridge_filter *filter; /* or NULL */
	struct inboxes *inboxes;      /* of ports with a rate */
	struct segments *segments;    /* how large they are towards guests; NULL: as they come */
	/* Says that a frame was dropped, by a rule or for want of rights; or NULL. frame may be
	 * NULL. */
	void (*dropped)(struct bridge *bridge, const struct port *port, const struct frame *frame,
			enum port_drop drop);
	/* A port's peer came, or goes; or NULL. */
	void (*noted)(struct bridge *bridge, const struct port *port, bool there);
	uint64_t n_added;    /* ports that ever were */
	unsigned n_isolated; /* ports that bridge_isolate() has set apart */
	bool isolated; /* nothing passes from guest to guest, and no address moves between them */
	unsigned mtu;  /* bytes of payload that may pass */
	uint64_t key;  /* of the hash */
	unsigned n_ports;
	unsigned n_slots;		      /* of ports[] that were ever used */
	struct port *ports[BRIDGE_PORTS_MAX]; /* NULL: a free slot */
	const struct port *from;	      /* where the frames that are sent on came in */
	unsigned n_busy;
	struct port *busy[BRIDGE_PORTS_MAX]; /* those with frames queued */
	unsigned learned[BRIDGE_PORTS_MAX];  /* entries that each port holds */
	uint32_t swept[BRIDGE_PORTS_MAX];    /* seconds: when its old ones were last released */
	uint64_t not_learned;		     /* sources refused: table or share full */
	uint32_t now;			     /* seconds, read once a batch */
	unsigned changes;		     /* of who is where */
	/* The host's address, where an uplink leads to guests, too, whom an isolated port does not
	 * reach; 0 where it does not. */
	uint64_t host;
	uint64_t pinned;	      /* an address that is at one port for good */
	const struct port *pinned_at; /* NULL: none is */
	struct bridge_entry entries[BRIDGE_MACS];
};

/*
 * Takes a zeroed struct's place; nothing to finish. The key is random, so that no
 * guest can choose addresses which fall together in the table.
 */
void bridge_init(struct bridge *bridge, unsigned mtu, uint64_t key);

/* Adds a port (not owned). 0, or -ENOSPC. */
int bridge_add(struct bridge *bridge, struct port *port);

/* Takes it away, and forgets what was learned there. Not while it sends. */
void bridge_remove(struct bridge *bridge, struct port *port);

/* Whether a frame from the port is as long as frames may be. One that is not is counted. */
bool bridge_takes(struct bridge *bridge, struct port *from, const struct frame *frame);

/*
 * Takes n frames (at most PORT_BATCH) that came in at from, and sends them on.
 * Each buffer must have room for FRAME_MIN bytes. The buffers are the caller's
 * again on return.
 */
void bridge_input(struct bridge *bridge, struct port *from, struct frame *frames, unsigned n);

/* The peer of a port came, or is gone. A port that is taken away loses its own. */
void bridge_note(struct bridge *bridge, struct port *port, bool there);

/* Has nothing pass between the port and other guests, or lets it pass again. */
void bridge_isolate(struct bridge *bridge, struct port *port, bool isolated);

/*
 * Lists the addresses at the port, or NULL: at all that lead to guests; at most max of them. How
 * many there are.
 */
unsigned bridge_list(const struct bridge *bridge, const struct port *port, uint64_t *macs,
		     unsigned max);

/* At which port an address is; NULL: nobody knows. */
struct port *bridge_where(struct bridge *bridge, uint64_t mac);

/* Whether it is at a port that is no uplink: a guest's. */
bool bridge_has_guest(struct bridge *bridge, const uint8_t mac[MAC_SIZE]);

/* Has an address at that port and nowhere else, whoever sends in its name. */
void bridge_pin(struct bridge *bridge, const struct port *port, uint64_t mac);

/*
 * Lists the addresses that are at other ports than this one and its twin, at
 * most max of them. How many there are.
 */
unsigned bridge_list_others(const struct bridge *bridge, const struct port *port, uint64_t *macs,
			    unsigned max);

/* Counts a frame that came from port and may not pass, and says so. */
void bridge_drop(struct bridge *bridge, struct port *port, const struct frame *frame,
		 enum port_drop drop);

/* Forgets what was learned at a port whose peer is gone. */
void bridge_forget(struct bridge *bridge, const struct port *port);
