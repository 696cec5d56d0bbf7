/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port of the host that is forwarded: a socket that listens or takes datagrams, which the host
 * process made; and who asks the host process for sockets, in turn: so many questions at a time,
 * and a listener that has another one waits until one is answered, with all that has come to it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "forward_message.h"
#include "loop.h"

enum { LISTENERS_ASKS = 64 }; /* questions that the host process has not answered yet */

struct listener {
	struct source source; /* fd -1: there is no such listener */
	uint32_t number;
	uint32_t protocol;     /* IPPROTO_TCP, IPPROTO_UDP */
	bool open;	       /* it leads somewhere */
	bool watched;	       /* the source is in the loop */
	bool resting;	       /* it is, but nothing is heard of it: it waits for its turn */
	bool held;	       /* nor may it have its turn yet: see listeners_hold() */
	unsigned n_users;      /* connections or flows of it */
	struct listener *next; /* that waits for its turn */
};

struct listeners {
	struct loop *loop;
	int host; /* the channel */
	unsigned n_asks;
	struct listener *first; /* of those that wait */
	struct listener *last;
	struct listener all[FORWARD_LISTENERS_MAX];
};

void listeners_init(struct listeners *listeners, struct loop *loop, int host);
void listeners_finish(struct listeners *listeners);

/* Takes fd, for a listener that is not there yet; ready() is called when something comes. */
void listeners_add(struct listeners *listeners, const struct forward_message *message, int fd,
		   void (*ready)(struct source *source, uint32_t events));

/* It leads somewhere, or nowhere: then nothing is heard of it. 0, or -errno. */
int listeners_open(struct listeners *listeners, struct listener *listener, bool open);

/* Forgets it; it has no users any more. */
void listeners_remove(struct listeners *listeners, struct listener *listener);

/* Whether another question may be asked now; else the listener waits for its turn. */
bool listeners_may_ask(struct listeners *listeners, struct listener *listener);

/* Asks for a socket. 0, or -errno: then there is no answer. */
int listeners_ask(struct listeners *listeners, const struct listener *listener, uint32_t token);

/* The host process answered a question, be it too late: whoever waits has its turn. */
void listeners_answered(struct listeners *listeners);

/* Nothing is heard of it until listeners_release(). */
void listeners_hold(struct listeners *listeners, struct listener *listener);
void listeners_release(struct listeners *listeners, struct listener *listener);

/* It waits for its turn: when a question is answered, or by listeners_turn(). */
void listeners_wait(struct listeners *listeners, struct listener *listener);

/* The one that waits longest has its turn. */
void listeners_turn(struct listeners *listeners);
