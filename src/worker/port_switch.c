// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_switch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge.h"
#include "clock.h"
#include "log.h"
#include "switchsocket.h"

_Static_assert(SWITCH_CLIENTS_MAX == 512 && SWITCH_CLIENTS_PER_USER == 384, "refusal.c says so");

enum {
	SWITCH_HANDSHAKE = 2000, /* ms: a client sends its request at once, in one piece */
	SWITCH_LOOK = 500,	 /* ms between two looks for late ones */
	SWITCH_NAMES = 4,	 /* tries for a name that is free */
	SWITCH_NAME_BITS = 40,	 /* of it that nobody can foretell; ENDPOINT_DIRECTORY_MAX */
};

/* ---- leaving ---- */

static void switch_client_leave(struct switch_client *client)
{
	struct port_switch *home = client->home;

	if (!home)
		return;
	peer_detach(&client->peer);
	if (client->port.bridge) {
		bridge_remove(client->port.bridge, &client->port);
		port_add_counters(&home->gone, &client->port);
		home->n_gone++;
	}
	loop_close(home->attach.loop, &client->handshake);
	if (*client->path)
		unlinkat(AT_FDCWD, client->path, 0);
	client->home = NULL;
}

static void switch_client_lost(struct peer *peer)
{
	struct switch_client *client = container_of(peer, struct switch_client, peer);

	log_debug("%s: left", client->port.name);
	switch_client_leave(client);
}

static void switch_client_note(struct switch_client *client, enum refusal refusal,
			       const char *socket, int error)
{
	struct port_switch *home = client->home;

	refusals_note(&home->refusals, refusal, home->attach.endpoint->locator, &client->user,
		      socket, error);
}

static void switch_client_refuse(struct switch_client *client, enum refusal refusal,
				 const char *socket, int error)
{
	switch_client_note(client, refusal, socket, error);
	switch_client_leave(client);
}

static void switch_client_hang_up(struct port *port)
{
	switch_client_leave(container_of(port, struct switch_client, port));
}

static void switch_client_limit(struct port *port, uint64_t rate)
{
	peer_limit(&container_of(port, struct switch_client, port)->peer, rate);
}

/* ---- joining ---- */

static void switch_client_send(struct port *port, const struct frame *frames, unsigned n)
{
	peer_send(&container_of(port, struct switch_client, port)->peer, frames, n);
}

/* By the first datagram from the name that the client told us. */
static int switch_client_prove(struct peer *peer)
{
	struct switch_client *client = container_of(peer, struct switch_client, peer);
	int ret = switchsocket_prove(peer->data.fd, client->user.uid);

	if (ret == -EPERM)
		switch_client_note(client, REFUSAL_OWNER, "", ret);
	return ret;
}

/*
 * Binds beside ctl, where the client may write as it may to ctl. 0 with *address, or -errno.
 * Others may write there, too: whoever knew the next names could take them all, and keep
 * everybody out.
 */
static int switch_bind(struct switch_client *client, int data, struct sockaddr_un *address)
{
	struct port_switch *home = client->home;
	unsigned number = (unsigned)(client - home->clients);
	int ret = -EADDRINUSE;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	for (unsigned i = 0; i < SWITCH_NAMES && ret == -EADDRINUSE; i++) {
		uint64_t secret = siphash(&home->names, &home->n_names, sizeof(home->n_names));
		int length = snprintf(address->sun_path, sizeof(address->sun_path),
				      "%s/%03u.%010" PRIx64, home->attach.endpoint->path, number,
				      secret >> (64 - SWITCH_NAME_BITS));

		home->n_names++;

		if (length >= (int)sizeof(address->sun_path))
			ret = -ENAMETOOLONG;
		else
			ret = bind(data, (struct sockaddr *)address, sizeof(*address)) < 0 ? -errno
											   : 0;
	}
	return ret;
}

