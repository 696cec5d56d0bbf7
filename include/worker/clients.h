/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An endpoint that listens, and its clients, each a port of the bridge. It limits the number of
 * clients, in total and per user, so that nobody can lock out the others; says why one was refused;
 * and keeps the counters of clients that left.
 */
#pragma once

#include <stddef.h>
#include <sys/socket.h>

#include "attach.h"
#include "door.h"
#include "peer.h"
#include "port.h"
#include "refusal.h"

struct clients;

struct client {
	struct port port;
	struct peer peer;     /* once attached */
	struct clients *home; /* NULL: the slot is free */
	struct ucred user;    /* who connected */
};

struct clients {
	/* Set by the owner, after clients_init(). */
	struct batch *batch;
	struct outbox *outbox;
	struct queues *queues;
	struct bridge *bridge;
	const char *kind;     /* of their ports (port.h) */
	unsigned max;	      /* clients, */
	unsigned max_of_user; /* and those per user */
	/* max zeroed objects of the owner, each starting with a struct client */
	struct client *places;
	size_t stride; /* bytes of such an object */
	/* A client got a slot; fd is its connection, which the owner now owns. */
	void (*came)(struct client *client, int fd);
	/* The client left; free what the owner keeps for it. NULL: nothing. */
	void (*left)(struct client *client);

	struct attach attach;
	struct door door;
	struct refusals refusals;
	uint64_t n_gone;
	struct port gone; /* sum of the counters of clients that left */
};

/* Keeps a reference to endpoint. Set attach's connect and changed afterwards. 0, or -errno. */
int clients_init(struct clients *home, struct loop *loop, const struct endpoint *endpoint);
void clients_finish(struct clients *home);

/* Its index in places. */
unsigned client_place(const struct client *client);

/*
 * Makes it a port, with its sockets (peer_attach()). says: who it says it is, or NULL; kept by
 * reference. 0, or -errno: the caller must refuse it.
 */
int client_join(struct client *client, int data, int control, const char *says);

/* Frees its port, its sockets and its slot. Does nothing if it is not there. */
void client_leave(struct client *client);

/* Counts and logs a refusal (refusal.h); client_refuse() also removes the client. */
void client_note(struct client *client, enum refusal refusal, const char *socket, int error);
void client_refuse(struct client *client, enum refusal refusal, const char *socket, int error);

/* Logs the counters of clients that left, and how many were refused; nothing if there are none. */
void clients_log_counters(const struct clients *home);
