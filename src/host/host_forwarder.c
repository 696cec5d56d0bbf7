// SPDX-License-Identifier: GPL-2.0-or-later
#include "host_forwarder.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fdpass.h"
#include "forward_port.h"
#include "forward_socket.h"
#include "host_listeners.h"
#include "host_part.h"
#include "log.h"
#include "parts.h"
#include "recovery.h"

enum {
	/* Per second: each socket takes us about 50 µs. */
	HOST_FORWARDER_ASKS = 2000,
	/* One that ends more often than this within a minute is useless. */
	HOST_FORWARDER_STARTS = 5,
	HOST_FORWARDER_MINUTE = 60000,
	HOST_FORWARDER_LETS_GO = 20, /* ms to close a socket; it takes 0.1 */
	HOST_FORWARDER_RETRY = 20,   /* ms until the kernel may take descriptors again */
};

static void host_forwarder_give_up(struct host *host, int error)
{
	log_error("the forwarder is gone (%s): this host's own connections to forwarded ports are "
		  "refused until a forward is added; those from outside still work",
		  error == -ECANCELED ? "it exited too often" : strerror(-error));
	host_listeners_serve(&host->forwarder, false);
}

/*
 * Chooses what we listen for: no requests while something waits for room, or while it is paused;
 * and not for room where that is not what is missing.
 */
static void host_forwarder_watch(struct host *host)
{
	struct host_forwarder *forwarder = &host->forwarder;
	uint32_t events = forwarder->full ? EPOLLOUT : EPOLLIN;

	if (forwarder->channel.fd >= 0)
		loop_watch(&host->loop, &forwarder->channel,
			   forwarder->paused || forwarder->crowded ? 0 : events);
}

/* ---- what it is told ------------------------------------------------------------ */

/* True: it was sent. Otherwise the rest waits for room; or the forwarder has ended. */
static bool host_forwarder_say(struct host_forwarder *forwarder,
			       const struct forward_message *message, int fd)
{
	int ret =
		fdpass_send(forwarder->channel.fd, message, sizeof(*message), &fd, fd >= 0 ? 1 : 0);

	/* Of all that our user has sent, too many descriptors were not yet received. */
	forwarder->crowded = ret == -ETOOMANYREFS;
	forwarder->full = ret == -EAGAIN || forwarder->crowded;
	return ret == 0;
}

static bool host_forwarder_say_answer(struct host_forwarder *forwarder)
{
	bool said;

	if (!forwarder->has_answer)
		return true;
	said = host_forwarder_say(forwarder, &forwarder->answer, forwarder->answer_fd);
	if (forwarder->full)
		return false;
	/* If it was not sent, the forwarder is ending, and nobody will receive it. */
	if (forwarder->answer_fd >= 0)
		close(forwarder->answer_fd);
	forwarder->has_answer = false;
	return said;
}

/* Sends what there is to send, as far as there is room. */
static void host_forwarder_tell(struct host *host)
{
	struct host_forwarder *forwarder = &host->forwarder;
	struct forward_message message;
	int fd;

	if (forwarder->channel.fd < 0 || forwarder->full)
		return;
	while (host_forwarder_say_answer(forwarder) &&
	       host_listeners_next(forwarder, &message, &fd) &&
	       host_forwarder_say(forwarder, &message, fd))
		host_listeners_told(forwarder, &message);
	if (forwarder->crowded)
		timer_arm(&forwarder->retry, HOST_FORWARDER_RETRY);
	if (forwarder->full)
		host_forwarder_watch(host);
}

static void host_forwarder_go_on(struct host *host)
{
	host->forwarder.full = host->forwarder.crowded = false;
	host_forwarder_tell(host);
	host_forwarder_watch(host);
}

static void host_forwarder_retry(struct timer *timer)
{
	host_forwarder_go_on(container_of(timer, struct host, forwarder.retry));
}

/* ---- what it asks --------------------------------------------------------------- */

static void host_forwarder_answer(struct host *host, const struct forward_message *ask)
{
	struct host_forwarder *forwarder = &host->forwarder;
	struct host_listener *listener = &forwarder->listeners[ask->listener];
	bool leads = listener->used && listener->known && listener->open;
	int fd = leads ? forward_socket_connect(&listener->hostfwd, &listener->address,
						host->device.index)
		       : -ECONNREFUSED;

	listener->begun += fd >= 0;
	forwarder->answer = (struct forward_message){.verb = FORWARD_SOCKET,
						     .listener = ask->listener,
						     .token = ask->token,
						     .value = fd < 0 ? (uint32_t)-fd : 0};
	forwarder->answer_fd = fd < 0 ? -1 : fd;
	forwarder->has_answer = true;
	host_forwarder_tell(host);
}

/* Further requests wait in the socket, whose buffer is small; nothing else waits for them. */
static void host_forwarder_pause(struct host *host, int64_t now)
{
	struct host_forwarder *forwarder = &host->forwarder;

	forwarder->paused = true;
	host_forwarder_watch(host);
	timer_arm(&forwarder->pause, ratelimit_wait(&forwarder->asks, (uint64_t)now));
}