/* Makes the client's socket and tells it where. 0, or -errno. */
static int switch_client_open(struct switch_client *client, const struct handshake *handshake,
			      int *data)
{
	struct sockaddr_un address;
	int ret;

	*data = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*data < 0)
		return -errno;
	fdpass_refuse(*data); /* before anybody knows its name */
	ret = handshake_is_abstract(handshake)
		      ? switchsocket_connect_abstract(*data, handshake->path)
		      : switchsocket_connect(*data, handshake->path,
					     client->home->attach.endpoint->path, client->user.uid);
	if (ret == 0)
		ret = switch_bind(client, *data, &address);
	if (ret < 0)
		return ret;
	memcpy(client->path, address.sun_path, sizeof(client->path));
	if (send(client->handshake.fd, &address, sizeof(address), MSG_NOSIGNAL) != sizeof(address))
		return -EPIPE;
	return 0;
}

static void switch_client_join(struct switch_client *client, const struct handshake *handshake)
{
	struct port_switch *home = client->home;
	int control = client->handshake.fd;
	int data = -1;
	int ret = switch_client_open(client, handshake, &data);

	if (ret < 0) {
		if (data >= 0)
			close(data);
		switch_client_refuse(client,
				     refusal_of_socket(ret, handshake_is_abstract(handshake)),
				     handshake->path, ret);
		return;
	}
	snprintf(client->port.name, sizeof(client->port.name), "%s port %u (pid %d, %s)",
		 home->attach.endpoint->locator, (unsigned)(client - home->clients),
		 client->user.pid, handshake->description);
	snprintf(client->says, sizeof(client->says), "%s", handshake->description);
	loop_remove(home->attach.loop, &client->handshake);
	ret = peer_attach(&client->peer, data, control);
	if (ret == 0 && handshake_is_abstract(handshake))
		client->peer.prove = switch_client_prove;
	if (ret == 0)
		ret = bridge_add(home->bridge, &client->port);
	if (ret < 0) {
		switch_client_refuse(client, refusal_of_socket(ret, false), handshake->path, ret);
		return;
	}
	bridge_note(home->bridge, &client->port, true);
	log_debug("%s: joined", client->port.name);
}

static void switch_handshake_ready(struct source *source, uint32_t events)
{
	struct switch_client *client = container_of(source, struct switch_client, handshake);
	ssize_t n = read(source->fd, client->request + client->size,
			 sizeof(client->request) - client->size);
	struct handshake handshake;
	int ret;

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		switch_client_refuse(client, client->size == 0 ? REFUSAL_SILENT : REFUSAL_REQUEST,
				     "", n < 0 ? -errno : -ECONNRESET);
		return;
	}
	client->size += (unsigned)n;
	ret = handshake_parse(&handshake, client->request, client->size);
	if (ret < 0)
		switch_client_refuse(client, REFUSAL_REQUEST, "", ret);
	else if (ret == 1)
		switch_client_join(client, &handshake);
}

static void switch_look_at_deadlines(struct timer *timer)
{
	struct port_switch *home = container_of(timer, struct port_switch, deadlines);
	uint64_t now = clock_now();
	bool waiting = false;

	for (unsigned i = 0; i < SWITCH_CLIENTS_MAX; i++) {
		struct switch_client *client = &home->clients[i];

		if (!client->home || client->handshake.fd < 0)
			continue;
		if (now >= client->deadline)
			switch_client_refuse(client, REFUSAL_LATE, "", -ETIMEDOUT);
		else
			waiting = true;
	}
	home->looking = waiting;
	if (waiting)
		timer_arm(&home->deadlines, SWITCH_LOOK);
}

/* ---- the door ---- */

/* A free slot for the user; NULL: there is none, or it has its share. */
static struct switch_client *switch_find_slot(const struct port_switch *home, uid_t user)
{
	struct switch_client *free_slot = NULL;
	unsigned theirs = 0;

	for (unsigned i = 0; i < SWITCH_CLIENTS_MAX; i++) {
		if (home->clients[i].home)
			theirs += home->clients[i].user.uid == user;
		else if (!free_slot)
			free_slot = &home->clients[i];
	}
	return theirs < SWITCH_CLIENTS_PER_USER ? free_slot : NULL;
}

