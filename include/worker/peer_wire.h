/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How frames cross a peer's socket: what differs between types of sockets. What is queued, in which
 * order and for how long is the same for all (peer.h).
 */
#pragma once

#include "peer.h"

struct peer_wire {
	/* Passes on what has come, about one batch. It may lose the peer. */
	void (*receive)(struct peer *peer);
	/*
	 * Sends or drops the messages in the outbox, and empties it. Returns how many are done; the
	 * rest must wait until the peer has read. Never loses the peer.
	 */
	unsigned (*flush)(struct peer *peer);
	unsigned burst; /* messages flushed at once of those that had to wait */
};

/* Detaches the peer, and tells its owner that it is gone. */
void peer_lose(struct peer *peer);

/* Frames have come from the peer: passes them to the bridge, now or when the port's rate allows. */
void peer_pass(struct peer *peer, struct frame *frames, unsigned n);

/* Reports that a frame to the peer was dropped; frame may be NULL. */
void peer_tell(const struct peer *peer, const struct frame *frame, enum port_drop drop);

/* Why nothing could be sent, from errno; PORT_DROP_FULL: no room now. */
enum port_drop peer_drop_reason(int error);
