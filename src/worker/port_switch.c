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

enum {
	SWITCH_HANDSHAKE = 2000, /* ms; a client sends its request at once and in one piece */
	SWITCH_LOOK = 500,	 /* ms between two checks for late ones */
	SWITCH_NAMES = 4,	 /* attempts to find a free name */
	SWITCH_NAME_BITS = 40,	 /* unpredictable bits of the name; see ENDPOINT_DIRECTORY_MAX */
};

static struct switch_client *switch_client_of(struct client *client)
{
	return container_of(client, struct switch_client, client);
}

static struct port_switch *switch_home(const struct switch_client *client)
{
	return container_of(client->client.home, struct port_switch, clients);
}

static void switch_client_left(struct client *left)
{
	struct switch_client *client = switch_client_of(left);

	loop_close(left->home->attach.loop, &client->handshake);
	if (*client->path)
		unlinkat(AT_FDCWD, client->path, 0);
}

/* ---- joining ---- */

/* By the first datagram from the name that the client gave. */
static int switch_client_prove(struct peer *peer)
{
	struct client *client = container_of(peer, struct client, peer);
	int ret = switchsocket_prove(peer->data.fd, client->user.uid);

	if (ret == -EPERM)
		client_note(client, REFUSAL_OWNER, "", ret);
	return ret;
}

/*
 * Binds beside ctl, where the client can write as to ctl. 0 with *address, or -errno. Others can
 * write there, too: with predictable names, one could take them all and lock everybody out.
 */
static int switch_bind(struct switch_client *client, int data, struct sockaddr_un *address)
{
	struct port_switch *home = switch_home(client);
	unsigned number = client_place(&client->client);
	int ret = -EADDRINUSE;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	for (unsigned i = 0; i < SWITCH_NAMES && ret == -EADDRINUSE; i++) {
		uint64_t secret = siphash(&home->names, &home->n_names, sizeof(home->n_names));
		int length = snprintf(address->sun_path, sizeof(address->sun_path),
				      "%s/%03u.%010" PRIx64, home->clients.attach.endpoint->path,
				      number, secret >> (64 - SWITCH_NAME_BITS));

		home->n_names++;

		if (length >= (int)sizeof(address->sun_path))
			ret = -ENAMETOOLONG;
		else
			ret = bind(data, (struct sockaddr *)address, sizeof(*address)) < 0 ? -errno
											   : 0;
	}
	return ret;
}

/* Makes the client's socket and tells the client its address. 0, or -errno. */
static int switch_client_open(struct switch_client *client, const struct handshake *handshake,
			      int *data)
{
	const struct client *who = &client->client;
	struct sockaddr_un address;
	int ret;

	*data = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*data < 0)
		return -errno;
	fdpass_refuse(*data); /* before anybody knows its name */
	ret = handshake_is_abstract(handshake)
		      ? switchsocket_connect_abstract(*data, handshake->path)
		      : switchsocket_connect(*data, handshake->path,
					     who->home->attach.endpoint->path, who->user.uid);
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
	struct client *who = &client->client;
	int control = client->handshake.fd;
	int data = -1;
	int ret = switch_client_open(client, handshake, &data);

	if (ret < 0) {
		if (data >= 0)
			close(data);
		client_refuse(who, refusal_of_socket(ret, handshake_is_abstract(handshake)),
			      handshake->path, ret);
		return;
	}
	snprintf(client->says, sizeof(client->says), "%s", handshake->description);
	loop_remove(who->home->attach.loop, &client->handshake);
	ret = client_join(who, data, control, client->says);
	if (ret < 0)
		client_refuse(who, refusal_of_socket(ret, false), handshake->path, ret);
	else if (handshake_is_abstract(handshake))
		who->peer.prove = switch_client_prove;
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
		client_refuse(&client->client, client->size == 0 ? REFUSAL_SILENT : REFUSAL_REQUEST,
			      "", n < 0 ? -errno : -ECONNRESET);
		return;
	}
	client->size += (unsigned)n;
	ret = handshake_parse(&handshake, client->request, client->size);
	if (ret < 0)
		client_refuse(&client->client, REFUSAL_REQUEST, "", ret);
	else if (ret == 1)
		switch_client_join(client, &handshake);
}

static void switch_look_at_deadlines(struct timer *timer)
{
	struct port_switch *home = container_of(timer, struct port_switch, deadlines);
	uint64_t now = clock_now();
	bool waiting = false;

	for (unsigned i = 0; i < SWITCH_CLIENTS_MAX; i++) {
		struct switch_client *client = &home->places[i];

		if (!client->client.home || client->handshake.fd < 0)
			continue;
		if (now >= client->deadline)
			client_refuse(&client->client, REFUSAL_LATE, "", -ETIMEDOUT);
		else
			waiting = true;
	}
	home->looking = waiting;
	if (waiting)
		timer_arm(&home->deadlines, SWITCH_LOOK);
}

static void switch_client_came(struct client *came, int fd)
{
	struct switch_client *client = switch_client_of(came);
	struct port_switch *home = switch_home(client);
	struct loop *loop = came->home->attach.loop;

	client->size = 0;
	client->path[0] = '\0';
	client->deadline = clock_now() + SWITCH_HANDSHAKE;
	client->handshake = (struct source){.fd = fd, .ready = switch_handshake_ready};
	if (loop_add(loop, &client->handshake, EPOLLIN) < 0) {
		client->handshake.fd = -1;
		close(fd);
		client_leave(came);
	} else if (!home->looking) { /* never postponed: others are waiting for it, too */
		home->looking = true;
		timer_arm(&home->deadlines, SWITCH_LOOK);
	}
}

int port_switch_init(struct port_switch *home, struct loop *loop, struct batch *batch,
		     struct outbox *outbox, struct queues *queues, struct bridge *bridge,
		     const struct siphash_key *names, const struct endpoint *endpoint)
{
	struct clients *clients = &home->clients;
	size_t length = strlen(endpoint->locator);
	int ret;

	*home = (struct port_switch){.looking = false};
	/* Its own key: one switch's names tell nothing about another's. */
	home->names.words[0] = siphash(names, endpoint->locator, length);
	home->names.words[1] = siphash(names, endpoint->locator, length + 1);
	ret = clients_init(clients, loop, endpoint);
	if (ret == 0)
		ret = timer_init(&home->deadlines, loop, switch_look_at_deadlines);
	home->places = calloc(SWITCH_CLIENTS_MAX, sizeof(*home->places));
	clients->batch = batch;
	clients->outbox = outbox;
	clients->queues = queues;
	clients->bridge = bridge;
	clients->kind = "switch";
	clients->max = SWITCH_CLIENTS_MAX;
	clients->max_of_user = SWITCH_CLIENTS_PER_USER;
	clients->places = (struct client *)home->places;
	clients->stride = sizeof(*home->places);
	clients->came = switch_client_came;
	clients->left = switch_client_left;
	return ret == 0 && !home->places ? -ENOMEM : ret;
}

void port_switch_finish(struct port_switch *home)
{
	bool begun = home->clients.attach.loop;

	clients_finish(&home->clients);
	free(home->places);
	home->places = NULL;
	home->clients.places = NULL;
	if (begun)
		timer_finish(&home->deadlines);
}