static void switch_take(struct door *door, int fd)
{
	struct port_switch *home = container_of(door, struct port_switch, door);
	static const struct port_ops ops = {.send = switch_client_send,
					    .hang_up = switch_client_hang_up,
					    .limit = switch_client_limit};
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t size = sizeof(peer);
	struct switch_client *client = NULL;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
		client = switch_find_slot(home, peer.uid);
	if (!client) {
		refusals_note(&home->refusals, REFUSAL_ROOM, home->attach.endpoint->locator, &peer,
			      "", -ENOSPC);
		close(fd);
		return;
	}
	memset(client, 0, offsetof(struct switch_client, request));
	client->port.ops = &ops;
	client->port.single = true;
	client->path[0] = '\0';
	client->home = home;
	client->user = peer;
	client->port.label = (struct port_label){.kind = "switch",
						 .place = home->attach.endpoint->locator,
						 .says = client->says,
						 .user = &client->user,
						 .queue = &client->peer.queue};
	client->deadline = clock_now() + SWITCH_HANDSHAKE;
	client->handshake = (struct source){.fd = fd, .ready = switch_handshake_ready};
	peer_init(&client->peer, home->attach.loop, home->batch, home->outbox, home->queues,
		  &client->port, switch_client_lost);
	if (loop_add(home->attach.loop, &client->handshake, EPOLLIN) < 0) {
		client->handshake.fd = -1;
		close(fd);
		switch_client_leave(client);
	} else if (!home->looking) { /* never put off: others wait for it too */
		home->looking = true;
		timer_arm(&home->deadlines, SWITCH_LOOK);
	}
}

static void switch_door_waits(struct door *door, int error)
{
	const struct port_switch *home = container_of(door, struct port_switch, door);

	log_warning("%s: a client must wait: %s", home->attach.endpoint->locator, strerror(error));
}

static int switch_opened(struct attach *attach, enum connect_kind kind, const int fds[FDPASS_MAX])
{
	struct port_switch *home = container_of(attach, struct port_switch, attach);
	int ret = kind == CONNECT_LISTENER && fds[0] >= 0 ? 0 : -EPROTO;

	if (ret == 0)
		ret = door_open(&home->door, fds[0]);
	if (ret == 0) {
		attach_done(attach, "open for emulators");
		return 0;
	}
	fdpass_close(fds);
	return ret;
}

int port_switch_init(struct port_switch *home, struct loop *loop, struct batch *batch,
		     struct outbox *outbox, struct queues *queues, struct bridge *bridge,
		     const struct siphash_key *names, const struct endpoint *endpoint)
{
	size_t length = strlen(endpoint->locator);
	int ret;

	*home = (struct port_switch){.door = {.take = switch_take, .waits = switch_door_waits},
				     .batch = batch,
				     .outbox = outbox,
				     .queues = queues,
				     .bridge = bridge};
	/* A key of its own: the names of one switch tell nothing of another's. */
	home->names.words[0] = siphash(names, endpoint->locator, length);
	home->names.words[1] = siphash(names, endpoint->locator, length + 1);
	ret = attach_init(&home->attach, loop, endpoint);
	if (ret == 0)
		ret = timer_init(&home->deadlines, loop, switch_look_at_deadlines);
	if (ret == 0)
		ret = door_init(&home->door, loop);
	home->attach.opened = switch_opened;
	snprintf(home->gone.name, sizeof(home->gone.name), "%s, clients that left",
		 endpoint->locator);
	home->clients = calloc(SWITCH_CLIENTS_MAX, sizeof(*home->clients));
	return ret == 0 && !home->clients ? -ENOMEM : ret;
}

void port_switch_log_counters(const struct port_switch *home)
{
	if (home->n_gone > 0)
		port_log_counters(&home->gone);
	refusals_log_counters(&home->refusals, home->attach.endpoint->locator);
}

void port_switch_finish(struct port_switch *home)
{
	for (unsigned i = 0; home->clients && i < SWITCH_CLIENTS_MAX; i++)
		switch_client_leave(&home->clients[i]);
	free(home->clients);
	home->clients = NULL;
	if (!home->attach.loop)
		return;
	door_finish(&home->door);
	timer_finish(&home->deadlines);
	attach_finish(&home->attach);
}
