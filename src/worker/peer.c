// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"
#include "clock.h"
#include "fdpass.h"
#include "inbox.h"
#include "peer_buffer.h"
#include "peer_messages.h"
#include "peer_stream.h"
#include "peer_wire.h"
#include "segments.h"

bool peer_is_attached(const struct peer *peer)
{
	return peer->data.fd >= 0;
}

void peer_lose(struct peer *peer)
{
	peer_detach(peer);
	peer->lost(peer);
}

void peer_pass(struct peer *peer, struct frame *frames, unsigned n)
{
	if (peer->look)
		peer->look(peer, frames, n);
	if (peer->inbox)
		inbox_add(peer->inbox, frames, n);
	else
		bridge_input(peer->port->bridge, peer->port, frames, n);
}

/* ---- sending ----------------------------------------------------------------- */

enum port_drop peer_drop_reason(int error)
{
	switch (error) {
	case EAGAIN:
	case ENOBUFS:
		return PORT_DROP_FULL;
	case ECONNREFUSED:
	case ECONNRESET:
	case ENOENT:
	case ENOTCONN:
	case EPERM: /* connected to another socket, possible in point to point */
	case EPIPE:
		return PORT_DROP_DOWN;
	case EACCES:
		return PORT_DROP_RIGHTS;
	default:
		return PORT_DROP_ERROR;
	}
}

void peer_tell(const struct peer *peer, const struct frame *frame, enum port_drop drop)
{
	struct bridge *bridge = peer->port->bridge;

	if (bridge->dropped)
		bridge->dropped(bridge, peer->port, frame, drop);
}

/* Begins to split a frame. False: it was dropped and counted. */
static bool peer_open(struct peer *peer, struct gso *gso, const struct frame *frame)
{
	if (gso_begin(gso, frame) < 0) {
		peer->port->counters.dropped_out[PORT_DROP_ERROR]++;
		return false;
	}
	if (frame_is_plain(frame))
		return true;
	/* Other instances with the same network identifier may use a larger MTU. */
	if (gso_frame_size(gso) > frame_limit(frame, peer->port->bridge->mtu)) {
		peer->port->counters.dropped_out[PORT_DROP_LONG] += gso->n_segments;
		peer_tell(peer, frame, PORT_DROP_LONG);
		return false;
	}
	if (peer->port->bridge->segments)
		segments_fit(peer->port->bridge->segments, peer->port, gso);
	return true;
}

/* ---- waiting ----------------------------------------------------------------- */

/* Queues the rest of the frames that peer_send_now() opened, and all others from that one on. */
static void peer_keep(struct peer *peer, const struct frame *frames, unsigned n,
		      struct outbox_origin rest)
{
	const struct outbox *outbox = peer->outbox;
	int64_t now = clock_ns();

	for (unsigned i = rest.frame; i < n; i++, rest.segment = 0) {
		struct gso gso PACKET_PARSED;

		if (i >= outbox->n_opened) {
			if (!peer_open(peer, &gso, &frames[i]))
				continue;
		} else if (outbox->sizes[i] == 0 || gso_begin(&gso, &frames[i]) < 0) {
			continue;
		} else {
			gso_resize(&gso, outbox->sizes[i]);
		}
		gso_skip(&gso, rest.segment);
		queue_add(&peer->queue, &gso, rest.segment, peer->port->bridge->from, now);
	}
}

/* Whether something must be sent before what comes now. */
static bool peer_waits(const struct peer *peer)
{
	return !queue_is_empty(&peer->queue) || peer->unsent > 0;
}

/* Asks the loop for EPOLLOUT while room is what we wait for. */
static void peer_ask(struct peer *peer)
{
	bool asks = peer->unsent > 0 ||
		    (!queue_is_empty(&peer->queue) && !throttle_waits(&peer->throttle));

	if (asks != peer->asks)
		loop_watch(peer->loop, &peer->data, EPOLLIN | (asks ? EPOLLOUT : 0));
	peer->asks = asks;
}

