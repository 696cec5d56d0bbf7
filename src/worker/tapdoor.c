// SPDX-License-Identifier: GPL-2.0-or-later
#include "tapdoor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "fdpass.h"
#include "log.h"

static void tapdoor_leave(struct tapdoor_client *client)
{
	loop_close(client->home->attach.loop, &client->source);
	client->asks = false;
}

/* The answer is all it gets. */
static void tapdoor_refuse(struct tapdoor_client *client, int error, const char *why)
{
	struct tap_answer answer;

	tap_answer_refuse(&answer, error, why);
	tap_answer_send(client->source.fd, &answer, NULL, 0);
	tapdoor_leave(client);
}

/* The client that came first, of those that have asked or of those that have not; NULL: none. */
static struct tapdoor_client *tapdoor_first(struct tapdoor *door, bool asks)
{
	struct tapdoor_client *first = NULL;

	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++) {
		struct tapdoor_client *client = &door->clients[i];

		if (client->source.fd >= 0 && client->asks == asks &&
		    (!first || client->number < first->number))
			first = client;
	}
	return first;
}

/* Of those that have asked, the first whose user was not served last; else the first. */
static struct tapdoor_client *tapdoor_next(struct tapdoor *door)
{
	struct tapdoor_client *next = NULL;

	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++) {
		struct tapdoor_client *client = &door->clients[i];

		if (client->source.fd >= 0 && client->asks && client->uid != door->served &&
		    (!next || client->number < next->number))
			next = client;
	}
	return next ? next : tapdoor_first(door, true);
}

/* Never postponed: others are waiting for it, too. */
static void tapdoor_look_soon(struct tapdoor *door)
{
	if (door->looking)
		return;
	door->looking = true;
	timer_arm(&door->timer, TAPDOOR_LOOK);
}

void tapdoor_serve(struct tapdoor *door)
{
	struct tapdoor_client *client;

	while ((client = tapdoor_next(door)) && door->may_ask(door) &&
	       ratelimit_take(&door->asks, (uint64_t)clock_now())) {
		int ret = door->ask(door, &client->request, client->source.fd);

		if (ret == -EAGAIN)
			break;
		door->served = client->uid;
		if (ret < 0)
			tapdoor_refuse(client, -ret, strerror(-ret));
		else
			tapdoor_leave(client);
	}
	if (client)
		tapdoor_look_soon(door);
}

static void tapdoor_look(struct timer *timer)
{
	struct tapdoor *door = container_of(timer, struct tapdoor, timer);
	uint64_t now = (uint64_t)clock_now();

	door->looking = false;
	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++) {
		struct tapdoor_client *client = &door->clients[i];

		if (client->source.fd >= 0 && !client->asks && now >= client->deadline)
			tapdoor_refuse(client, ETIMEDOUT, "no request arrived within two seconds");
	}
	tapdoor_serve(door);
	if (tapdoor_first(door, false))
		tapdoor_look_soon(door);
}

static void tapdoor_hear(struct tapdoor_client *client)
{
	struct tapdoor *door = client->home;
	ssize_t n = fdpass_recv_data(client->source.fd, &client->request, sizeof(client->request));
	int ret;

	if (n == -EAGAIN)
		return;
	if (n == 0 || (n < 0 && n != -EMSGSIZE)) {
		tapdoor_leave(client);
		return;
	}
	ret = n < 0 ? -EBADMSG : tap_request_read(&client->request, (size_t)n, &client->request);
	if (ret < 0) {
		tapdoor_refuse(client, -ret, tap_request_explain(ret));
	} else if ((client->request.flags & TAP_HAS_MAC) &&
		   door->is_taken(door, client->request.mac)) {
		tapdoor_refuse(client, EADDRINUSE, "another guest has that MAC address");
	} else {
		client->asks = true;
		loop_pause(door->attach.loop, &client->source);
		tapdoor_serve(door);
	}
}

static void tapdoor_client_ready(struct source *source, uint32_t events)
{
	(void)events;
	tapdoor_hear(container_of(source, struct tapdoor_client, source));
}

static unsigned tapdoor_count(const struct tapdoor *door, uid_t uid)
{
	unsigned n = 0;

	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++)
		n += door->clients[i].source.fd >= 0 && door->clients[i].uid == uid;
	return n;
}

