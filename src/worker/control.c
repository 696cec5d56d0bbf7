// SPDX-License-Identifier: GPL-2.0-or-later
#include "control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "control_copy.h"
#include "control_event.h"
#include "log.h"

enum {
	CONTROL_LOOK = 1000, /* ms */
	CONTROL_SOON = 50,   /* ms, minimum */
	/* A second, of the 100 requests that the host process accepts. */
	CONTROL_ASKS = 24,
	CONTROL_ASKS_OF_CHANGERS =
		40, /* for those who may make changes: they never wait for others */
	/* A third of the messages that fit into the socket to it. */
	CONTROL_UNANSWERED_OF_CHANGERS = 64,
	CONTROL_UNANSWERED = CONTROL_UNANSWERED_OF_CHANGERS - CONTROL_MESSAGES_MAX,
	CONTROL_TOKEN_SHIFT = 6,
	CONTROL_GROUPS_MAX = 1024, /* at most this many groups of a client are checked */
};

/* ---- who the client is ---- */

/* As it was at connect time: the kernel stores that with the connection. */
static bool control_is_in_group(int fd, gid_t group)
{
	gid_t groups[CONTROL_GROUPS_MAX];
	socklen_t size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (unsigned i = 0; i < size / sizeof(groups[0]); i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}

static bool control_may_change(const struct control *control, int fd, const struct ucred *user)
{
	if (user->uid == 0 || user->uid == control->self)
		return true;
	return control->changers != (gid_t)-1 &&
	       (user->gid == control->changers || control_is_in_group(fd, control->changers));
}

/* A free slot for the user; NULL: there is none, or the user has its share. */
static struct control_client *control_find_place(struct control *control, uid_t user)
{
	struct control_client *place = NULL;
	unsigned theirs = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &control->clients[i];

		if (!client->control) {
			place = client;
			continue;
		}
		theirs += client->user.uid == user;
		n++;
	}
	if (theirs >= CONTROL_CLIENTS_PER_USER ||
	    (user != 0 && n >= CONTROL_CLIENTS_MAX - CONTROL_CLIENTS_OF_ROOT))
		return NULL;
	return place;
}

/* ---- the door ---- */

static void control_refuse(struct control *control, int fd, const struct ucred *user)
{
	static const char answer[] = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"too "
				     "many clients, in total or for this user; close some\"}}\r\n";

	(void)!write(fd, answer, sizeof(answer) - 1);
	close(fd);
	if (notice_take(&control->refused, clock_now()))
		log_warning("control socket: refused a client (uid %u, pid %d): too many are "
			    "connected (at most %d in total, %d per user); close some",
			    user->uid, user->pid, CONTROL_CLIENTS_MAX, CONTROL_CLIENTS_PER_USER);
}

static void control_take(struct door *door, int fd)
{
	struct control *control = container_of(door, struct control, door);
	struct ucred user = {.uid = (uid_t)-1};
	socklen_t size = sizeof(user);
	struct control_client *place = NULL;
	int ret;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &size) == 0)
		place = control_find_place(control, user.uid);
	if (!place) {
		control_refuse(control, fd, &user);
		return;
	}
	ret = control_client_join(place, control, fd, &user,
				  control_may_change(control, fd, &user));
	if (ret < 0)
		log_debug("control socket: cannot serve a client: %s", strerror(-ret));
	if (ret < 0 || control->looking) /* never postponed: others are waiting for it, too */
		return;
	control->looking = true;
	timer_arm(&control->look, CONTROL_LOOK);
}

static void control_look(struct timer *timer)
{
	struct control *control = container_of(timer, struct control, look);
	int64_t now = clock_now();
	bool any = false;

	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &control->clients[i];

		if (client->control && control_client_is_late(client, now))
			control_client_leave(client);
		any |= client->control != NULL;
	}
	control->looking = any;
	control->soon = false;
	if (!any)
		return;
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) /* start with another each time */
		control_client_retry(&control->clients[(control->first + i) % CONTROL_CLIENTS_MAX]);
	control->first++;
	control_storm_look(control, now);
	if (!control->soon)
		timer_arm(timer, CONTROL_LOOK);
}

/* ---- the host process ---- */

_Static_assert((int)CONTROL_MESSAGES_MAX <= (int)CONTROL_ASKS &&
		       (int)CONTROL_MESSAGES_MAX <= (int)CONTROL_UNANSWERED &&
		       (int)CONTROL_MESSAGES_MAX < 1 << CONTROL_TOKEN_SHIFT,
	       "a command's messages can all be sent");

/* Whether it may be sent n more messages for the client: other messages need room, too. */
static bool control_may_ask(struct control_client *client, unsigned n)
{
	struct control *control = client->control;
	unsigned most = client->changes ? CONTROL_UNANSWERED_OF_CHANGERS : CONTROL_UNANSWERED;

	return control->unanswered + n <= most &&
	       ratelimit_take_all(&control->asks[client->changes], n, (uint64_t)clock_now());
}

