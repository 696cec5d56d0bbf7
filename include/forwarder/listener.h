/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A forwarded port of the host: a socket made by the host process that listens or takes datagrams.
 * TCP listeners take turns asking the host process for sockets. The number of unanswered requests
 * is limited, of all and of each; beyond it a listener waits until one is answered, and leaves its
 * clients in its socket. UDP listeners never wait, because flows that have their socket share it
 * with new ones (datagrams.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "forward_message.h"
#include "loop.h"

/* Requests for TCP that the host process has not answered yet. */
enum {
	LISTENERS_ASKS = 64,
	LISTENERS_ASKS_OF_ONE = LISTENERS_ASKS / 2, /* leaves the others some */
};

struct listener {
	struct source source; /* fd -1: no such listener */
	uint32_t number;
	uint32_t protocol;  /* IPPROTO_TCP, IPPROTO_UDP */
	bool open;	    /* it has a guest to lead to */
	bool watched;	    /* the source is in the loop */
	bool resting;	    /* it is, but for no events: it waits for its turn */
	unsigned n_users;   /* its connections or flows */
	unsigned n_asks;    /* its unanswered requests, of TCP; earlier users of its number count */
	unsigned n_waiting; /* datagrams that wait for their flows' sockets */
	struct listener *next; /* in the queue for a turn */
};

struct listeners {
	struct loop *loop;
	int host; /* the channel */
	unsigned n_asks;
	struct listener *first; /* queue for a turn */
	struct listener *last;
	struct listener all[FORWARD_LISTENERS_MAX];
};

void listeners_init(struct listeners *listeners, struct loop *loop, int host);
void listeners_finish(struct listeners *listeners);

/* Takes over fd, for a listener that does not exist yet. Calls ready() when something arrives. */
void listeners_add(struct listeners *listeners, const struct forward_message *message, int fd,
		   void (*ready)(struct source *source, uint32_t events));

/* Sets whether it leads somewhere; if not, it gets no events. 0, or -errno. */
int listeners_open(struct listeners *listeners, struct listener *listener, bool open);

/* Removes it; it must have no users. */
void listeners_remove(struct listeners *listeners, struct listener *listener);

/* Whether another request for TCP may be made now; else the listener waits for its turn. */
bool listeners_may_ask(struct listeners *listeners, struct listener *listener);

/* Requests a socket. 0, or -errno: then there will be no answer. */
int listeners_ask(struct listeners *listeners, struct listener *listener, uint32_t token);

/* The host process answered a request, even if too late: the next listener gets its turn. */
void listeners_answered(struct listeners *listeners, struct listener *listener);

/* Makes it wait for its turn, which comes when a request is answered, or by listeners_turn(). */
void listeners_wait(struct listeners *listeners, struct listener *listener);

/* Gives the one that has waited longest its turn, of those that may ask. */
void listeners_turn(struct listeners *listeners);

/* It had its turn: if it left room for another request, the next one gets its turn. */
void listeners_pass(struct listeners *listeners);
