// SPDX-License-Identifier: GPL-2.0-or-later
#include "forwarder.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "datagrams.h"
#include "fdpass.h"
#include "forward_message.h"
#include "listener.h"
#include "log.h"
#include "loop.h"
#include "parts.h"
#include "problem.h"
#include "process.h"
#include "sandbox.h"
#include "streams.h"

enum {
	FORWARDER_HOST_FD = PROCESS_FIRST_FD,
	FORWARDER_BUDGET = 32, /* messages per turn of the loop */
};

struct forwarder {
	struct loop loop;
	struct source host;
	struct listeners listeners;
	struct streams streams;
	struct datagrams datagrams;
	int status;
};

static void forwarder_end(struct forwarder *forwarder, int status)
{
	forwarder->status = status;
	loop_stop(&forwarder->loop);
}

static struct forwarder *forwarder_of(struct source *source)
{
	struct listener *listener = container_of(source, struct listener, source);

	return container_of(listener - listener->number, struct forwarder, listeners.all[0]);
}

static void forwarder_stream_ready(struct source *source, uint32_t events)
{
	(void)events;
	streams_accept(&forwarder_of(source)->streams,
		       container_of(source, struct listener, source));
}

static void forwarder_datagram_ready(struct source *source, uint32_t events)
{
	(void)events;
	datagrams_receive(&forwarder_of(source)->datagrams,
			  container_of(source, struct listener, source));
}

static void forwarder_cut(struct forwarder *forwarder, struct listener *listener)
{
	if (listener->protocol == IPPROTO_TCP)
		streams_cut(&forwarder->streams, listener);
	else
		datagrams_cut(&forwarder->datagrams, listener);
}

static int forwarder_listen(struct forwarder *forwarder, const struct forward_message *message,
			    int fd)
{
	if (fd < 0 || forwarder->listeners.all[message->listener].source.fd >= 0)
		return -EINVAL;
	listeners_add(&forwarder->listeners, message, fd,
		      message->value == IPPROTO_TCP ? forwarder_stream_ready
						    : forwarder_datagram_ready);
	return 0;
}

static void forwarder_answer(struct forwarder *forwarder, const struct forward_message *message,
			     int fd)
{
	struct listener *listener = &forwarder->listeners.all[message->listener];

	listeners_answered(&forwarder->listeners, listener);
	if (listener->source.fd >= 0 && listener->protocol == IPPROTO_TCP)
		streams_answer(&forwarder->streams, message->token, fd, (int)message->value);
	else if (listener->source.fd >= 0)
		datagrams_answer(&forwarder->datagrams, message->token, fd, (int)message->value);
	else if (fd >= 0) /* it was removed meanwhile */
		close(fd);
}

/* Does what the host process says; fd came with the message, or is -1. 0, or -errno. */
static int forwarder_obey(struct forwarder *forwarder, const struct forward_message *message,
			  int fd)
{
	struct listener *listener = &forwarder->listeners.all[message->listener];
	bool there = listener->source.fd >= 0;

	switch ((enum forward_verb)message->verb) {
	case FORWARD_LISTEN:
		return forwarder_listen(forwarder, message, fd);
	case FORWARD_TARGET:
		if (!there)
			return -EINVAL;
		forwarder_cut(forwarder, listener);
		return listeners_open(&forwarder->listeners, listener,
				      message->value == FORWARD_OPEN);
	case FORWARD_FORGET:
		if (!there)
			return -EINVAL;
		forwarder_cut(forwarder, listener);
		listeners_remove(&forwarder->listeners, listener);
		return 0;
	case FORWARD_SOCKET:
		forwarder_answer(forwarder, message, fd);
		return 0;
	case FORWARD_LEVEL:
		log_set_level((enum log_level)message->value);
		return 0;
	case FORWARD_ASK: /* goes to the host process; refused */
		break;
	}
	return -EOPNOTSUPP;
}

/* Handles one message. False: there is none, or the forwarder ends. */
static bool forwarder_take(struct forwarder *forwarder)
{
	struct forward_message message = {0};
	int fds[FDPASS_MAX];
	ssize_t n = fdpass_recv(forwarder->host.fd, &message, sizeof(message), fds);
	int ret;

	if (n == -EAGAIN)
		return false;
	if (n == 0 || n == -ECONNRESET) { /* the host process no longer needs us, or is gone */
		forwarder_end(forwarder, STATUS_STOPPED);
		return false;
	}
	ret = n < 0 ? (int)n : forward_message_from_host(&message, (size_t)n, &message);
	if (ret == 0)
		ret = forwarder_obey(forwarder, &message, fds[0]);
	if (ret == 0)
		return true;
	log_error("the forwarder cannot do what the host process asks: %s", strerror(-ret));
	forwarder_end(forwarder, STATUS_FAILED);
	return false;
}

static void forwarder_host_ready(struct source *source, uint32_t events)
{
	struct forwarder *forwarder = container_of(source, struct forwarder, host);

	(void)events;
	for (int i = 0; i < FORWARDER_BUDGET && forwarder_take(forwarder); i++)
		;
}

static int forwarder_init(struct forwarder *forwarder)
{
	struct siphash_key hash;
	int ret = loop_init(&forwarder->loop);

	if (ret == 0 && getrandom(&hash, sizeof(hash), 0) != (ssize_t)sizeof(hash))
		ret = -EIO;
	if (ret < 0)
		return ret;
	listeners_init(&forwarder->listeners, &forwarder->loop, FORWARDER_HOST_FD);
	ret = streams_init(&forwarder->streams, &forwarder->loop, &forwarder->listeners);
	if (ret == 0)
		ret = datagrams_init(&forwarder->datagrams, &forwarder->loop, &forwarder->listeners,
				     &hash);
	forwarder->host = (struct source){.fd = FORWARDER_HOST_FD, .ready = forwarder_host_ready};
	if (ret == 0)
		ret = loop_add(&forwarder->loop, &forwarder->host, EPOLLIN);
	return ret;
}

int forwarder_main(int argc, char *const *argv)
{
	struct forwarder *forwarder = calloc(1, sizeof(*forwarder));
	enum log_level level;
	int ret = forwarder ? 0 : -ENOMEM;
	int status;

	process_ignore_signals();
	if (argc != FORWARDER_ARGUMENTS ||
	    log_parse_level(argv[FORWARDER_ARGUMENT_LEVEL], &level) < 0)
		ret = -EINVAL;
	else
		log_init(level);
	if (ret == 0)
		ret = forwarder_init(forwarder);
	if (ret == 0)
		ret = sandbox_enter_forwarder();
	if (ret < 0) {
		log_error("the forwarder cannot start: %s", strerror(-ret));
		free(forwarder);
		return STATUS_FAILED;
	}
	ret = loop_run(&forwarder->loop);
	status = ret < 0 ? STATUS_FAILED : forwarder->status;
	streams_finish(&forwarder->streams);
	datagrams_finish(&forwarder->datagrams);
	listeners_finish(&forwarder->listeners);
	loop_finish(&forwarder->loop);
	free(forwarder);
	return status;
}