/*
 * Sets the timer for when more may be asked. Only once: later clients would postpone it for those
 * that wait.
 */
static void control_look_soon(const struct control_client *client)
{
	struct control *control = client->control;
	unsigned wait = ratelimit_wait(&control->asks[client->changes], (uint64_t)clock_now());

	if (control->soon)
		return;
	control->soon = true;
	timer_arm(&control->look, wait > CONTROL_SOON ? wait : CONTROL_SOON);
}

void control_ask_later(struct control_client *client)
{
	client->held = true;
	control_look_soon(client);
}

/* Never 0. It includes the number of messages, needed when the answer comes. */
static uint32_t control_make_token(struct control *control, unsigned n)
{
	control->n_tokens++;
	return control->n_tokens << CONTROL_TOKEN_SHIFT | n;
}

void control_ask_all(struct control_client *client, unsigned n,
		     void (*write)(struct request *request, unsigned i, void *context),
		     void *context)
{
	struct control *control = client->control;
	uint32_t token = control_make_token(control, n);
	int ret = control_may_ask(client, n) ? 0 : -EBUSY;

	for (unsigned i = 0; i < n && ret == 0; i++) {
		struct request request = {.token = token};

		write(&request, i, context);
		ret = control->ask(
			control, &request,
			i == 0 && request.verb == REQUEST_FORWARD_APPLY ? client->source.fd : -1);
	}
	if (ret < 0) { /* the host process ignores a request that was not completed */
		control_ask_later(client);
		return;
	}
	client->token = token;
	control->unanswered += n;
}

static void control_write_verb(struct request *request, unsigned i, void *context)
{
	const struct request *wanted = context;

	(void)i;
	request->verb = wanted->verb;
	request->endpoint = wanted->endpoint;
}

void control_ask(struct control_client *client, enum request_verb verb, unsigned endpoint)
{
	struct request wanted = {.verb = verb, .endpoint = endpoint};

	control_ask_all(client, 1, control_write_verb, &wanted);
}

/* fd: a copy, or -1. */
static void control_answer(struct control_client *client, const struct request *result, int fd)
{
	client->token = 0;
	if (fd >= 0)
		control_copy_answer(client, fd);
	else if (*result->text)
		control_client_fail(client, result->endpoint ? "CommandNotAllowed" : "GenericError",
				    "%s", result->text);
	else
		control_client_done(client);
	control_client_wake(client);
}

static void control_hear_result(struct control *control, const struct request *request, int fd)
{
	unsigned n = request->token & ((1U << CONTROL_TOKEN_SHIFT) - 1);

	control->unanswered -= n < control->unanswered ? n : control->unanswered;
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct control_client *client = &control->clients[i];

		if (client->control && client->token != 0 && client->token == request->token) {
			control_answer(client, request, fd);
			return;
		}
	}
	if (fd >= 0) /* the client is gone */
		close(fd);
}

static void control_hear_facts(struct control *control, const struct request_facts *facts)
{
	bool changed = control->facts.pid != 0 && (control->facts.n_uplinks != facts->n_uplinks ||
						   memcmp(control->facts.uplinks, facts->uplinks,
							  sizeof(facts->uplinks)) != 0);

	if (control->facts.pid == 0)
		control->since = clock_now();
	control->facts = *facts;
	if (changed)
		control_event_uplinks(control);
}

void control_hear(struct control *control, const struct request *request, int fd)
{
	if (request->verb == REQUEST_RESULT) {
		control_hear_result(control, request, fd);
		return;
	}
	if (fd >= 0)
		close(fd);
	if (request->verb == REQUEST_FACTS)
		control_hear_facts(control, &request->facts);
	else if (request->verb == REQUEST_SLOTS)
		control_taps_hear(control, request);
	else if (request->verb == REQUEST_EVENT)
		control_event_of_host(control, (enum request_event)request->endpoint,
				      request->text);
}

/* ---- */

int control_listen(struct control *control, int fd)
{
	int ret = door_open(&control->door, fd);

	if (ret < 0)
		close(fd);
	return ret;
}

int control_init(struct control *control, struct loop *loop, uint32_t seed)
{
	int ret = turns_init(&control->turns, loop);

	control->door.take = control_take;
	control->asks[false].per_period = CONTROL_ASKS;
	control->asks[true].per_period = CONTROL_ASKS_OF_CHANGERS;
	control->storm.seen = clock_now();
	jsonread_init(&control->reader, seed);
	if (ret == 0)
		ret = timer_init(&control->look, loop, control_look);
	return ret < 0 ? ret : door_init(&control->door, &control->turns.loop);
}

void control_finish(struct control *control)
{
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		control_client_leave(&control->clients[i]);
	door_finish(&control->door);
	timer_finish(&control->look);
	turns_finish(&control->turns);
}
