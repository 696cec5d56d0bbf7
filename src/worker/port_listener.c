// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_listener.h"

#include <errno.h>
#include <stdlib.h>

/* Who it is, the kernel has said; it has no more to say before its first frame. */
static void listener_client_came(struct client *client, int fd)
{
	int ret = client_join(client, fd, -1, NULL);

	if (ret < 0)
		client_refuse(client, refusal_of_socket(ret, false), "", ret);
}

int port_listener_init(struct port_listener *listener, struct loop *loop, struct batch *batch,
		       struct outbox *outbox, struct queues *queues, struct bridge *bridge,
		       const struct endpoint *endpoint)
{
	struct clients *clients = &listener->clients;
	int ret = clients_init(clients, loop, endpoint);

	listener->places = calloc(LISTENER_CLIENTS_MAX, sizeof(*listener->places));
	clients->batch = batch;
	clients->outbox = outbox;
	clients->queues = queues;
	clients->bridge = bridge;
	clients->kind = "seqpacket";
	clients->max = LISTENER_CLIENTS_MAX;
	clients->max_of_user = LISTENER_CLIENTS_PER_USER;
	clients->places = listener->places;
	clients->stride = sizeof(*listener->places);
	clients->came = listener_client_came;
	return ret == 0 && !listener->places ? -ENOMEM : ret;
}

void port_listener_finish(struct port_listener *listener)
{
	clients_finish(&listener->clients);
	free(listener->places);
	listener->places = NULL;
	listener->clients.places = NULL;
}
