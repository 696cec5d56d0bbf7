/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes from a peer faster than its port's rate, until the bridge may have it. The peer is
 * read on meanwhile: an emulator whose socket is full would stand still.
 */
#pragma once

#include "queue.h"
#include "throttle.h"

struct inboxes;

struct inbox {
	struct inboxes *home;
	struct port *port;
	struct inbox *next; /* of those that nobody has */
	struct throttle throttle;
	struct queue queue;
};

/*
 * What ports with a rate share. One for each port that there may be: memory that nobody has used
 * yet, the kernel has not given yet.
 */
struct inboxes {
	struct throttles throttles;
	struct queues *queues;
	struct inbox *free;
	unsigned n_used;   /* that somebody ever had */
	struct inbox *all; /* BRIDGE_PORTS_MAX */
};

/* 0, or -errno. Finish also after a failure, or twice, and when nobody has one. */
int inboxes_init(struct inboxes *inboxes, struct loop *loop, struct queues *queues);
void inboxes_finish(struct inboxes *inboxes);

/* For a port of the bridge; no port has two. */
struct inbox *inbox_open(struct inboxes *inboxes, struct port *port);

/* Drops what waits: the peer is gone. */
void inbox_close(struct inbox *inbox);

/* Bits per second, from now on (ns). */
void inbox_set_rate(struct inbox *inbox, uint64_t rate, int64_t now);

/* As bridge_input(), when the rate lets it. A frame may be larger than its memory, and goes then.
 */
void inbox_add(struct inbox *inbox, const struct frame *frames, unsigned n);

/* The bridge has all that waits, at once. */
void inbox_empty(struct inbox *inbox);