/*
 * Bytes chosen at once of what waits: not more than the peer has unread, or what begins meanwhile
 * waits for twice as much.
 */
static int64_t peer_burst(struct peer *peer, int64_t now)
{
	int64_t allowed = throttle_allows(&peer->throttle, now);
	int64_t room = peer->sized ? peer->buffer.size : SENDBUFFER_MAX;

	return allowed < room ? allowed : room;
}

/* One turn's worth, so that others have theirs. */
static void peer_drain(struct peer *peer, int64_t now)
{
	struct queue *queue = &peer->queue;
	unsigned sent = 0;
	unsigned n;
	unsigned done;

	peer->full = false;
	do {
		n = queue_fill_ring(queue, peer->wire->burst, peer_burst(peer, now), now);
		for (unsigned i = 0; i < n; i++) {
			queue_cut(queue, i, outbox_segment(peer->outbox));
			outbox_add_segment(peer->outbox);
		}
		done = peer->wire->flush(peer);
		throttle_take(&peer->throttle, queue_sent(queue, done));
		sent += n;
	} while (sent < PORT_BATCH && n > 0 && done == n && peer->unsent == 0);
	if (!queue_is_empty(queue) && throttle_allows(&peer->throttle, now) <= 0)
		throttle_wait(&peer->throttle, now);
	peer_ask(peer);
}

static void peer_reached(struct throttle *throttle)
{
	peer_drain(container_of(throttle, struct peer, throttle), clock_ns());
}

/* ---- sending without waiting ------------------------------------------------- */

/* Empties the outbox. False: the peer must read first; *rest is where to go on. */
static bool peer_flush_all(struct peer *peer, struct outbox_origin *rest)
{
	unsigned n = peer->outbox->n;
	unsigned done = peer->wire->flush(peer);

	if (done < n)
		*rest = peer->outbox->origins[done];
	return done == n;
}

/* Adds the next segment; a frame with only one goes as it is. */
static void peer_add(struct outbox *outbox, struct gso *gso)
{
	if (frame_is_plain(gso->frame)) {
		gso_skip(gso, 1);
		outbox_add_frame(outbox, gso->frame);
	} else {
		gso_next(gso, outbox_segment(outbox));
		outbox_add_segment(outbox);
	}
}

/* Sends frames as long as the peer takes them. False: some are left. */
static bool peer_send_now(struct peer *peer, const struct frame *frames, unsigned n,
			  struct outbox_origin *rest)
{
	struct outbox *outbox = peer->outbox;

	for (unsigned i = 0; i < n; i++) {
		struct gso gso PACKET_PARSED;
		bool opened = peer_open(peer, &gso, &frames[i]);

		outbox->n_opened = i + 1;
		outbox->sizes[i] = opened ? gso.segment_size : 0;
		if (!opened)
			continue;
		for (unsigned segment = 0; gso.n_segments > 0; segment++) {
			if (outbox_is_full(outbox) && !peer_flush_all(peer, rest))
				return false;
			outbox->origins[outbox->n] = (struct outbox_origin){i, segment};
			peer_add(outbox, &gso);
		}
	}
	return peer_flush_all(peer, rest);
}

void peer_send(struct peer *peer, const struct frame *frames, unsigned n)
{
	struct outbox_origin rest = {0};

	if (!peer_is_attached(peer)) {
		peer->port->counters.dropped_out[PORT_DROP_DOWN] += n;
		return;
	}
	if (peer->prove) {
		peer->port->counters.dropped_out[PORT_DROP_UNPROVEN] += n;
		return;
	}
	if (peer->hear)
		peer->hear(peer, frames, n);
	peer->outbox->n_opened = 0;
	if (peer->inbox || peer_waits(peer) || !peer_send_now(peer, frames, n, &rest))
		peer_keep(peer, frames, n, rest);
	if (peer->inbox && !peer->asks && !throttle_waits(&peer->throttle))
		peer_drain(peer, clock_ns());
	else
		peer_ask(peer);
}

