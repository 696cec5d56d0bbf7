// SPDX-License-Identifier: GPL-2.0-or-later
#include "control_client.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "control_command.h"
#include "control_copy.h"
#include "log.h"

/* ---- answers ---- */

static struct jsonwrite control_client_writer(struct control_client *client)
{
	return (struct jsonwrite){
		.text = client->out, .size = sizeof(client->out), .used = client->n_out};
}

struct jsonwrite control_client_begin(struct control_client *client)
{
	struct jsonwrite writer = control_client_writer(client);

	jsonwrite_raw(&writer, "{\"return\": ");
	return writer;
}

/* The id after the value, and the end of the line. */
static void control_client_close_line(const struct control_client *client, struct jsonwrite *writer)
{
	if (*client->id) {
		jsonwrite_raw(writer, ", \"id\": ");
		jsonwrite_raw(writer, client->id);
	}
	jsonwrite_raw(writer, "}\r\n");
}

/* False: there is no room for it. */
static bool control_client_add_line(struct control_client *client, const struct jsonwrite *writer)
{
	struct jsonwrite line = *writer;

	control_client_close_line(client, &line);
	if (!line.full)
		client->n_out = (unsigned)line.used;
	return !line.full;
}

void control_client_end(struct control_client *client, const struct jsonwrite *writer)
{
	if (!control_client_add_line(client, writer))
		control_client_fail(client, "GenericError", "the answer is too long");
}

void control_client_done(struct control_client *client)
{
	struct jsonwrite writer = control_client_begin(client);

	jsonwrite_raw(&writer, "{}");
	control_client_end(client, &writer);
}

void control_client_fail(struct control_client *client, const char *class, const char *format, ...)
{
	struct jsonwrite writer = control_client_writer(client);
	char text[512];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	jsonwrite_raw(&writer, "{\"error\": ");
	jsonwrite_begin_object(&writer);
	jsonwrite_named_text(&writer, "class", class);
	jsonwrite_named_text(&writer, "desc", text);
	jsonwrite_end_object(&writer);
	if (!control_client_add_line(client, &writer))
		client->ending = true; /* never: events leave room for it */
}

void control_client_list(struct control_client *client, control_item *item)
{
	struct jsonwrite writer = control_client_begin(client);

	jsonwrite_raw(&writer, "[");
	client->n_out = (unsigned)writer.used;
	client->item = item;
	client->comma = false;
	client->at = 0;
	client->next = 0;
}

/* Adds one item, or the end of the list. Nothing else is pending. */
static void control_client_add_item(struct control_client *client)
{
	struct jsonwrite writer = control_client_writer(client);
	bool more;

	writer.comma = client->comma;
	more = client->item(client, &writer);
	if (writer.full) { /* never: CONTROL_CLIENT_OUT fits the longest item */
		writer = control_client_writer(client);
		writer.comma = client->comma;
		jsonwrite_null(&writer);
	}
	if (!more) {
		jsonwrite_raw(&writer, "]");
		control_client_close_line(client, &writer);
		client->item = NULL;
		control_copy_close(client);
	}
	client->n_out = (unsigned)writer.used;
	client->comma = true;
	client->at = client->next;
}

/* ---- turns ---- */

/* Sends what is pending. False: the client is gone. */
static bool control_client_flush(struct control_client *client)
{
	while (client->n_sent < client->n_out) {
		ssize_t n = write(client->source.fd, client->out + client->n_sent,
				  client->n_out - client->n_sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0) {
			control_client_leave(client);
			return false;
		}
		client->n_sent += (unsigned)n;
	}
	client->n_sent = 0;
	client->n_out = 0;
	return true;
}

/* Invalid input ends the connection: nobody knows where the next command begins. */
static void control_client_refuse(struct control_client *client, int error)
{
	client->id[0] = '\0';
	if (error == -EMSGSIZE)
		control_client_fail(client, "GenericError", "a command may have at most %d bytes",
				    QMPFRAME_MAX);
	else if (error == -ELOOP)
		control_client_fail(client, "GenericError",
				    "a command may nest at most %d objects and lists",
				    QMPFRAME_DEPTH_MAX);
	else
		control_client_fail(client, "GenericError",
				    "a command must be a JSON object, such as {\"execute\": "
				    "\"qmp_capabilities\"}");
	client->ending = true;
}

/* Runs the next command. False: none is complete. */
static bool control_client_run(struct control_client *client)
{
	size_t size;
	int ret = qmpframe_find(&client->frame, &size);

	if (ret < 0) {
		control_client_refuse(client, ret);
		return true;
	}
	if (ret == 0) {
		if (client->half == 0 && qmpframe_has_begun(&client->frame))
			client->half = clock_now() + CONTROL_CLIENT_HALF;
		return false;
	}
	control_command_run(client, client->frame.bytes, size);
	if (client->greeted)
		client->half = 0;
	if (client->held)
		return false;
	qmpframe_take(&client->frame);
	return true;
}

/* As many as fit, whole: an answer of the host process may come before the others. */
static void control_client_move_events(struct control_client *client)
{
	const unsigned room = sizeof(client->out) - CONTROL_CLIENT_ANSWER;
	unsigned size = client->n_events;

	if (size > room)
		size = (unsigned)((char *)memrchr(client->events, '\n', room) + 1 - client->events);
	memcpy(client->out, client->events, size);
	client->n_out = size;
	client->n_events -= size;
	memmove(client->events, client->events + size, client->n_events);
}

