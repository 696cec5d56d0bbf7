/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP connections to forwarded ports. A client that was accepted waits for a socket to its guest
 * (listener.h), then for that to connect; then bytes are spliced both ways, by a pipe each. The
 * end of one way is passed on, and the other goes on. A side that does not read makes its own
 * connection wait, and no other. What ends without that, because a side reset it or the guest is
 * not there, is reset at the other, too.
 */
#pragma once

#include "listener.h"
#include "loop.h"
#include "pipes.h"
#include "tally.h"
#include "timer.h"

enum {
	STREAMS_MAX = 2048,
	STREAMS_CONNECT_MS = 10000, /* from accepted to connected: three tries of TCP's */
};

struct streams;

/* What goes one way. */
struct stream_way {
	struct pipe_ends pipe;
	size_t held; /* bytes in it */
	bool ended;  /* nothing comes any more */
	bool told;   /* and the receiver knows */
};

struct stream_side {
	struct source source;
	bool watched;	 /* it is in the loop */
	uint32_t events; /* for these */
};

enum stream_state { STREAM_FREE, STREAM_ASKED, STREAM_CONNECTING, STREAM_OPEN };

struct stream {
	struct streams *streams;
	enum stream_state state;
	uint16_t generation; /* of the slot: an answer to a question of before is not for it */
	struct listener *listener;
	struct stream_side client;
	struct stream_side guest;
	struct stream_way up; /* from the client */
	struct stream_way down;
	int64_t deadline; /* to be open (clock.h) */
	struct stream *next_free;
};

struct streams {
	struct loop *loop;
	struct listeners *listeners;
	struct pipes pipes;
	struct timer timer; /* for deadlines, and to try again */
	bool armed;
	unsigned n_opening;
	unsigned n;
	uint64_t n_refused; /* for want of room */
	struct tally refused;
	struct stream *free;
	struct stream all[STREAMS_MAX];
};

/* 0, or -errno. */
int streams_init(struct streams *streams, struct loop *loop, struct listeners *listeners);
void streams_finish(struct streams *streams);

/* Clients have come to the listener. */
void streams_accept(struct streams *streams, struct listener *listener);

/* The host process answered: takes fd; or it is -1, and there is none for that errno (positive). */
void streams_answer(struct streams *streams, uint32_t token, int fd, int error);

/* Resets all that came by the listener. */
void streams_cut(struct streams *streams, const struct listener *listener);
