/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What waits for a peer that reads too slowly, or for a port's rate. Each flow has its own queue;
 * they take turns (deficit round robin), new flows first, and each is kept short by its own
 * controlled delay (FQ-CoDel, RFC 8290). All queues share one memory; when it is full, the longest
 * one drops.
 *
 * Super-frames wait whole and leave as segments; byte counts are those of the segments.
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
	QUEUE_PROBES = 8, /* slots that a flow may use, as in a set-associative cache */
	/* Flows from one guest in another guest's queue, however many the sender makes up. */
	QUEUE_FLOWS_PER_GUEST = 8,
	QUEUE_ITEMS = 4096, /* waiting frames, in all queues */
	/*
	 * Cells that one queue's frames may take. The rest is for the others, until the longest
	 * drops. With half, downloads at an MTU of 65520 lost frames 1.3 ms into a burst (0.9 times
	 * as fast).
	 */
	QUEUE_CELLS = POOL_CELLS / 8 * 7,
	QUEUE_RING = PORT_BATCH, /* segments chosen at once, at most */
};

struct queue;

/* A waiting frame. */
struct queue_item {
	struct queue_item *next;
	struct frame frame; /* in the pool */
	int64_t since;	    /* ns */
	uint32_t header;    /* bytes of each segment's header */
	uint32_t payload;   /* bytes; the last segment may have less */
	uint32_t bytes;	    /* of the segments not yet taken */
	uint32_t taken;	    /* segments */
	uint32_t left;
	uint32_t holders; /* slots in the ring */
	uint32_t cells;	  /* in the pool, whoever else holds them */
};

struct queue_flow {
	struct queue_flow *next; /* in the list of new or old flows */
	struct queue_item *first;
	struct queue_item *last;
	struct codel codel;
	uint32_t tag; /* identifies the flow; 0: never used */
	int32_t deficit;
	uint32_t cells; /* of its frames */
	bool listed;
	bool shared; /* frames of other flows wait here, too */
};

struct queue_list {
	struct queue_flow *first;
	struct queue_flow *last;
};

/* A segment to send next, whatever else comes in. */
struct queue_place {
	struct queue_item *item;
	uint32_t index; /* of the segment within the frame */
	uint32_t size;
	bool marked; /* RFC 3168 */
};

/* Shared by all queues. */
struct queues {
	struct pool pool;
	struct siphash_key key;	 /* tells flows apart */
	struct queue *waiting;	 /* queues with frames */
	struct queue_item *open; /* whose segments are being made */
	uint32_t index;		 /* of its next segment */
	struct gso gso;
	struct queue_item *free;
	unsigned n_items; /* ever used */
	struct queue_item items[QUEUE_ITEMS];
};

/* With the first three members set and the rest zeroed, it is empty. */
struct queue {
	struct queues *queues;
	struct port *port;  /* where drops are counted */
	bool inward;	    /* holds frames from the port, not to it */
	struct quota quota; /* from the port's rate */
	struct queue *next; /* in the list of queues with frames */
	struct queue *previous;
	uint32_t bytes;		 /* of all segments */
	uint32_t cells;		 /* of all frames */
	struct queue_list fresh; /* flows that have just begun (RFC 8290: new) */
	struct queue_list old;
	unsigned n_ring;
	struct queue_place ring[QUEUE_RING];
	struct queue_flow flows[QUEUE_FLOWS];
};

/* 0, or -ENOMEM. The key is secret. Call queues_finish() also after a failure, or twice. */
int queues_init(struct queues *queues, const struct siphash_key *key);
void queues_finish(struct queues *queues);

bool queue_is_empty(const struct queue *queue);

/* Sets the port's rate, in bits per second; 0: none. Drops are then attributed to the rate. */
void queue_set_rate(struct queue *queue, uint64_t rate);

/* How many frames are waiting; a super-frame counts as one. Walks all of them. */
unsigned queue_frames(const struct queue *queue);

/*
 * Adds a frame, being split, that came in at the port from; its first segments are already sent
 * (now: ns). It is held or copied. If there is no room, other frames are dropped, or this one.
 */
void queue_add(struct queue *queue, const struct gso *gso, unsigned gone, const struct port *from,
	       int64_t now);

/*
 * Fills the ring with what goes next, max segments (QUEUE_RING) at most, as long as there are bytes
 * left to send; the last segment may have more. What the socket does not take of them goes first
 * later. How many segments in it may go; 0: the queue is empty, or no bytes were left.
 */
unsigned queue_fill_ring(struct queue *queue, unsigned max, int64_t bytes, int64_t now);

/* Builds a segment of the ring; its payload stays where it is until queue_sent(). */
void queue_cut(struct queue *queue, unsigned place, struct gso_segment *segment);

/* The first n of the ring are sent. Returns their bytes. */
uint32_t queue_sent(struct queue *queue, unsigned n);

/*
 * Takes the next frame from a queue whose frames are all whole (gso_begin_whole()) and that has no
 * ring; marks it if needed. The caller owns its memory until giving it back to the pool. False: the
 * queue is empty.
 */
bool queue_take_frame(struct queue *queue, int64_t now, struct frame *frame);

/* Drops everything, for that reason. */
void queue_clear(struct queue *queue, enum port_drop reason);
