// SPDX-License-Identifier: GPL-2.0-or-later
#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "shortage.h"

enum {
	STREAMS_ACCEPTS = 8,	    /* per turn of the loop, per listener */
	STREAMS_ROUNDS = 16,	    /* of splice() in and out, per turn and direction */
	STREAMS_PIECE = 64 * 1024,  /* a full-size pipe */
	STREAMS_TICK = 1000,	    /* ms */
	STREAMS_TOKEN_SLOT = 65535, /* the slot's part of a token; the generation is above it */
};

_Static_assert(STREAMS_MAX <= (int)STREAMS_TOKEN_SLOT, "a slot fits into a token");

static const struct stream_way streams_no_way = {.pipe = {-1, -1}};

static void streams_arm(struct streams *streams)
{
	if (!streams->armed)
		timer_arm(&streams->timer, STREAMS_TICK);
	streams->armed = true;
}

/* Makes a close tell the client that the connection broke, not that it ended. */
static void streams_reset(int fd)
{
	const struct linger linger = {.l_onoff = 1, .l_linger = 0};

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void streams_tell_refused(struct streams *streams)
{
	uint64_t n = tally_take(&streams->refused, streams->n_refused, clock_now());

	if (n > 0)
		log_warning("refused %" PRIu64
			    " connections from this host to forwarded ports: a port can have at "
			    "most %u, and no more than it leaves for others",
			    n, STREAMS_MAX / 2);
}

/* ---- a connection ---- */

static bool stream_is_opening(const struct stream *stream)
{
	return stream->state == STREAM_ASKED || stream->state == STREAM_CONNECTING;
}

static void stream_finish_way(struct streams *streams, struct stream_way *way)
{
	if (way->held > 0)
		pipes_close(&way->pipe);
	else
		pipes_give(&streams->pipes, &way->pipe);
	*way = streams_no_way;
}

static void stream_close(struct stream *stream)
{
	struct streams *streams = stream->streams;

	loop_close(streams->loop, &stream->client.source);
	loop_close(streams->loop, &stream->guest.source);
	stream_finish_way(streams, &stream->up);
	stream_finish_way(streams, &stream->down);
	streams->n_opening -= stream_is_opening(stream);
	stream->state = STREAM_FREE;
	stream->generation++;
	stream->listener->n_users--;
	stream->listener = NULL;
	stream->next_free = streams->free;
	streams->free = stream;
	streams->n--;
}

static void stream_abort(struct stream *stream)
{
	streams_reset(stream->client.source.fd);
	streams_reset(stream->guest.source.fd);
	stream_close(stream);
}

static void stream_fail(struct stream *stream, const char *what, int error)
{
	log_debug("forward %u: %s: %s", stream->listener->number, what, strerror(error));
	stream_abort(stream);
}

/* False: not possible. */
static bool stream_watch(struct stream *stream, struct stream_side *side, uint32_t events,
			 bool heard)
{
	struct loop *loop = stream->streams->loop;

	if (heard && !side->watched)
		side->watched = loop_add(loop, &side->source, events) == 0;
	else if (heard && side->events != events)
		loop_watch(loop, &side->source, events);
	else if (!heard && side->watched)
		loop_pause(loop, &side->source);
	side->watched = side->watched && heard;
	side->events = events;
	return side->watched == heard;
}

/* Sets the events of one side, from its two directions. */
static bool stream_watch_side(struct stream *stream, struct stream_side *side,
			      const struct stream_way *from, const struct stream_way *to)
{
	uint32_t events = 0;

	if (from->held == 0 && !from->ended)
		events |= EPOLLIN;
	if (to->held > 0)
		events |= EPOLLOUT;
	/*
	 * A socket with end of file in both directions is "hung up" forever, though some of its
	 * bytes may still wait for the other side.
	 */
	return stream_watch(stream, side, events, events != 0 || !to->told);
}

/* ---- bytes ---- */

/* From one socket to the other. 0, or -errno: the connection broke. */
static int stream_move(struct streams *streams, struct stream_way *way, int from, int to)
{
	const unsigned flags = SPLICE_F_NONBLOCK | SPLICE_F_MOVE;
	ssize_t n = 0;

	for (int i = 0; i < STREAMS_ROUNDS && n >= 0; i++) {
		if (way->held == 0 && !way->ended) {
			int ret = way->pipe.in < 0 ? pipes_take(&streams->pipes, &way->pipe) : 0;

			if (ret < 0)
				return ret;
			n = splice(from, NULL, way->pipe.in, NULL, STREAMS_PIECE, flags);
			if (n < 0)
				break;
			way->held = (size_t)n;
			way->ended = n == 0;
		}
		if (way->held == 0)
			break;
		n = splice(way->pipe.out, NULL, to, NULL, way->held, flags);
		if (n > 0)
			way->held -= (size_t)n;
	}
	if (n < 0 && errno != EAGAIN)
		return -errno;
	if (way->held > 0)
		return 0;
	pipes_give(&streams->pipes, &way->pipe);
	if (way->ended && !way->told && shutdown(to, SHUT_WR) < 0)
		return -errno;
	way->told = way->ended;
	return 0;
}

/* Moves what it can in the given directions. The stream may be gone afterwards. */
static void stream_run(struct stream *stream, bool up, bool down)
{
	struct streams *streams = stream->streams;
	int client = stream->client.source.fd;
	int guest = stream->guest.source.fd;
	int ret = up ? stream_move(streams, &stream->up, client, guest) : 0;

	if (ret == 0 && down)
		ret = stream_move(streams, &stream->down, guest, client);
	if (ret < 0)
		stream_fail(stream, "a connection broke", -ret);
	else if (stream->up.told && stream->down.told)
		stream_close(stream);
	else if (!stream_watch_side(stream, &stream->client, &stream->up, &stream->down) ||
		 !stream_watch_side(stream, &stream->guest, &stream->down, &stream->up))
		stream_fail(stream, "a connection cannot be watched", ENOMEM);
}

static void stream_client_ready(struct source *source, uint32_t events)
{
	struct stream *stream = container_of(source, struct stream, client.source);

	if (events & EPOLLERR || (events & EPOLLHUP && stream->state != STREAM_OPEN))
		stream_abort(stream);
	else if (stream->state == STREAM_OPEN)
		stream_run(stream, events & (EPOLLIN | EPOLLHUP), events & (EPOLLOUT | EPOLLHUP));
}

/* The connection attempt to the guest has ended. */
static void stream_connected(struct stream *stream)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(stream->guest.source.fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error != 0) {
		stream_fail(stream, "the guest cannot be reached", error);
		return;
	}
	stream->state = STREAM_OPEN;
	stream->streams->n_opening--;
	stream_run(stream, true, true);
}

