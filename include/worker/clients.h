/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An endpoint that listens, and its clients: each is a port of the bridge. How many may come in,
 * and how many of one user, so that nobody keeps all others out; who is sent away, and why; and
 * what those that left had counted.
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
	struct peer peer;     /* once it is attached */
	struct clients *home; /* NULL: the place is free */
	struct ucred user;    /* who connected */
};

struct clients {
	/* What the owner sets, after clients_init(). */
	struct batch *batch;
	struct outbox *outbox;
	struct queues *queues;
	struct bridge *bridge;
	const char *kind;      /* of the ports (port.h) */
	unsigned max;	       /* clients, */
	unsigned max_of_user;  /* and those of one user */
	struct client *places; /* max objects of the owner, zeroed, each of which begins with one */
	size_t stride;	       /* bytes of such an object */
	/* One has a place, and fd is its connection, which is the owner's now. */
	void (*came)(struct client *client, int fd);
	/* It is gone; what the owner has of it goes, too. NULL: it has nothing. */
	void (*left)(struct client *client);

	struct attach attach;
	struct door door;
	struct refusals refusals;
	uint64_t n_gone;
	struct port gone; /* counts what the clients that left had */
};

/* endpoint is kept by reference; set attach's connect and changed after it. 0, or -errno. */
int clients_init(struct clients *home, struct loop *loop, const struct endpoint *endpoint);
void clients_finish(struct clients *home);

/* Which of the objects it is. */
unsigned client_place(const struct client *client);

/*
 * It is a port from now on, by its sockets (peer_attach()). says: who it says it is, or NULL; kept
 * by reference. 0, or -errno: then it is the caller's to refuse.
 */
int client_join(struct client *client, int data, int control, const char *says);

/* Its port, its sockets and its place are free. One that is not there is fine. */
void client_leave(struct client *client);

/* Counts and tells a refusal (refusal.h); the second has it leave, too. */
void client_note(struct client *client, enum refusal refusal, const char *socket, int error);
void client_refuse(struct client *client, enum refusal refusal, const char *socket, int error);

/* Writes the counters of the clients that left, and how many were refused; none if there are none.
 */
void clients_log_counters(const struct clients *home);
