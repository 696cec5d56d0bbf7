/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of the control socket: what it sends, one command at a time, and what it is sent. A
 * long answer is written item by item, as the client reads it; events wait until the answer under
 * way is whole. Who does not read loses the connection, not an event.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "jsonread.h"
#include "jsonwrite.h"
#include "loop.h"
#include "qmpframe.h"

enum {
	/* The longest item, a port: 128 addresses of both kinds, 20 reasons, and texts. */
	CONTROL_CLIENT_OUT = 16 << 10,
	CONTROL_CLIENT_EVENTS = 16 << 10, /* bytes: 80 events that wait */
	CONTROL_CLIENT_COPY = 4 << 10,
	CONTROL_CLIENT_GREETING = 60000, /* ms until the client has said qmp_capabilities */
	CONTROL_CLIENT_HALF = 10000,	 /* ms from the first byte of a command to its last */
	CONTROL_CLIENT_STUCK = 30000,	 /* ms that the client may leave unread what waits for it */
};

struct control;
struct control_client;

/*
 * Writes an item of a list, from client->at on, and where the next begins into client->next.
 * False: there is none any more.
 */
typedef bool control_item(struct control_client *client, struct jsonwrite *writer);

struct control_client {
	struct control *control; /* NULL: the place is free */
	struct source source;
	struct ucred user;
	bool changes;	/* it may change something */
	bool greeted;	/* it has said qmp_capabilities */
	bool over;	/* it sends nothing more */
	bool ending;	/* it is hung up on, once it has what waits for it */
	bool busy;	/* a turn of its own is under way */
	bool held;	/* its command is run again when the host process may be asked again */
	uint32_t token; /* of what it waits for from the host process; 0: nothing */
	int64_t half;	/* ms, CLOCK_MONOTONIC: until when a command must be whole; 0: none is begun
			 */
	int64_t stuck;	/* until when it must have read some of what waits; 0: nothing does */
	control_item *item; /* of the list under way; NULL: none is */
	bool comma;
	uint64_t at;
	uint64_t next;
	int copy; /* of the host process's, which is being read (control_copy.h); or -1 */
	control_item *copied; /* what a line of it is in an answer */
	unsigned n_copy_bytes;
	unsigned n_sent;
	unsigned n_out;
	unsigned n_events;
	char id[JSONREAD_ID_MAX]; /* of the command that is being answered */
	char copy_bytes[CONTROL_CLIENT_COPY];
	char out[CONTROL_CLIENT_OUT];
	char events[CONTROL_CLIENT_EVENTS];
	struct qmpframe frame; /* the last: it is not zeroed as a whole */
};

/* Takes over the connection fd of that user, in a free place, and greets. 0, or -errno. */
int control_client_join(struct control_client *client, struct control *control, int fd,
			const struct ucred *user, bool changes);

/* Hangs up. Takes a free place, too. */
void control_client_leave(struct control_client *client);

/* In its next turn it goes on: to be called when what it waits for is there. */
void control_client_wake(struct control_client *client);

/* Runs a command again that was held, in its next turn. Takes a free place, too. */
void control_client_retry(struct control_client *client);

/* Sends an event, written by writer to its end; one that it cannot keep ends it. */
void control_client_tell(struct control_client *client, const char *event, size_t size);

/* Whether it has had its time. */
bool control_client_is_late(const struct control_client *client, int64_t now);

/* ---- answers, one a command ---- */

/* Begins and ends an answer that is one value. */
struct jsonwrite control_client_begin(struct control_client *client);
void control_client_end(struct control_client *client, const struct jsonwrite *writer);

/* It was done, and there is nothing to tell. */
void control_client_done(struct control_client *client);

/* It was not done. class: "GenericError", "CommandNotFound", "CommandNotAllowed". */
void control_client_fail(struct control_client *client, const char *class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Answers with a list. */
void control_client_list(struct control_client *client, control_item *item);
