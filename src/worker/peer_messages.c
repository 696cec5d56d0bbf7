// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer_messages.h"

#include <errno.h>
#include <sys/socket.h>

#include "clock.h"
#include "peer_wire.h"

enum {
	PEER_BULK = 8,	    /* frames at once that make connecting worth its cost (port_vde.c) */
	PEER_BARRED = 1000, /* ms without access to the peer's socket that are reported */
};

/* Whether the peer has proved who it is; loses it if it is someone else. */
static bool messages_are_proven(struct peer *peer)
{
	int ret = peer->prove ? peer->prove(peer) : 1;

	if (ret == 1)
		peer->prove = NULL;
	else if (ret == -EPERM)
		peer_lose(peer);
	return ret == 1;
}

static void messages_receive(struct peer *peer)
{
	bool ended = false;
	int n;

	if (!messages_are_proven(peer))
		return;
	n = batch_receive(peer->batch, peer->data.fd);
	if (n > 0 && peer->connected && peer->batch->frames[n - 1].size == 0) {
		ended = true; /* end of file is an empty message, and so is every later one */
		while (n > 0 && peer->batch->frames[n - 1].size == 0)
			n--;
	}
	if (n > 0)
		peer_pass(peer, peer->batch->frames, (unsigned)n);
	/* On a datagram socket, errors mean that a peer is not there yet, or has gone. */
	if (ended || (n < 0 && peer->connected))
		peer_lose(peer);
}

/* Sets the destination: the connected peer, or the address. */
static void messages_address(struct peer *peer, struct mmsghdr *messages, unsigned n)
{
	if (peer->address && n >= PEER_BULK)
		peer->meet(peer);
	for (unsigned i = 0; i < n; i++) {
		messages[i].msg_hdr.msg_name = (void *)peer->address;
		messages[i].msg_hdr.msg_namelen = peer->address ? sizeof(*peer->address) : 0;
	}
}

/*
 * Whether the socket can report new room: to poll, one that is not connected is always writable. If
 * it gets connected only now, the messages must be sent again.
 */
static bool messages_can_wait(struct peer *peer, struct mmsghdr *messages, unsigned n)
{
	if (peer->address) {
		peer->meet(peer);
		messages_address(peer, messages, n);
	}
	return !peer->address;
}

/*
 * Whether the peer's socket has been closed to us for too long. For a moment each one may be:
 * libvdeplug binds it, and only then sets its mode.
 */
static bool messages_are_barred(struct peer *peer, enum port_drop reason)
{
	int64_t now;

	if (reason != PORT_DROP_RIGHTS) {
		peer->barred = 0;
		return false;
	}
	now = clock_now();
	if (peer->barred == 0)
		peer->barred = now;
	return now - peer->barred >= PEER_BARRED;
}

static unsigned messages_flush(struct peer *peer)
{
	struct outbox *outbox = peer->outbox;
	struct port_counters *counters = &peer->port->counters;
	struct mmsghdr *messages = outbox->messages;
	unsigned n = outbox->n;
	unsigned done = 0;

	outbox->n = 0;
	messages_address(peer, messages, n);
	while (done < n) {
		int ret = sendmmsg(peer->data.fd, messages + done, n - done,
				   MSG_DONTWAIT | MSG_NOSIGNAL);
		enum port_drop reason = ret > 0 ? PORT_DROPS : peer_drop_reason(errno);
		bool barred = messages_are_barred(peer, reason);

		for (; ret > 0; ret--, done++) {
			counters->frames_out++;
			counters->bytes_out += messages[done].msg_len;
		}
		if (reason == PORT_DROPS || errno == EINTR)
			continue;
		if (reason == PORT_DROP_FULL &&
		    messages_can_wait(peer, messages + done, n - done)) {
			peer->full = true;
			break;
		}
		if (barred)
			peer_tell(peer, NULL, reason);
		if (reason != PORT_DROP_ERROR) {
			counters->dropped_out[reason] += n - done;
			return n;
		}
		counters->dropped_out[reason]++; /* this frame's fault: go on with the next */
		done++;
	}
	return done;
}

/* A socket's queue has room for ten where the host has not set more (net.unix.max_dgram_qlen). */
enum { MESSAGES_BURST = 8 };

const struct peer_wire peer_messages = {
	.receive = messages_receive,
	.flush = messages_flush,
	.burst = MESSAGES_BURST,
};