static void stream_guest_ready(struct source *source, uint32_t events)
{
	struct stream *stream = container_of(source, struct stream, guest.source);

	if (stream->state == STREAM_CONNECTING)
		stream_connected(stream);
	else if (events & EPOLLERR)
		stream_abort(stream);
	else
		stream_run(stream, events & (EPOLLOUT | EPOLLHUP), events & (EPOLLIN | EPOLLHUP));
}

/* ---- new connections ---- */

/* A client that has already reset its connection is not worth a request. */
static bool streams_has_gone(int fd)
{
	int error = 0;
	socklen_t size = sizeof(error);

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error != 0;
}

/* Takes over fd. */
static void streams_begin(struct streams *streams, struct listener *listener, int fd)
{
	struct stream *stream = streams->free;

	if (streams_has_gone(fd)) {
		close(fd);
		return;
	}
	/* A port may use as many as it leaves free, so one that uses up its share leaves some. */
	if (!stream || listener->n_users >= STREAMS_MAX - streams->n) {
		streams_reset(fd);
		close(fd);
		streams->n_refused++;
		streams_tell_refused(streams);
		return;
	}
	streams->free = stream->next_free;
	streams->n++;
	streams->n_opening++;
	listener->n_users++;
	stream->state = STREAM_ASKED;
	stream->listener = listener;
	stream->client = (struct stream_side){.source = {.fd = fd, .ready = stream_client_ready}};
	stream->guest = (struct stream_side){.source = {.fd = -1, .ready = stream_guest_ready}};
	stream->deadline = clock_now() + STREAMS_CONNECT_MS;
	streams_arm(streams);
	if (!stream_watch(stream, &stream->client, 0, true) ||
	    listeners_ask(streams->listeners, listener,
			  (uint32_t)stream->generation << 16 | (uint32_t)(stream - streams->all)) <
		    0)
		stream_abort(stream);
}