static void host_forwarder_resume(struct timer *timer)
{
	struct host *host = container_of(timer, struct host, forwarder.pause);

	host->forwarder.paused = false;
	host_forwarder_watch(host);
}

static void host_forwarder_listen(struct host *host)
{
	struct host_forwarder *forwarder = &host->forwarder;
	struct forward_message message = {0};
	int64_t now = clock_now();
	ssize_t n;
	int ret;

	if (!ratelimit_take(&forwarder->asks, (uint64_t)now)) {
		host_forwarder_pause(host, now);
		return;
	}
	n = fdpass_recv_data(forwarder->channel.fd, &message, sizeof(message));
	if (n == -EAGAIN)
		return;
	if (n == 0 || n == -ECONNRESET) { /* it is ending; its pidfd tells how */
		loop_close(&host->loop, &forwarder->channel);
		return;
	}
	ret = n < 0 ? (int)n : forward_message_from_forwarder(&message, (size_t)n, &message);
	if (ret == 0) {
		host_forwarder_answer(host, &message);
		return;
	}
	log_error("the forwarder sent an invalid request: %s", strerror(-ret));
	process_signal(&forwarder->process, SIGKILL);
	loop_close(&host->loop, &forwarder->channel);
}

static void host_forwarder_channel_ready(struct source *source, uint32_t events)
{
	struct host *host = container_of(source, struct host, forwarder.channel);

	if (events & EPOLLOUT)
		host_forwarder_go_on(host);
	else if (!host->forwarder.crowded)
		host_forwarder_listen(host);
	else if (events & (EPOLLHUP | EPOLLERR)) /* it is ending; its pidfd tells how */
		loop_close(&host->loop, source);
}

/* ---- its life ------------------------------------------------------------------- */

static void host_forwarder_ended(struct process *process, int status);

/* Drops what belonged to the last one. */
static void host_forwarder_clear(struct host *host)
{
	struct host_forwarder *forwarder = &host->forwarder;

	loop_close(&host->loop, &forwarder->channel);
	if (forwarder->has_answer && forwarder->answer_fd >= 0)
		close(forwarder->answer_fd);
	forwarder->has_answer = forwarder->full = forwarder->crowded = false;
	forwarder->paused = forwarder->hung = false;
	host_listeners_forget_told(forwarder);
}

/* 0, or -errno. */
static int host_forwarder_start(struct host *host)
{
	struct host_forwarder *forwarder = &host->forwarder;
	const char *const argv[FORWARDER_ARGUMENTS + 1] = {
		[FORWARDER_ARGUMENT_NAME] = FORWARDER_NAME,
		[FORWARDER_ARGUMENT_LEVEL] = log_level_name(log_current_level())};
	int64_t now = clock_now();
	int pair[2];
	int ret;

	if (forwarder->starts == 0 || now - forwarder->first_start > HOST_FORWARDER_MINUTE) {
		forwarder->starts = 0;
		forwarder->first_start = now;
	}
	if (++forwarder->starts > HOST_FORWARDER_STARTS)
		return -ECANCELED;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return -errno;
	fdpass_refuse(pair[0]);
	ret = host_part_start(&forwarder->process, &host->loop, &host->program, &host->plan.worker,
			      argv, &pair[1], 1, host_forwarder_ended);
	close(pair[1]);
	forwarder->channel = (struct source){.fd = pair[0], .ready = host_forwarder_channel_ready};
	if (ret < 0) {
		close(pair[0]);
		forwarder->channel.fd = -1;
		return ret;
	}
	recovery_record_process(&host->undolog, forwarder->process.pid);
	ret = loop_add(&host->loop, &forwarder->channel, EPOLLIN);
	if (ret < 0) {
		process_stop(&forwarder->process, 0);
		host_forwarder_clear(host);
		return ret;
	}
	host_listeners_serve(forwarder, true);
	return 0;
}

static void host_forwarder_ended(struct process *process, int status)
{
	struct host *host = container_of(process, struct host, forwarder.process);
	int ret;

	host_forwarder_clear(host);
	ret = host_forwarder_start(host);
	if (ret < 0) {
		host_forwarder_give_up(host, ret);
		return;
	}
	if (WIFSIGNALED(status))
		log_warning("the forwarder was killed by signal %d and restarted; this host's own "
			    "connections to forwarded ports were cut",
			    WTERMSIG(status));
	else
		log_warning("the forwarder exited unexpectedly and was restarted; this host's own "
			    "connections to forwarded ports were cut");
	host_forwarder_tell(host);
}

static void host_forwarder_stop(struct host *host)
{
	process_stop(&host->forwarder.process, 0);
	if (host->forwarder.listeners)
		host_forwarder_clear(host);
	host->forwarder.starts = 0;
}

/* ---- forwards ------------------------------------------------------------------- */

/* Allocates the table. 0, or -errno. */
static int host_forwarder_make_table(struct host_forwarder *forwarder)
{
	if (forwarder->listeners)
		return 0;
	forwarder->listeners = calloc(FORWARD_LISTENERS_MAX, sizeof(*forwarder->listeners));
	return forwarder->listeners ? 0 : -ENOMEM;
}

