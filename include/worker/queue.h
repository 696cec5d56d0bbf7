/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What waits for a peer that does not read as fast as it is sent to, or for a port's rate: a queue
 * for each flow, in turn (deficit round robin), those that begin first, and each held short by its
 * own controlled delay (FQ-CoDel, RFC 8290). All queues share one memory; where that is full, the
 * longest pays.
 *
 * Super-frames wait whole and leave as segments; whatever is said of bytes is said of these.
 */
#pragma once

#include "codel.h"
#include "gso.h"
#include "pool.h"
#include "port.h"
#include "quota.h"
#include "siphash.h"

enum {
	QUEUE_FLOWS = 256,
	QUEUE_PROBES = 8, /* places that a flow may have, as in a set-associative cache */
	/* Flows of one guest in another's queue: however many it makes up, it has no more. */
	QUEUE_FLOWS_PER_GUEST = 8,
	QUEUE_ITEMS = 4096, /* frames that wait, in all queues */
	/*
	 * That frames of one queue take. The rest is for the others, until the longest pays. With
	 * half, downloads at an MTU of 65520 lost frames 1.3 ms into a burst (0.9 times as fast).
	 */
	QUEUE_CELLS = POOL_CELLS / 8 * 7,
	/* Segments chosen at once. What the socket does not take of them goes first later. */
	QUEUE_RING = 8,
};

struct queue;

/* A frame that waits. */
struct queue_item {
	struct queue_item *next;
	struct frame frame; /* in the pool */
	int64_t since;	    /* ns */
	uint32_t header;    /* bytes of a segment's */
	uint32_t payload;   /* bytes, the last one may have less */
	uint32_t bytes;	    /* of the segments that are still to be taken */
	uint32_t taken;	    /* segments */
	uint32_t left;
	uint32_t holders; /* places in the ring */
	uint32_t cells;	  /* of the pool, whoever else holds them */
};

struct queue_flow {
	struct queue_flow *next; /* in the list of new or old ones */
	struct queue_item *first;
	struct queue_item *last;
	struct codel codel;
	uint32_t tag; /* which flow it is; 0: none ever was here */
	int32_t deficit;
	uint32_t cells; /* of its frames */
	bool listed;
	bool shared; /* frames of other tags wait here, too */
};

struct queue_list {
	struct queue_flow *first;
	struct queue_flow *last;
};

/* A segment that goes next, whatever comes meanwhile. */
struct queue_place {
	struct queue_item *item;
	uint32_t index; /* of the segment in the frame */
	uint32_t size;
	bool marked; /* RFC 3168 */
};

/* What all queues share. */
struct queues {
	struct pool pool;
	struct siphash_key key;	 /* tells flows apart */
	struct queue *waiting;	 /* those with frames */
	struct queue_item *open; /* whose segments are being made, */
	uint32_t index;		 /* and the next of them */
	struct gso gso;
	struct queue_item *free;
	unsigned n_items; /* that were ever used */
	struct queue_item items[QUEUE_ITEMS];
};

/* Zeroed and with the first three, it is empty. */
struct queue {
	struct queues *queues;
	struct port *port;  /* which counts what is dropped */
	bool inward;	    /* what came from the port waits, not what goes to it */
	struct quota quota; /* by the port's rate */
	struct queue *next; /* of those with frames */
	struct queue *previous;
	uint32_t bytes;		 /* of all segments */
	uint32_t cells;		 /* of all frames */
	struct queue_list fresh; /* flows that have just begun (RFC 8290: new) */
	struct queue_list old;
	unsigned n_ring;
	struct queue_place ring[QUEUE_RING];
	struct queue_flow flows[QUEUE_FLOWS];
};

/* 0, or -ENOMEM. The key is a secret. Finish also after a failure, or twice. */
int queues_init(struct queues *queues, const struct siphash_key *key);
void queues_finish(struct queues *queues);

bool queue_is_empty(const struct queue *queue);

/* The port has that rate, in bits per second; 0: none. What it drops is then beyond the rate. */
void queue_set_rate(struct queue *queue, uint64_t rate);

/* How many frames wait; a super-frame is one. Looks at each. */
unsigned queue_frames(const struct queue *queue);

/*
 * Adds a frame whose split has begun and that came in by the port from; its first segments are
 * gone already (now: ns). It is kept, or copied. Where there is no room, others are dropped, or
 * it is.
 */
void queue_add(struct queue *queue, const struct gso *gso, unsigned gone, const struct port *from,
	       int64_t now);

/*
 * Fills the ring with what goes next, as long as there are bytes left to send; the last segment may
 * have more. How many segments in it may go; 0: the queue is empty, or no bytes were left.
 */
unsigned queue_fill_ring(struct queue *queue, int64_t bytes, int64_t now);

/* Makes a segment of the ring; its payload stays where it is until queue_sent(). */
void queue_cut(struct queue *queue, unsigned place, struct gso_segment *segment);

/* The first n of the ring are gone. Their bytes. */
uint32_t queue_sent(struct queue *queue, unsigned n);

/*
 * Takes the next frame, of a queue whose frames are all whole (gso_begin_whole()) and that has no
 * ring, and marks it itself. Its
 * memory is the caller's, until it is given back to the pool. False: the queue is empty.
 */
bool queue_take_frame(struct queue *queue, int64_t now, struct frame *frame);

/* Drops all, for that reason. */
void queue_clear(struct queue *queue, enum port_drop reason);
