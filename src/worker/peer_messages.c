// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer_messages.h"

#include <errno.h>
#include <sys/socket.h>

#include "peer_wire.h"

/* Frames at once from which on a connected socket is worth its price (port_vde.c). */
enum { PEER_BULK = 8 };

/* Whether the peer is who it says; one that is another is lost. */
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
		ended = true; /* end of file is a message of no bytes; every later one is too */
		while (n > 0 && peer->batch->frames[n - 1].size == 0)
			n--;
	}
	if (n > 0)
		peer_pass(peer, peer->batch->frames, (unsigned)n);
	/* Of a datagram socket, errors say that a peer is not there yet, or no more. */
	if (ended || (n < 0 && peer->connected))
		peer_lose(peer);
}

/* Where the messages go: to whom the socket is connected, or to the address. */
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
 * Whether the socket says when there is room again: one that is not connected is always writable
 * to poll. Where it only now gets connected, the messages are to be sent once more.
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
 * Sends or drops what is in the outbox, and empties it. How many of its messages are done: those
 * behind have to wait until the peer has read.
 */
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
		if (reason == PORT_DROP_RIGHTS)
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

const struct peer_wire peer_messages = {.receive = messages_receive, .flush = messages_flush};