static_assert((int)CONTROL_CLIENT_EVENT + (int)CONTROL_CLIENT_ANSWER <= (int)CONTROL_CLIENT_OUT,
	      "one of them always fits");

/* One step, when nothing is pending. False: nothing can be done now. */
static bool control_client_step(struct control_client *client)
{
	if (client->item) {
		control_client_add_item(client);
		return true;
	}
	if (client->n_events > 0) {
		control_client_move_events(client);
		return true;
	}
	return client->token == 0 && !client->ending && !client->held && control_client_run(client);
}

/*
 * Sets the events to wait for. EPOLLOUT comes in the next turn unless the client leaves its data
 * unread. A quarter of the socket's buffer is enough to withhold it, even if write() never returned
 * EAGAIN.
 */
static void control_client_watch(struct control_client *client, bool more)
{
	uint32_t events = 0;

	client->woken = more;
	if (!client->over && !client->ending && qmpframe_has_room(&client->frame))
		events |= EPOLLIN;
	if (more || client->n_out > 0)
		events |= EPOLLOUT;
	if (!(events & EPOLLOUT))
		client->stuck = 0;
	else if (client->stuck == 0)
		client->stuck = clock_now() + CONTROL_CLIENT_STUCK;
	loop_watch(&client->control->turns.loop, &client->source, events);
}

void control_client_wake(struct control_client *client)
{
	control_client_watch(client, true);
}

/* One step, and sends what is pending before and after it. */
static void control_client_go_on(struct control_client *client)
{
	bool more = true;

	if (!control_client_flush(client))
		return;
	client->busy = true;
	if (client->n_out == 0)
		more = control_client_step(client);
	if (!control_client_flush(client))
		return;
	client->busy = false;
	if (!more && client->token == 0 && !client->held && (client->over || client->ending))
		control_client_leave(client);
	else
		control_client_watch(client, more);
}

/* read() leaves no room for descriptors: any that the client sends are dropped. */
static int control_client_receive(struct control_client *client)
{
	size_t room;
	char *to = qmpframe_room(&client->frame, &room);
	ssize_t n = read(client->source.fd, to, room);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		client->over = true;
	qmpframe_add(&client->frame, (size_t)n);
	return 0;
}

static void control_client_ready(struct source *source, uint32_t events)
{
	struct control_client *client = container_of(source, struct control_client, source);

	if (events & EPOLLOUT)
		client->stuck = 0;
	/* What a client sent before it closed still counts, for those that only send. */
	if ((events & EPOLLIN) && qmpframe_has_room(&client->frame) && !client->over &&
	    control_client_receive(client) < 0)
		control_client_leave(client);
	else if ((events & (EPOLLHUP | EPOLLERR)) &&
		 (client->token != 0 || client->held || client->over))
		control_client_leave(client); /* or this event would repeat forever */
	else
		control_client_go_on(client);
}

/* ---- coming and going ---- */

static void control_client_greet(struct control_client *client)
{
	struct jsonwrite writer = control_client_writer(client);

	jsonwrite_raw(&writer, "{\"QMP\": {\"version\": ");
	control_command_write_version(&writer);
	jsonwrite_raw(&writer, ", \"capabilities\": []}}\r\n");
	client->n_out = (unsigned)writer.used;
}

int control_client_join(struct control_client *client, struct control *control, int fd,
			const struct ucred *user, bool changes)
{
	int ret;

	memset(client, 0, offsetof(struct control_client, id));
	memset(&client->frame, 0, offsetof(struct qmpframe, bytes));
	client->id[0] = '\0';
	client->control = control;
	client->user = *user;
	client->changes = changes;
	client->copy = -1;
	client->half = clock_now() + CONTROL_CLIENT_GREETING;
	client->source = (struct source){.fd = fd, .ready = control_client_ready};
	ret = loop_add(&control->turns.loop, &client->source, EPOLLIN);
	if (ret < 0) {
		client->source.fd = -1;
		client->control = NULL;
		close(fd);
		return ret;
	}
	control_client_greet(client);
	control_client_flush(client);
	return 0;
}

void control_client_leave(struct control_client *client)
{
	if (!client->control)
		return;
	control_copy_close(client);
	loop_close(&client->control->turns.loop, &client->source);
	client->control = NULL;
}

/* Runs no command: events come from inside the bridge, and a command could remove its ports. */
void control_client_tell(struct control_client *client, const char *event, size_t size)
{
	if (!client->control || !client->greeted || client->ending)
		return;
	if (size > sizeof(client->events) - client->n_events) {
		log_debug("control socket: a client (uid %u, pid %d) does not read its events; "
			  "disconnecting it",
			  client->user.uid, client->user.pid);
		if (client->busy || client->item) /* a list that has begun is completed */
			client->ending = true;
		else
			control_client_leave(client);
		return;
	}
	memcpy(client->events + client->n_events, event, size);
	client->n_events += (unsigned)size;
	if (client->busy)
		return;
	if (!client->item && client->n_out == 0) {
		control_client_move_events(client);
		if (!control_client_flush(client))
			return;
	}
	control_client_watch(client, client->woken || client->n_events > 0);
}

void control_client_retry(struct control_client *client)
{
	if (!client->control || !client->held)
		return;
	client->held = false;
	control_client_wake(client);
}

bool control_client_is_late(const struct control_client *client, int64_t now)
{
	return (client->half != 0 && now >= client->half) ||
	       (client->stuck != 0 && now >= client->stuck);
}
