// SPDX-License-Identifier: GPL-2.0-or-later
#include "listener.h"

#include <netinet/in.h>
#include <sys/epoll.h>

#include "fdpass.h"

void listeners_init(struct listeners *listeners, struct loop *loop, int host)
{
	listeners->loop = loop;
	listeners->host = host;
	for (uint32_t i = 0; i < FORWARD_LISTENERS_MAX; i++)
		listeners->all[i] = (struct listener){.source.fd = -1, .number = i};
}

void listeners_finish(struct listeners *listeners)
{
	for (uint32_t i = 0; i < FORWARD_LISTENERS_MAX; i++)
		loop_close(listeners->loop, &listeners->all[i].source);
}

/* Updates which events it gets. */
static void listeners_update(struct listeners *listeners, struct listener *listener)
{
	if (listener->watched)
		loop_watch(listeners->loop, &listener->source, listener->resting ? 0 : EPOLLIN);
}

void listeners_add(struct listeners *listeners, const struct forward_message *message, int fd,
		   void (*ready)(struct source *source, uint32_t events))
{
	struct listener *listener = &listeners->all[message->listener];

	listener->source = (struct source){.fd = fd, .ready = ready};
	listener->protocol = message->value;
}

/* Removes it from the queue. */
static void listeners_leave(struct listeners *listeners, struct listener *listener)
{
	struct listener **link = &listeners->first;
	struct listener *before = NULL;

	if (!listener->resting)
		return;
	for (; *link && *link != listener; link = &(*link)->next)
		before = *link;
	*link = listener->next;
	if (listeners->last == listener)
		listeners->last = before;
	listener->next = NULL;
	listener->resting = false;
}

int listeners_open(struct listeners *listeners, struct listener *listener, bool open)
{
	int ret = 0;

	listener->open = open;
	if (!open && listener->watched) {
		/* A TCP socket that no longer listens would be ready forever. */
		loop_pause(listeners->loop, &listener->source);
		listener->watched = false;
	}
	if (open && !listener->watched) {
		ret = loop_add(listeners->loop, &listener->source, EPOLLIN);
		listener->watched = ret == 0;
	}
	listeners_update(listeners, listener);
	return ret;
}

void listeners_remove(struct listeners *listeners, struct listener *listener)
{
	listeners_leave(listeners, listener);
	loop_close(listeners->loop, &listener->source);
	*listener = (struct listener){
		.source.fd = -1, .number = listener->number, .n_asks = listener->n_asks};
}

void listeners_wait(struct listeners *listeners, struct listener *listener)
{
	if (listener->resting)
		return;
	listener->resting = true;
	if (listeners->last)
		listeners->last->next = listener;
	else
		listeners->first = listener;
	listeners->last = listener;
	listeners_update(listeners, listener);
}

void listeners_turn(struct listeners *listeners)
{
	struct listener *listener = listeners->first;

	while (listener && listener->n_asks >= LISTENERS_ASKS_OF_ONE)
		listener = listener->next;
	if (!listener)
		return;
	listeners_leave(listeners, listener);
	listeners_update(listeners, listener);
}

void listeners_pass(struct listeners *listeners)
{
	if (listeners->n_asks < LISTENERS_ASKS)
		listeners_turn(listeners);
}

bool listeners_may_ask(struct listeners *listeners, struct listener *listener)
{
	if (listeners->n_asks < LISTENERS_ASKS && listener->n_asks < LISTENERS_ASKS_OF_ONE)
		return true;
	listeners_wait(listeners, listener);
	return false;
}

int listeners_ask(struct listeners *listeners, struct listener *listener, uint32_t token)
{
	const struct forward_message message = {
		.verb = FORWARD_ASK, .listener = listener->number, .token = token};
	int ret = fdpass_send(listeners->host, &message, sizeof(message), NULL, 0);

	if (ret == 0 && listener->protocol == IPPROTO_TCP) {
		listeners->n_asks++;
		listener->n_asks++;
	}
	return ret;
}

void listeners_answered(struct listeners *listeners, struct listener *listener)
{
	if (listener->n_asks == 0)
		return;
	listeners->n_asks--;
	listener->n_asks--;
	listeners_turn(listeners);
}
