/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket where emulators connect, each a port of the bridge at once: seqpacket://, a packet a
 * frame.
 */
#pragma once

#include "clients.h"

enum {
	LISTENER_CLIENTS_MAX = 256,
	LISTENER_CLIENTS_PER_USER = 192, /* so that nobody keeps all others out */
};

struct port_listener {
	struct clients clients;
	struct client *places; /* LISTENER_CLIENTS_MAX */
};

/* endpoint is kept by reference; set attach's connect and changed after it. 0, or -errno. */
int port_listener_init(struct port_listener *listener, struct loop *loop, struct batch *batch,
		       struct outbox *outbox, struct queues *queues, struct bridge *bridge,
		       const struct endpoint *endpoint);
void port_listener_finish(struct port_listener *listener);