/*
 * Whether it is dropped before the other: silent ones first, the oldest of them; else the newest.
 */
static bool tapdoor_goes_first(const struct tapdoor_client *client,
			       const struct tapdoor_client *other)
{
	if (client->asks != other->asks)
		return !client->asks;
	return client->asks ? client->number > other->number : client->number < other->number;
}

/*
 * When all slots are taken: whom to drop for a client of that user. One of the user with the most
 * slots; of its own, only one that has not asked yet. NULL: nobody.
 */
static struct tapdoor_client *tapdoor_choose(struct tapdoor *door, uid_t uid)
{
	struct tapdoor_client *chosen = NULL;
	unsigned n_most = tapdoor_count(door, uid);
	uid_t most = uid;

	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++) {
		unsigned n = tapdoor_count(door, door->clients[i].uid);

		if (n > n_most) {
			n_most = n;
			most = door->clients[i].uid;
		}
	}
	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++) {
		struct tapdoor_client *client = &door->clients[i];

		if (client->uid == most && (most != uid || !client->asks) &&
		    (!chosen || tapdoor_goes_first(client, chosen)))
			chosen = client;
	}
	return chosen;
}

/* A free slot, or one made free. NULL: none for that user. */
static struct tapdoor_client *tapdoor_make_room(struct tapdoor *door, uid_t uid)
{
	struct tapdoor_client *client;

	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++) {
		if (door->clients[i].source.fd < 0)
			return &door->clients[i];
	}
	client = tapdoor_choose(door, uid);
	if (client)
		tapdoor_refuse(client, client->asks ? EBUSY : ETIMEDOUT,
			       client->asks ? "others are waiting, and this user asks for many"
					    : "others are waiting, and no request arrived");
	return client;
}

static void tapdoor_take(struct door *entry, int fd)
{
	struct tapdoor *door = container_of(entry, struct tapdoor, door);
	struct ucred user = {.uid = (uid_t)-1};
	socklen_t size = sizeof(user);
	struct tapdoor_client *client;

	(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &size);
	client = tapdoor_make_room(door, user.uid);
	if (!client) {
		close(fd);
		return;
	}
	client->uid = user.uid;
	client->source = (struct source){.fd = fd, .ready = tapdoor_client_ready};
	client->number = ++door->n_clients;
	client->deadline = (uint64_t)clock_now() + TAPDOOR_PATIENCE;
	if (loop_add(door->attach.loop, &client->source, EPOLLIN) < 0) {
		client->source.fd = -1;
		close(fd);
		return;
	}
	tapdoor_look_soon(door);
	tapdoor_hear(client);
}

static void tapdoor_waits(struct door *entry, int error)
{
	const struct tapdoor *door = container_of(entry, struct tapdoor, door);

	log_warning("%s: cannot accept a client now: %s; trying again",
		    door->attach.endpoint->locator, strerror(error));
}

static int tapdoor_opened(struct attach *attach, enum connect_kind kind, const int fds[FDPASS_MAX])
{
	struct tapdoor *door = container_of(attach, struct tapdoor, attach);

	return attach_open_door(attach, &door->door, kind, fds, "open for TAP clients");
}

int tapdoor_init(struct tapdoor *door, struct loop *loop, const struct endpoint *endpoint)
{
	int ret;

	*door = (struct tapdoor){.door = {.take = tapdoor_take, .waits = tapdoor_waits},
				 .served = (uid_t)-1};
	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++)
		door->clients[i] = (struct tapdoor_client){.source.fd = -1, .home = door};
	ret = attach_init(&door->attach, loop, endpoint);
	if (ret == 0)
		ret = timer_init(&door->timer, loop, tapdoor_look);
	if (ret == 0)
		ret = door_init(&door->door, loop);
	door->attach.opened = tapdoor_opened;
	return ret;
}

void tapdoor_finish(struct tapdoor *door)
{
	if (!door->attach.loop)
		return;
	for (unsigned i = 0; i < TAPDOOR_CLIENTS_MAX; i++)
		tapdoor_leave(&door->clients[i]);
	door_finish(&door->door);
	timer_finish(&door->timer);
	attach_finish(&door->attach);
}
