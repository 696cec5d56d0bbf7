/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How frames cross a peer's socket: what differs from one type of socket to another. What waits,
 * in which order and for how long is the same for all (peer.h).
 */
#pragma once

#include "peer.h"

struct peer_wire {
	/* Passes on what has come, about a batch. It may lose the peer. */
	void (*receive)(struct peer *peer);
	/*
	 * Sends or drops what is in the outbox, and empties it. How many of its messages are
	 * done: those behind have to wait until the peer has read. It never loses the peer.
	 */
	unsigned (*flush)(struct peer *peer);
};

/* The peer is detached, and its owner told that it is gone. */
void peer_lose(struct peer *peer);

/* Frames have come from the peer: the bridge takes them, now or when its port's rate lets it. */
void peer_pass(struct peer *peer, struct frame *frames, unsigned n);

/* Has it said that a frame to the peer was dropped; frame may be NULL. */
void peer_tell(const struct peer *peer, const struct frame *frame, enum port_drop drop);

/* Why nothing could be sent, by errno; PORT_DROP_FULL: there is no room now. */
enum port_drop peer_drop_reason(int error);
