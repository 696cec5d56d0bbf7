// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_listener.h"

#include <errno.h>
#include <stdlib.h>

/* The memory of a place is touched by frames that are cut, and not before. */
static void listener_make_stream(struct port_listener *listener, struct listener_client *client)
{
	uint32_t room = listener->streams->room;
	uint8_t *memory =
		listener->memory + (size_t)client_place(&client->client) * 2 * (size_t)room;

	client->stream = (struct peer_stream){
		.streams = listener->streams, .in = memory, .out = memory + room};
	client->client.peer.stream = &client->stream;
}

/* Who it is, the kernel has said; it has no more to say before its first frame. */
static void listener_client_came(struct client *came, int fd)
{
	struct listener_client *client = container_of(came, struct listener_client, client);
	struct port_listener *listener = container_of(came->home, struct port_listener, clients);
	int ret;

	if (listener->streams)
		listener_make_stream(listener, client);
	ret = client_join(came, fd, -1, NULL);
	if (ret < 0)
		client_refuse(came, refusal_of_socket(ret, false), "", ret);
}

static int listener_allocate(struct port_listener *listener)
{
	listener->places = calloc(LISTENER_CLIENTS_MAX, sizeof(*listener->places));
	if (listener->streams)
		listener->memory =
			calloc(LISTENER_CLIENTS_MAX, 2 * (size_t)listener->streams->room);
	return listener->places && (listener->memory || !listener->streams) ? 0 : -ENOMEM;
}

int port_listener_init(struct port_listener *listener, struct loop *loop, struct batch *batch,
		       struct outbox *outbox, struct queues *queues, struct peer_streams *streams,
		       struct bridge *bridge, const struct endpoint *endpoint)
{
	struct clients *clients = &listener->clients;
	bool is_stream = endpoint->kind == ENDPOINT_STREAM;
	int ret = clients_init(clients, loop, endpoint);

	listener->streams = is_stream ? streams : NULL;
	if (is_stream && ret == 0 && !streams->memory)
		ret = peer_streams_init(streams, batch->mtu);
	if (ret == 0)
		ret = listener_allocate(listener);
	clients->batch = batch;
	clients->outbox = outbox;
	clients->queues = queues;
	clients->bridge = bridge;
	clients->kind = is_stream ? "stream" : "seqpacket";
	clients->max = LISTENER_CLIENTS_MAX;
	clients->max_of_user = LISTENER_CLIENTS_PER_USER;
	clients->places = (struct client *)listener->places;
	clients->stride = sizeof(*listener->places);
	clients->came = listener_client_came;
	return ret;
}

void port_listener_finish(struct port_listener *listener)
{
	clients_finish(&listener->clients);
	free(listener->places);
	free(listener->memory);
	listener->places = NULL;
	listener->memory = NULL;
	listener->clients.places = NULL;
}
