/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP connections to forwarded ports. An accepted client waits for a socket to its guest
 * (listener.h), then for that to connect; then bytes are spliced both ways, through a pipe each.
 * End of file in one direction is passed on, and the other direction continues. A side that does
 * not read only delays its own connection. If a connection breaks, because a side reset it or the
 * guest is not there, the other side is reset, too.
 */
#pragma once

#include "listener.h"
#include "loop.h"
#include "pipes.h"
#include "tally.h"
#include "timer.h"

enum {
	STREAMS_MAX = 2048,
	STREAMS_CONNECT_MS = 10000, /* from accept to connected: three attempts by TCP */
};

struct streams;

/* One direction. */
struct stream_way {
	struct pipe_ends pipe;
	size_t held; /* bytes in the pipe */
	bool ended;  /* end of file was read */
	bool told;   /* and passed to the receiver */
};

struct stream_side {
	struct source source;
	bool watched;	 /* it is in the loop */
	uint32_t events; /* the events watched for */
};

enum stream_state { STREAM_FREE, STREAM_ASKED, STREAM_CONNECTING, STREAM_OPEN };

struct stream {
	struct streams *streams;
	enum stream_state state;
	uint16_t generation; /* of the slot; answers to requests of an earlier one are ignored */
	struct listener *listener;
	struct stream_side client;
	struct stream_side guest;
	struct stream_way up; /* from the client */
	struct stream_way down;
	int64_t deadline; /* for connecting (clock.h) */
	struct stream *next_free;
};

struct streams {
	struct loop *loop;
	struct listeners *listeners;
	struct pipes pipes;
	struct timer timer; /* for deadlines and retries */
	bool armed;
	unsigned n_opening;
	unsigned n;
	uint64_t n_refused; /* for lack of room */
	struct tally refused;
	struct stream *free;
	struct stream all[STREAMS_MAX];
};

/* 0, or -errno. */
int streams_init(struct streams *streams, struct loop *loop, struct listeners *listeners);
void streams_finish(struct streams *streams);

/* Clients have come to the listener. */
void streams_accept(struct streams *streams, struct listener *listener);

/*
 * The host process answered. Takes fd, or -1 if there is none, because of the errno error
 * (positive).
 */
void streams_answer(struct streams *streams, uint32_t token, int fd, int error);

/* Resets all connections of the listener. */
void streams_cut(struct streams *streams, const struct listener *listener);
