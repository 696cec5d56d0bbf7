/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holds what a peer sends faster than its port's rate, until the bridge may have it. The peer is
 * still read meanwhile: an emulator stalls if its socket is full.
 */
#pragma once

#include "queue.h"
#include "throttle.h"

struct inboxes;

struct inbox {
	struct inboxes *home;
	struct port *port;
	struct inbox *next; /* in the list of free ones */
	struct throttle throttle;
	struct queue queue;
};

/*
 * Shared by all ports with a rate. There is one inbox per possible port; the kernel allocates their
 * memory only when they are first used.
 */
struct inboxes {
	struct throttles throttles;
	struct queues *queues;
	struct inbox *free;
	unsigned n_used;   /* ever used */
	struct inbox *all; /* BRIDGE_PORTS_MAX of them */
};

/* 0, or -errno. Call inboxes_finish() also after a failure, or twice, once no inbox is open. */
int inboxes_init(struct inboxes *inboxes, struct loop *loop, struct queues *queues);
void inboxes_finish(struct inboxes *inboxes);

/* For a port of the bridge, at most one per port. */
struct inbox *inbox_open(struct inboxes *inboxes, struct port *port);

/* Drops what is waiting: the peer is gone. */
void inbox_close(struct inbox *inbox);

/* Sets the rate in bits per second, from now (ns) on. */
void inbox_set_rate(struct inbox *inbox, uint64_t rate, int64_t now);

/* Like bridge_input(), but as the rate allows. A frame that did not fit its buffer is dropped. */
void inbox_add(struct inbox *inbox, const struct frame *frames, unsigned n);

/* Passes everything that waits to the bridge at once. */
void inbox_empty(struct inbox *inbox);
