// SPDX-License-Identifier: GPL-2.0-or-later
#include "clients.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"
#include "log.h"
#include "peer_stream.h"

static struct client *clients_at(const struct clients *home, unsigned place)
{
	return (struct client *)((char *)home->places + place * home->stride);
}

unsigned client_place(const struct client *client)
{
	const struct clients *home = client->home;

	return (unsigned)((size_t)((const char *)client - (const char *)home->places) /
			  home->stride);
}

/* ---- leaving ---- */

void client_leave(struct client *client)
{
	struct clients *home = client->home;

	if (!home)
		return;
	peer_detach(&client->peer);
	if (client->port.bridge) {
		bridge_remove(client->port.bridge, &client->port);
		port_add_counters(&home->gone, &client->port);
		home->n_gone++;
	}
	if (home->left)
		home->left(client);
	client->home = NULL;
}

void client_note(struct client *client, enum refusal refusal, const char *socket, int error)
{
	struct clients *home = client->home;

	refusals_note(&home->refusals, refusal, home->attach.endpoint->locator, &client->user,
		      socket, error);
}

void client_refuse(struct client *client, enum refusal refusal, const char *socket, int error)
{
	client_note(client, refusal, socket, error);
	client_leave(client);
}

static void client_lost(struct peer *peer)
{
	struct client *client = container_of(peer, struct client, peer);
	char length[16];

	if (peer->fault == 0) {
		log_debug("%s: left", client->port.name);
		client_leave(client);
		return;
	}
	snprintf(length, sizeof(length), "%u", peer->stream->framing.length);
	client_refuse(client, REFUSAL_LENGTH, length, peer->fault);
}

static void client_hang_up(struct port *port)
{
	client_leave(container_of(port, struct client, port));
}

static void client_limit(struct port *port, uint64_t rate)
{
	peer_limit(&container_of(port, struct client, port)->peer, rate);
}

/* ---- joining ---- */

static void client_send(struct port *port, const struct frame *frames, unsigned n)
{
	peer_send(&container_of(port, struct client, port)->peer, frames, n);
}

int client_join(struct client *client, int data, int control, const char *says)
{
	struct bridge *bridge = client->home->bridge;
	int ret;

	snprintf(client->port.name, sizeof(client->port.name), "%s port %u (pid %d%s%s)",
		 client->port.label.place, client_place(client), client->user.pid, says ? ", " : "",
		 says ? says : "");
	client->port.label.says = says;
	ret = peer_attach(&client->peer, data, control);
	if (ret == 0)
		ret = bridge_add(bridge, &client->port);
	if (ret < 0)
		return ret;
	bridge_note(bridge, &client->port, true);
	log_debug("%s: joined", client->port.name);
	return 0;
}

/* ---- the door ---- */

/* A free slot for the user; NULL: there is none, or the user has its share. */
static struct client *clients_find_place(const struct clients *home, uid_t user)
{
	struct client *free_place = NULL;
	unsigned theirs = 0;

	for (unsigned i = 0; i < home->max; i++) {
		struct client *client = clients_at(home, i);

		if (client->home)
			theirs += client->user.uid == user;
		else if (!free_place)
			free_place = client;
	}
	return theirs < home->max_of_user ? free_place : NULL;
}

static void clients_take(struct door *door, int fd)
{
	static const struct port_ops ops = {
		.send = client_send, .hang_up = client_hang_up, .limit = client_limit};
	struct clients *home = container_of(door, struct clients, door);
	const char *locator = home->attach.endpoint->locator;
	struct ucred user = {.uid = (uid_t)-1};
	socklen_t size = sizeof(user);
	struct client *client = NULL;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &size) == 0)
		client = clients_find_place(home, user.uid);
	if (!client) {
		refusals_note(&home->refusals, REFUSAL_ROOM, locator, &user, "", -ENOSPC);
		close(fd);
		return;
	}
	memset(client, 0, sizeof(*client));
	client->port.ops = &ops;
	client->port.single = true;
	client->home = home;
	client->user = user;
	client->port.label = (struct port_label){.kind = home->kind,
						 .place = locator,
						 .user = &client->user,
						 .queue = &client->peer.queue};
	peer_init(&client->peer, home->attach.loop, home->batch, home->outbox, home->queues,
		  &client->port, client_lost);
	home->came(client, fd);
}

static void clients_wait(struct door *door, int error)
{
	const struct clients *home = container_of(door, struct clients, door);

	log_warning("%s: cannot accept a client now: %s; trying again",
		    home->attach.endpoint->locator, strerror(error));
}

static int clients_opened(struct attach *attach, enum connect_kind kind, const int fds[FDPASS_MAX])
{
	struct clients *home = container_of(attach, struct clients, attach);

	return attach_open_door(attach, &home->door, kind, fds, "open for emulators");
}

int clients_init(struct clients *home, struct loop *loop, const struct endpoint *endpoint)
{
	int ret;

	*home = (struct clients){.door = {.take = clients_take, .waits = clients_wait}};
	ret = attach_init(&home->attach, loop, endpoint);
	if (ret == 0)
		ret = door_init(&home->door, loop);
	home->attach.opened = clients_opened;
	snprintf(home->gone.name, sizeof(home->gone.name), "%s, clients that left",
		 endpoint->locator);
	return ret;
}

void clients_log_counters(const struct clients *home)
{
	if (home->n_gone > 0)
		port_log_counters(&home->gone);
	refusals_log_counters(&home->refusals, home->attach.endpoint->locator);
}

void clients_finish(struct clients *home)
{
	for (unsigned i = 0; home->places && i < home->max; i++)
		client_leave(clients_at(home, i));
	if (!home->attach.loop)
		return;
	door_finish(&home->door);
	attach_finish(&home->attach);
}