void streams_accept(struct streams *streams, struct listener *listener)
{
	for (int i = 0; i < STREAMS_ACCEPTS && listener->open; i++) {
		int fd;

		if (!listeners_may_ask(streams->listeners, listener))
			return;
		fd = accept4(listener->source.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			streams_begin(streams, listener, fd);
			continue;
		}
		if (shortage_is(errno)) {
			listeners_wait(streams->listeners, listener);
			streams_arm(streams);
			return;
		}
		if (errno == EINVAL) /* it is not listening; a message will say so */
			listeners_open(streams->listeners, listener, false);
		break;
	}
	listeners_pass(streams->listeners);
}

/* The stream that the answer is for, or NULL. */
static struct stream *streams_find(struct streams *streams, uint32_t token)
{
	uint32_t slot = token & STREAMS_TOKEN_SLOT;
	struct stream *stream = slot < STREAMS_MAX ? &streams->all[slot] : NULL;

	return stream && stream->state == STREAM_ASKED && stream->generation == token >> 16 ? stream
											    : NULL;
}

void streams_answer(struct streams *streams, uint32_t token, int fd, int error)
{
	struct stream *stream = streams_find(streams, token);

	if (!stream) { /* it ended meanwhile */
		if (fd >= 0)
			close(fd);
		return;
	}
	stream->state = STREAM_CONNECTING;
	if (fd < 0) {
		stream_fail(stream, "the guest cannot be reached", error);
		return;
	}
	stream->guest.source.fd = fd;
	if (!stream_watch(stream, &stream->guest, EPOLLOUT, true))
		stream_fail(stream, "a connection cannot be watched", ENOMEM);
}

void streams_cut(struct streams *streams, const struct listener *listener)
{
	for (unsigned i = 0; i < STREAMS_MAX && listener->n_users > 0; i++) {
		if (streams->all[i].listener == listener)
			stream_abort(&streams->all[i]);
	}
}

static void streams_tick(struct timer *timer)
{
	struct streams *streams = container_of(timer, struct streams, timer);
	int64_t now = clock_now();

	streams->armed = false;
	for (unsigned i = 0; i < STREAMS_MAX && streams->n_opening > 0; i++) {
		struct stream *stream = &streams->all[i];

		if (stream_is_opening(stream) && now >= stream->deadline)
			stream_fail(stream, "the guest does not answer", ETIMEDOUT);
	}
	listeners_turn(streams->listeners);
	streams_tell_refused(streams);
	if (streams->n_opening > 0 || streams->listeners->first)
		streams_arm(streams);
}

int streams_init(struct streams *streams, struct loop *loop, struct listeners *listeners)
{
	streams->loop = loop;
	streams->listeners = listeners;
	for (unsigned i = STREAMS_MAX; i-- > 0;) {
		struct stream *stream = &streams->all[i];

		*stream = (struct stream){.streams = streams,
					  .client.source.fd = -1,
					  .guest.source.fd = -1,
					  .up = streams_no_way,
					  .down = streams_no_way,
					  .next_free = streams->free};
		streams->free = stream;
	}
	return timer_init(&streams->timer, loop, streams_tick);
}

void streams_finish(struct streams *streams)
{
	for (unsigned i = 0; i < STREAMS_MAX; i++) {
		if (streams->all[i].state != STREAM_FREE)
			stream_abort(&streams->all[i]);
	}
	pipes_finish(&streams->pipes);
	timer_finish(&streams->timer);
}