static void host_forwarder_drop(struct host_forwarder *forwarder, uint32_t id)
{
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		struct host_listener *listener = &forwarder->listeners[i];

		if (listener->used && listener->forward == id)
			host_listeners_remove(forwarder, listener);
	}
}

int host_forwarder_add(struct host *host, const struct host_forward *forward)
{
	struct host_forwarder *forwarder = &host->forwarder;
	int ret = host_forwarder_make_table(forwarder);

	if (ret < 0)
		return ret;
	for (unsigned i = 0; i < hostfwd_n_ports(&forward->hostfwd) && ret == 0; i++)
		ret = host_listeners_add(forwarder, forward, i);
	if (ret == 0 && forwarder->process.pid <= 0) {
		forwarder->starts = 0; /* another chance */
		ret = host_forwarder_start(host);
	}
	if (ret < 0)
		host_forwarder_drop(forwarder, forward->id);
	host_forwarder_tell(host);
	return ret;
}

void host_forwarder_lead(struct host *host, const struct host_forward *forward)
{
	const struct in6_addr *address = forward->active ? &forward->address : NULL;
	struct host_forwarder *forwarder = &host->forwarder;

	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		struct host_listener *listener = &forwarder->listeners[i];

		if (listener->used && listener->forward == forward->id)
			host_listeners_lead(listener, address);
	}
	if (forwarder->listeners)
		host_forwarder_tell(host);
}

static bool host_forwarder_is_free(const struct hostfwd *hostfwd)
{
	int fd = forward_port_open(hostfwd, hostfwd->first);

	if (fd >= 0)
		close(fd);
	return fd != -EADDRINUSE;
}

/*
 * A UDP port is free only once the forwarder has closed its copy of the socket, but whoever removed
 * a forward may add another for that port at once. So we wait; but for a forwarder that was once
 * too slow, never again.
 */
static void host_forwarder_await_free(struct host *host, const struct hostfwd *hostfwd)
{
	struct host_forwarder *forwarder = &host->forwarder;
	int64_t end = clock_now() + HOST_FORWARDER_LETS_GO;

	while (!forwarder->hung && !forwarder->full && forwarder->channel.fd >= 0 &&
	       !host_forwarder_is_free(hostfwd)) {
		usleep(100);
		forwarder->hung = clock_now() >= end;
	}
}

/* Finds a UDP listener of the forward; false: it has none. */
static bool host_forwarder_find_datagrams(const struct host_forwarder *forwarder, uint32_t id,
					  struct hostfwd *last)
{
	bool found = false;

	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		const struct host_listener *listener = &forwarder->listeners[i];

		if (!listener->used || listener->forward != id ||
		    listener->hostfwd.protocol != IPPROTO_UDP)
			continue;
		*last = listener->hostfwd;
		found = true;
	}
	return found;
}

void host_forwarder_remove(struct host *host, const struct host_forward *forward)
{
	struct host_forwarder *forwarder = &host->forwarder;
	struct hostfwd last;
	bool datagrams;

	if (!forwarder->listeners)
		return;
	/* The forwarder drops them in order, so the last is enough. */
	datagrams = host_forwarder_find_datagrams(forwarder, forward->id, &last);
	host_forwarder_drop(forwarder, forward->id);
	if (forwarder->n_listeners == 0) {
		host_forwarder_stop(host);
		return;
	}
	host_forwarder_tell(host);
	if (datagrams)
		host_forwarder_await_free(host, &last);
	host_listeners_retry(forwarder);
	host_forwarder_tell(host);
}

int host_forwarder_up(struct host *host)
{
	struct host_forwarder *forwarder = &host->forwarder;
	int ret = timer_init(&forwarder->pause, &host->loop, host_forwarder_resume);

	if (ret == 0)
		ret = timer_init(&forwarder->retry, &host->loop, host_forwarder_retry);
	forwarder->asks.per_period = HOST_FORWARDER_ASKS;
	return ret < 0 ? host_fail(host, "cannot create the forwarder's timers", ret) : 0;
}

void host_forwarder_down(struct host *host)
{
	struct host_forwarder *forwarder = &host->forwarder;

	host_forwarder_stop(host);
	timer_finish(&forwarder->retry);
	timer_finish(&forwarder->pause);
	for (unsigned i = 0; i < forwarder->n_slots; i++) {
		if (forwarder->listeners[i].used)
			host_listeners_remove(forwarder, &forwarder->listeners[i]);
	}
	free(forwarder->listeners);
	forwarder->listeners = NULL;
}

void host_forwarder_tell_level(struct host *host, enum log_level level)
{
	const struct forward_message message = {.verb = FORWARD_LEVEL, .value = level};
	struct host_forwarder *forwarder = &host->forwarder;

	if (forwarder->channel.fd >= 0)
		fdpass_send(forwarder->channel.fd, &message, sizeof(message), NULL, 0);
}
