/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of the control socket: what it sends, one command at a time, and what it is sent. A long
 * answer is written item by item, as the client reads it; events wait until the current answer is
 * complete. A client that does not read loses its connection, never just an event. One that reads
 * keeps it, even if all ports connect while it is being sent a list of them; if far more events
 * come meanwhile, it gets the whole list first.
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
	/*
	 * The longest item, a port: 128 addresses of both families, 20 drop reasons, and strings.
	 */
	CONTROL_CLIENT_OUT = 16 << 10,
	/* bytes: the longest error and id. Events leave that much room for an answer. */
	CONTROL_CLIENT_ANSWER = 4 << 10,
	CONTROL_CLIENT_EVENT = 4 << 10,	   /* bytes, at most */
	CONTROL_CLIENT_EVENTS = 128 << 10, /* bytes: 640 pending events; memory only if used */
	CONTROL_CLIENT_COPY = 4 << 10,
	CONTROL_CLIENT_GREETING = 60000, /* ms for the client to send qmp_capabilities */
	CONTROL_CLIENT_HALF = 10000,	 /* ms from the first byte of a command to its last */
	CONTROL_CLIENT_STUCK = 30000,	 /* ms that the client may leave its output unread */
};

struct control;
struct control_client;

/*
 * Writes the item of a list at client->at, and stores where the next one begins in client->next.
 * Returns false if there are no more.
 */
typedef bool control_item(struct control_client *client, struct jsonwrite *writer);

struct control_client {
	struct control *control; /* NULL: the slot is free */
	struct source source;
	struct ucred user;
	bool changes;	/* it may make changes */
	bool greeted;	/* it has sent qmp_capabilities */
	bool over;	/* it will send nothing more */
	bool ending;	/* to be disconnected once its output is sent */
	bool busy;	/* a turn of its own is in progress */
	bool held;	/* its command is retried when the host process may be asked again */
	bool woken;	/* a turn of its own is to come, whatever else it waits for */
	uint32_t token; /* of its request to the host process; 0: none */
	/* ms, CLOCK_MONOTONIC: deadline for a complete command; 0: none has begun */
	int64_t half;
	int64_t stuck;	    /* deadline for reading some of its output; 0: there is none */
	control_item *item; /* of the current list; NULL: none */
	bool comma;
	uint64_t at;
	uint64_t next;
	int copy;	      /* a copy from the host process being read (control_copy.h); or -1 */
	control_item *copied; /* writes a line of it into the answer */
	unsigned n_copy_bytes;
	unsigned n_sent;
	unsigned n_out;
	unsigned n_events;
	char id[JSONREAD_ID_MAX]; /* of the command being answered */
	char copy_bytes[CONTROL_CLIENT_COPY];
	char out[CONTROL_CLIENT_OUT];
	char events[CONTROL_CLIENT_EVENTS];
	struct qmpframe frame; /* last, because it is not zeroed with the rest */
};

/*
 * Takes over the connection fd of that user, in a free slot, and sends the greeting. 0, or -errno.
 */
int control_client_join(struct control_client *client, struct control *control, int fd,
			const struct ucred *user, bool changes);

/* Disconnects it. Does nothing for a free slot. */
void control_client_leave(struct control_client *client);

/* It continues in its next turn. Call it when what it waits for has arrived. */
void control_client_wake(struct control_client *client);

/* Runs a held command again, in the client's next turn. Does nothing for a free slot. */
void control_client_retry(struct control_client *client);

/*
 * Sends an event, size bytes of text: whole lines of at most CONTROL_CLIENT_EVENT bytes each.
 * Disconnects the client if it does not fit.
 */
void control_client_tell(struct control_client *client, const char *event, size_t size);

/* Whether a deadline has passed. */
bool control_client_is_late(const struct control_client *client, int64_t now);

/* ---- answers, one per command ---- */

/* Begins and ends an answer that is a single value. */
struct jsonwrite control_client_begin(struct control_client *client);
void control_client_end(struct control_client *client, const struct jsonwrite *writer);

/* Answers that the command succeeded, with nothing to return. */
void control_client_done(struct control_client *client);

/* Answers with an error. class: "GenericError", "CommandNotFound", "CommandNotAllowed". */
void control_client_fail(struct control_client *client, const char *class, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Answers with a list. */
void control_client_list(struct control_client *client, control_item *item);
