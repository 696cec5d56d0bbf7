// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_listeners.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "forward_socket.h"

static bool host_listeners_overlap(const struct host_forwarder *forwarder,
				   const struct hostfwd *hostfwd)
{
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		const struct host_listener *listener = &forwarder->listeners[i];

		if (listener->used && listener->fd >= 0 &&
		    hostfwd_overlap(&listener->hostfwd, hostfwd))
			return true;
	}
	return false;
}

/* NULL: all are taken. */
static struct host_listener *host_listeners_take_slot(struct host_forwarder *forwarder)
{
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		if (!forwarder->listeners[i].used)
			return &forwarder->listeners[i];
	}
	return forwarder->n_slots < FORWARD_LISTENERS_MAX
		       ? &forwarder->listeners[forwarder->n_slots++]
		       : NULL;
}

int host_listeners_add(struct host_forwarder *forwarder, const struct host_forward *forward,
		       unsigned port)
{
	struct host_listener *listener;
	struct hostfwd one = forward->hostfwd;
	int fd = -1;

	one.first = one.last = (uint16_t)(one.first + port);
	one.guest_port = (uint16_t)(one.guest_port + port);
	if (!host_listeners_overlap(forwarder, &one)) {
		fd = forward_socket_listen(&one);
		if (fd < 0)
			return fd;
	}
	listener = host_listeners_take_slot(forwarder);
	if (!listener) {
		forward_socket_close(fd, &one);
		return -ENOSPC;
	}
	*listener = (struct host_listener){.used = true,
					   .forward = forward->id,
					   .hostfwd = one,
					   .fd = fd,
					   .knows_previous = listener->knows_previous};
	forwarder->n_listeners++;
	return 0;
}

static void host_listeners_tell(const struct host_listener *listener, int error)
{
	log_warning("this host's own connections to its port %u are not forwarded: %s",
		    listener->hostfwd.first, strerror(-error));
}

void host_listeners_lead(struct host_listener *listener, const struct in6_addr *address)
{
	bool open = address;
	int ret;

	if (open == listener->open &&
	    (!open || memcmp(address, &listener->address, sizeof(*address)) == 0))
		return;
	listener->knows_target = false;
	listener->begun = 0;
	listener->address = open ? *address : (struct in6_addr){0};
	if (open == listener->open)
		return;
	listener->open = open;
	ret = listener->fd < 0 ? 0 : forward_socket_open(listener->fd, &listener->hostfwd, open);
	if (ret < 0)
		host_listeners_tell(listener, ret);
}

void host_listeners_remove(struct host_forwarder *forwarder, struct host_listener *listener)
{
	forward_socket_close(listener->fd, &listener->hostfwd);
	*listener = (struct host_listener){
		.fd = -1, .knows_previous = listener->knows_previous || listener->known};
	forwarder->n_listeners--;
}

void host_listeners_retry(struct host_forwarder *forwarder)
{
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		struct host_listener *listener = &forwarder->listeners[i];
		int ret;

		if (!listener->used || listener->fd >= 0 ||
		    host_listeners_overlap(forwarder, &listener->hostfwd))
			continue;
		listener->fd = ret = forward_socket_listen(&listener->hostfwd);
		if (ret >= 0 && listener->open)
			ret = forward_socket_open(listener->fd, &listener->hostfwd, true);
		if (ret < 0)
			host_listeners_tell(listener, ret);
	}
}

void host_listeners_forget_told(struct host_forwarder *forwarder)
{
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		struct host_listener *listener = &forwarder->listeners[i];

		listener->known = listener->knows_target = listener->knows_previous = false;
	}
	if (forwarder->n_listeners == 0)
		forwarder->n_slots = 0;
}

void host_listeners_serve(struct host_forwarder *forwarder, bool served)
{
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		const struct host_listener *listener = &forwarder->listeners[i];

		if (listener->used && listener->fd >= 0 && listener->open)
			forward_socket_open(listener->fd, &listener->hostfwd, served);
	}
}

/* The next message about this one. False: there is none. */
static bool host_listeners_next_of(const struct host_listener *listener,
				   struct forward_message *message)
{
	if (listener->knows_previous) {
		message->verb = FORWARD_FORGET;
		return true;
	}
	if (!listener->used || listener->fd < 0)
		return false;
	if (!listener->known) {
		message->verb = FORWARD_LISTEN;
		message->value = (uint32_t)listener->hostfwd.protocol;
		return true;
	}
	if (listener->knows_target)
		return false;
	message->verb = FORWARD_TARGET;
	message->value = listener->open ? FORWARD_OPEN : FORWARD_CLOSED;
	return true;
}

bool host_listeners_next(struct host_forwarder *forwarder, struct forward_message *message, int *fd)
{
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		const struct host_listener *listener = &forwarder->listeners[i];

		*message = (struct forward_message){.listener = i};
		if (!host_listeners_next_of(listener, message))
			continue;
		*fd = message->verb == FORWARD_LISTEN ? listener->fd : -1;
		return true;
	}
	return false;
}

void host_listeners_told(struct host_forwarder *forwarder, const struct forward_message *message)
{
	struct host_listener *listener = &forwarder->listeners[message->listener];

	if (message->verb == FORWARD_FORGET)
		listener->knows_previous = false;
	else if (message->verb == FORWARD_LISTEN)
		listener->known = true;
	else
		listener->knows_target = true;
}
