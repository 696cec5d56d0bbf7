// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bridge.h"

/*
 * How long a peer whose queue is full is waited for: at most 100 times 50 µs
 * (which the kernel's timer slack makes 150), then its frames are dropped. It
 * earns another try with every 8 frames that it takes, so that one that reads
 * slowly, or a frame now and then, cannot hold up the others for long either;
 * who comes begins with none, so that coming anew buys nothing. What is waited
 * in vain for all peers together has a bound, too (stallbudget.h): without it, 100
 * that stopped reading at once held up the rest for 1.5 s. With 10 tries, a
 * guest whose processor was busy elsewhere for 500 µs lost 500 to 23000 frames
 * in 3 s of one TCP stream; with 100 it loses none, and is 1.17 times as fast
 * (paired medians, 2 processors, 92 frames in the socket's buffer).
 */
enum { PEER_TRIES = 100, PEER_TRY_NS = 50000, PEER_FRAMES_PER_TRY = 8 };

/*
 * Bytes of frames that a peer may have unread, of which the kernel makes twice as
 * many, for its own part of each: some 220 frames of 1500 bytes, or 6 of 65520.
 * Its default is 40 % of that. One TCP stream to a guest is 1.2 times as fast so,
 * and 1.45 times with an MTU of 65520, which sent 900 segments again in 2 s and
 * now none; four times as much made no difference (paired medians, 2 processors).
 */
enum { PEER_SEND_BUFFER = 262144 };

/* Frames at once from which on a connected socket is worth its price (port_vde.c). */
enum { PEER_BULK = 8 };

void peer_init(struct peer *peer, struct loop *loop, struct batch *batch, struct outbox *outbox,
	       struct port *port, void (*lost)(struct peer *peer))
{
	*peer = (struct peer){.loop = loop,
			      .batch = batch,
			      .outbox = outbox,
			      .port = port,
			      .data.fd = -1,
			      .control.fd = -1,
			      .lost = lost};
}

void peer_detach(struct peer *peer)
{
	if (!peer->loop)
		return;
	loop_close(peer->loop, &peer->data);
	loop_close(peer->loop, &peer->control);
}

bool peer_is_attached(const struct peer *peer)
{
	return peer->data.fd >= 0;
}

static void peer_lose(struct peer *peer)
{
	peer_detach(peer);
	peer->lost(peer);
}

/* Whether the peer is who it says; one that is another is lost. */
static bool peer_is_proven(struct peer *peer)
{
	int ret = peer->prove ? peer->prove(peer) : 1;

	if (ret == 1)
		peer->prove = NULL;
	else if (ret == -EPERM)
		peer_lose(peer);
	return ret == 1;
}

static void peer_data_ready(struct source *source, uint32_t events)
{
	struct peer *peer = container_of(source, struct peer, data);
	bool ended = false;
	int n;

	(void)events;
	if (!peer_is_proven(peer))
		return;
	n = batch_receive(peer->batch, source->fd);
	if (n > 0 && peer->connected && peer->batch->frames[n - 1].size == 0) {
		ended = true; /* end of file is a message of no bytes; every later one is too */
		while (n > 0 && peer->batch->frames[n - 1].size == 0)
			n--;
	}
	if (n > 0)
		bridge_input(peer->port->bridge, peer->port, peer->batch->frames, n);
	/* Of a datagram socket, errors say that a peer is not there yet, or no more. */
	if (ended || (n < 0 && peer->connected))
		peer_lose(peer);
}

static void peer_control_ready(struct source *source, uint32_t events)
{
	struct peer *peer = container_of(source, struct peer, control);
	char ignored[512];
	ssize_t n = read(source->fd, ignored, sizeof(ignored));

	(void)events;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		peer_lose(peer);
}

static bool peer_is_seqpacket(int fd)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

