// SPDX-License-Identifier: GPL-2.0-or-later
#include "peer_buffer.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "clock.h"
#include "peer.h"

/* The kernel's data about a socket's memory, in bytes. */
struct peer_buffer_memory {
	uint32_t values[SK_MEMINFO_VARS];
};

static int peer_buffer_look(const struct peer *peer, struct peer_buffer_memory *memory)
{
	socklen_t size = sizeof(*memory);

	*memory = (struct peer_buffer_memory){0};
	return getsockopt(peer->data.fd, SOL_SOCKET, SO_MEMINFO, memory, &size) < 0 ? -errno : 0;
}

/* The kernel doubles the value, or less where the host's limit is lower. */
static void peer_buffer_resize(const struct peer *peer)
{
	const int half = (int)(peer->buffer.size / 2);

	(void)setsockopt(peer->data.fd, SOL_SOCKET, SO_SNDBUF, &half, sizeof(half));
}

void peer_buffer_adapt(struct peer *peer, int64_t now)
{
	struct peer_buffer_memory memory;

	if (peer->sized && peer_buffer_look(peer, &memory) == 0 &&
	    sendbuffer_has_room(&peer->buffer, memory.values[SK_MEMINFO_WMEM_ALLOC], now))
		peer_buffer_resize(peer);
}

void peer_buffer_begin(struct peer *peer)
{
	struct peer_buffer_memory memory;

	sendbuffer_init(&peer->buffer, peer->batch->mtu, clock_ns());
	peer->sized = peer_buffer_look(peer, &memory) == 0 &&
		      memory.values[SK_MEMINFO_SNDBUF] <= SENDBUFFER_MAX;
	if (peer->sized)
		peer_buffer_resize(peer);
}
