// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_listener.h"

#include <errno.h>
#include <stdlib.h>

#include "bridge.h"
#include "clock.h"
#include "log.h"
#include "receivers.h"
#include "stripped.h"

/* The memory of a slot is only touched by partial frames. */
static void listener_make_stream(struct port_listener *listener, struct listener_client *client)
{
	uint32_t room = listener->streams->room;
	uint8_t *memory =
		listener->memory + (size_t)client_place(&client->client) * 2 * (size_t)room;

	client->stream = (struct peer_stream){
		.streams = listener->streams, .in = memory, .out = memory + room};
	client->client.peer.stream = &client->stream;
}

static struct port_listener *listener_of(struct peer *peer)
{
	return container_of(container_of(peer, struct client, peer)->home, struct port_listener,
			    clients);
}

static struct receivers *listener_receivers(struct peer *peer)
{
	return &listener_of(peer)->receivers[client_place(container_of(peer, struct client, peer))];
}

static void listener_restore(struct peer *peer, struct frame *frames, unsigned n)
{
	const struct bridge *bridge = peer->port->bridge;

	for (unsigned i = 0; i < n; i++)
		stripped_restore(&frames[i], bridge->mtu, listener_receivers(peer), bridge->now);
}

/* Super-frames carry payload, so they tell no sizes. */
static void listener_hear(struct peer *peer, const struct frame *frames, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (frames[i].vnet.gso_type == VIRTIO_NET_HDR_GSO_NONE)
			receivers_learn(listener_receivers(peer), &frames[i],
					peer->port->bridge->now);
	}
}

/*
 * A receiver silently drops a frame without its checksum. We check one per batch: a guest that
 * sends such frames starts with a few. At full speed this costs 14 ns a batch.
 */
static void listener_suspect(struct peer *peer, struct frame *frames, unsigned n)
{
	struct listener_client *client = container_of(peer, struct listener_client, client.peer);

	(void)n;
	if (client->lacks_checksums ||
	    !stripped_lacks_checksum(&frames[0], peer->port->bridge->mtu))
		return;
	client->lacks_checksums = true;
	if (notice_take(&listener_of(peer)->unsummed, clock_now()))
		log_warning("%s: frames arrive without checksums, so their receivers drop them; if "
			    "the emulator leaves offloads to others, as libkrun does, append "
			    "[offload=on] to the endpoint's path",
			    peer->port->name);
}

/* The kernel has told who it is; it need not send anything before its first frame. */
static void listener_client_came(struct client *came, int fd)
{
	struct listener_client *client = container_of(came, struct listener_client, client);
	struct port_listener *listener = container_of(came->home, struct port_listener, clients);
	bool offload = came->home->attach.endpoint->offload;
	int ret;

	if (listener->streams)
		listener_make_stream(listener, client);
	client->lacks_checksums = false;
	came->port.offload = offload ? PORT_OFFLOAD_ON : PORT_OFFLOAD_OFF;
	came->peer.look = offload ? listener_restore : listener_suspect;
	came->peer.hear = offload ? listener_hear : NULL;
	if (offload)
		receivers_init(listener_receivers(&came->peer), &came->home->queues->key);
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
	if (listener->clients.attach.endpoint->offload)
		listener->receivers = calloc(LISTENER_CLIENTS_MAX, sizeof(*listener->receivers));
	return listener->places && (listener->memory || !listener->streams) &&
			       (listener->receivers || !listener->clients.attach.endpoint->offload)
		       ? 0
		       : -ENOMEM;
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
		ret = peer_streams_init(streams, batch->room);
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
	free(listener->receivers);
	listener->places = NULL;
	listener->memory = NULL;
	listener->receivers = NULL;
	listener->clients.places = NULL;
}