/* Less will do where the host allows less; who has more keeps it. */
static void peer_widen(int data)
{
	const int buffer = PEER_SEND_BUFFER;
	int now = 0;
	socklen_t size = sizeof(now);

	if (getsockopt(data, SOL_SOCKET, SO_SNDBUF, &now, &size) == 0 && now < 2 * buffer)
		(void)setsockopt(data, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
}

int peer_attach(struct peer *peer, int data, int control)
{
	int ret = 0;

	peer_detach(peer);
	peer->tries = 0;
	peer->taken = 0;
	peer->connected = peer_is_seqpacket(data);
	peer->address = NULL;
	peer->meet = NULL;
	peer->prove = NULL;
	peer->data = (struct source){.fd = data, .ready = peer_data_ready};
	peer->control = (struct source){.fd = control, .ready = peer_control_ready};
	peer_widen(data);
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

/* Lets the peer read for one try; how long that was, in ns. */
static int64_t peer_wait(struct peer *peer)
{
	const struct timespec try = {.tv_nsec = PEER_TRY_NS};
	struct pollfd writable = {.fd = peer->data.fd, .events = POLLOUT};

	peer->tries--;
	/* A socket that is not connected is always writable to poll: just wait. */
	ppoll(&writable, peer->address ? 0 : 1, &try, NULL);
	return stallbudget_end(&peer->outbox->budget);
}

static void peer_earn(struct peer *peer, unsigned frames)
{
	peer->taken += frames;
	peer->tries += peer->taken / PEER_FRAMES_PER_TRY;
	peer->taken %= PEER_FRAMES_PER_TRY;
	if (peer->tries > PEER_TRIES)
		peer->tries = PEER_TRIES;
}

static enum port_drop peer_drop_reason(int error)
{
	switch (error) {
	case EAGAIN:
	case ENOBUFS:
		return PORT_DROP_FULL;
	case ECONNREFUSED:
	case ECONNRESET:
	case ENOENT:
	case ENOTCONN:
	case EPERM: /* it is connected to another, as a peer of point to point may be */
	case EPIPE:
		return PORT_DROP_DOWN;
	case EACCES:
		return PORT_DROP_RIGHTS;
	default:
		return PORT_DROP_ERROR;
	}
}

/* Sends what it can; returns how many, with the error that stopped it in *error. */
static unsigned peer_send_some(struct peer *peer, struct mmsghdr *messages, unsigned n, int *error)
{
	struct stallbudget *budget = &peer->outbox->budget;
	unsigned sent = 0;
	int64_t waited = 0; /* ns, since it last took one */

	while (sent < n) {
		int ret = sendmmsg(peer->data.fd, messages + sent, n - sent,
				   MSG_DONTWAIT | MSG_NOSIGNAL);

		if (ret > 0) {
			sent += (unsigned)ret;
			peer_earn(peer, (unsigned)ret);
			stallbudget_return(budget, waited);
			waited = 0;
			continue;
		}
		*error = errno;
		if (errno == EINTR)
			continue;
		if ((errno != EAGAIN && errno != ENOBUFS) || peer->tries == 0 ||
		    !stallbudget_begin(budget))
			break;
		waited += peer_wait(peer);
	}
	return sent;
}

/* Where the messages go: to whom the socket is connected, or to the address. */
static void peer_address(struct peer *peer, struct mmsghdr *messages, unsigned n)
{
	if (peer->address && n >= PEER_BULK)
		peer->meet(peer);
	for (unsigned i = 0; i < n; i++) {
		messages[i].msg_hdr.msg_name = (void *)peer->address;
		messages[i].msg_hdr.msg_namelen = peer->address ? sizeof(*peer->address) : 0;
	}
}

/* Sends or drops what is in the outbox, and empties it. */
static void peer_flush(struct peer *peer)
{
	struct outbox *outbox = peer->outbox;
	struct port_counters *counters = &peer->port->counters;
	struct mmsghdr *messages = outbox->messages;
	unsigned done = 0;

	peer_address(peer, messages, outbox->n);
	while (done < outbox->n) {
		int error = 0;
		unsigned sent = peer_send_some(peer, messages + done, outbox->n - done, &error);
		enum port_drop reason = peer_drop_reason(error);

		counters->frames_out += sent;
		for (unsigned i = done; i < done + sent; i++)
			counters->bytes_out += messages[i].msg_len;
		done += sent;
		if (done == outbox->n)
			break;
		if (reason == PORT_DROP_RIGHTS && peer->port->bridge->dropped)
			peer->port->bridge->dropped(peer->port->bridge, peer->port, NULL, reason);
		if (reason != PORT_DROP_ERROR) {
			counters->dropped_out[reason] += outbox->n - done;
			break;
		}
		counters->dropped_out[reason]++; /* this frame's fault: go on with the next */
		done++;
	}
	outbox->n = 0;
}

/* Plain frames, as the wire carries them, of one that may be more. */
static void peer_split(struct peer *peer, const struct frame *frame)
{
	struct gso gso;

	if (gso_begin(&gso, frame) < 0) {
		peer->port->counters.dropped_out[PORT_DROP_ERROR]++;
		return;
	}
	while (gso.n_segments > 0) {
		if (outbox_is_full(peer->outbox))
			peer_flush(peer);
		gso_next(&gso, outbox_segment(peer->outbox));
		outbox_add_segment(peer->outbox);
	}
}

void peer_send(struct peer *peer, const struct frame *frames, unsigned n)
{
	if (!peer_is_attached(peer)) {
		peer->port->counters.dropped_out[PORT_DROP_DOWN] += n;
		return;
	}
	if (peer->prove) {
		peer->port->counters.dropped_out[PORT_DROP_UNPROVEN] += n;
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		if (!frame_is_plain(&frames[i])) {
			peer_split(peer, &frames[i]);
			continue;
		}
		if (outbox_is_full(peer->outbox))
			peer_flush(peer);
		outbox_add_frame(peer->outbox, &frames[i]);
	}
	peer_flush(peer);
}