/* With a rate, there may have been room all the time. */
static void peer_has_room(struct peer *peer)
{
	int64_t now = clock_ns();

	if (peer->full || !peer->inbox)
		peer_buffer_adapt(peer, now);
	peer_drain(peer, now);
}

/* On an error or hangup, read first: that tells what happened. */
static void peer_data_ready(struct source *source, uint32_t events)
{
	struct peer *peer = container_of(source, struct peer, data);

	if (events & ~(uint32_t)EPOLLOUT)
		peer->wire->receive(peer);
	if ((events & EPOLLOUT) && peer_is_attached(peer))
		peer_has_room(peer);
}

/* ---- attach and detach ------------------------------------------------------- */

static void peer_control_ready(struct source *source, uint32_t events)
{
	struct peer *peer = container_of(source, struct peer, control);
	char ignored[512];
	ssize_t n = read(source->fd, ignored, sizeof(ignored));

	(void)events;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		peer_lose(peer);
}

void peer_init(struct peer *peer, struct loop *loop, struct batch *batch, struct outbox *outbox,
	       struct queues *queues, struct port *port, void (*lost)(struct peer *peer))
{
	*peer = (struct peer){.loop = loop,
			      .batch = batch,
			      .outbox = outbox,
			      .port = port,
			      .queue = {.queues = queues, .port = port},
			      .data.fd = -1,
			      .control.fd = -1,
			      .lost = lost};
}

static void peer_unlimit(struct peer *peer)
{
	peer->port->rate = 0;
	queue_set_rate(&peer->queue, 0);
	throttle_end(&peer->throttle);
	inbox_close(peer->inbox);
	peer->inbox = NULL;
}

void peer_limit(struct peer *peer, uint64_t rate)
{
	struct inboxes *inboxes = peer->port->bridge->inboxes;
	int64_t now = clock_ns();

	if (rate > 0) {
		if (!peer->inbox)
			peer->inbox = inbox_open(inboxes, peer->port);
		peer->port->rate = rate;
		queue_set_rate(&peer->queue, rate);
		throttle_stop(&peer->throttle);
		throttle_begin(&peer->throttle, &inboxes->throttles, rate, now, peer_reached);
		inbox_set_rate(peer->inbox, rate, now);
	} else if (peer->inbox) {
		inbox_empty(peer->inbox);
		peer_unlimit(peer);
	}
	peer_ask(peer);
}

void peer_detach(struct peer *peer)
{
	if (!peer->loop)
		return;
	if (peer->inbox)
		peer_unlimit(peer);
	peer->asks = false;
	loop_close(peer->loop, &peer->data);
	loop_close(peer->loop, &peer->control);
	queue_clear(&peer->queue, PORT_DROP_DOWN);
	peer->unsent = 0;
}

static bool peer_is_seqpacket(int fd)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

int peer_attach(struct peer *peer, int data, int control)
{
	int ret = 0;

	peer_detach(peer);
	peer->wire = peer->stream ? &peer_stream_wire : &peer_messages;
	peer->fault = 0;
	peer->barred = 0;
	if (peer->stream)
		peer_stream_begin(peer->stream);
	peer->connected = peer_is_seqpacket(data);
	peer->address = NULL;
	peer->meet = NULL;
	peer->prove = NULL;
	peer->data = (struct source){.fd = data, .ready = peer_data_ready};
	peer->control = (struct source){.fd = control, .ready = peer_control_ready};
	peer_buffer_begin(peer);
	fdpass_refuse(data);
	if (control >= 0)
		fdpass_refuse(control);
	if (fcntl(data, F_SETFL, O_NONBLOCK) < 0 ||
	    (control >= 0 && fcntl(control, F_SETFL, O_NONBLOCK) < 0))
		ret = -errno;
	if (ret == 0)
		ret = loop_add(peer->loop, &peer->data, EPOLLIN);
	if (ret == 0 && control >= 0)
		ret = loop_add(peer->loop, &peer->control, EPOLLIN | EPOLLRDHUP);
	if (ret < 0)
		peer_detach(peer);
	return ret;
}
