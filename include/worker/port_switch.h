/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The built-in VDE switch: serves protocol 3 in a directory (switchdir.h) for up to
 * SWITCH_CLIENTS_MAX libvdeplug clients. Each is a port of the bridge, with its own datagram
 * socket.
 */
#pragma once

#include <sys/socket.h>

#include "clients.h"
#include "handshake.h"
#include "siphash.h"

enum {
	SWITCH_CLIENTS_MAX = 512,
	SWITCH_CLIENTS_PER_USER = 384, /* so that nobody can lock out the others */
};

struct switch_client {
	struct client client;	 /* first, as clients.h requires */
	struct source handshake; /* its control connection, until it has joined */
	char says[sizeof(((struct handshake *)0)->description)]; /* who it says it is */
	uint64_t deadline; /* ms, CLOCK_MONOTONIC: when its request must be complete */
	unsigned size;	   /* bytes of the request so far */
	char request[HANDSHAKE_MAX];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* of our socket; "": none */
};

struct port_switch {
	struct clients clients;
	struct timer deadlines;
	struct siphash_key names; /* for making socket names */
	uint64_t n_names;
	bool looking;		      /* the deadlines timer is running */
	struct switch_client *places; /* SWITCH_CLIENTS_MAX */
};

/*
 * names is a random key, used to make the names of the switch's sockets. Keeps a reference to
 * endpoint; set attach's connect and changed afterwards. 0, or -errno.
 */
int port_switch_init(struct port_switch *home, struct loop *loop, struct batch *batch,
		     struct outbox *outbox, struct queues *queues, struct bridge *bridge,
		     const struct siphash_key *names, const struct endpoint *endpoint);
void port_switch_finish(struct port_switch *home);
