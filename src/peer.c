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
 * How long a batch waits for a peer that reads: at most 10 times 50 µs, then
 * frames are dropped (the bound that vmnet-helper#267 settled on). A peer that
 * let it come to that is not waited for again until it has read something.
 */
enum { PEER_TRIES = 10, PEER_TRY_NS = 50000 };

void peer_init(struct peer *peer, struct loop *loop, struct batch *batch, struct port *port,
	       void (*lost)(struct peer *peer))
{
	*peer = (struct peer){.loop = loop,
			      .batch = batch,
			      .port = port,
			      .data.fd = -1,
			      .control.fd = -1,
			      .lost = lost};
}

static void peer_close(struct peer *peer, struct source *source)
{
	int fd = source->fd;

	if (fd < 0)
		return;
	loop_remove(peer->loop, source);
	close(fd);
}

void peer_detach(struct peer *peer)
{
	if (!peer->loop)
		return;
	peer_close(peer, &peer->data);
	peer_close(peer, &peer->control);
}

bool peer_is_attached(const struct peer *peer)
{
	return peer->data.fd >= 0;
}

static void peer_lose(struct peer *peer)
{
	peer_detach(peer);
	bridge_forget(peer->port->bridge, peer->port);
	peer->lost(peer);
}

/* Fills the batch from the socket. The number of frames, or -errno. */
static int peer_receive(struct peer *peer)
{
	struct batch *batch = peer->batch;
	struct mmsghdr messages[PORT_BATCH] = {0};
	struct iovec iov[PORT_BATCH];
	int n;

	for (unsigned i = 0; i < PORT_BATCH; i++) {
		iov[i] = (struct iovec){batch_buffer(batch, i), batch->stride};
		messages[i].msg_hdr.msg_iov = &iov[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	/* MSG_TRUNC: the size that was sent, also where it was more than the room. */
	n = recvmmsg(peer->data.fd, messages, PORT_BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++)
		batch->frames[i] =
			(struct frame){.data = iov[i].iov_base, .size = messages[i].msg_len};
	return n;
}

static void peer_data_ready(struct source *source, uint32_t events)
{
	struct peer *peer = container_of(source, struct peer, data);
	int n = peer_receive(peer);
	bool ended = false;

	(void)events;
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
	ssize_t n = recv(source->fd, ignored, sizeof(ignored), MSG_DONTWAIT);

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

int peer_attach(struct peer *peer, int data, int control, const struct sockaddr_un *address)
{
	int ret = 0;

	peer_detach(peer);
	peer->stalled = false;
	peer->connected = peer_is_seqpacket(data);
	peer->address = address ? *address : (struct sockaddr_un){0};
	peer->data = (struct source){.fd = data, .ready = peer_data_ready};
	peer->control = (struct source){.fd = control, .ready = peer_control_ready};
	if (fcntl(data, F_SETFL, O_NONBLOCK) < 0)
		ret = -errno;
	if (ret == 0)
		ret = loop_add(peer->loop, &peer->data, EPOLLIN);
	if (ret == 0 && control >= 0)
		ret = loop_add(peer->loop, &peer->control, EPOLLIN | EPOLLRDHUP);
	if (ret < 0)
		peer_detach(peer);
	return ret;
}

/* Lets the peer read for one try. */
static void peer_wait(const struct peer *peer)
{
	const struct timespec try = {.tv_nsec = PEER_TRY_NS};
	struct pollfd writable = {.fd = peer->data.fd, .events = POLLOUT};

	/* A socket that is not connected is always writable to poll: just wait. */
	ppoll(&writable, peer->address.sun_family ? 0 : 1, &try, NULL);
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
	case EPIPE:
		return PORT_DROP_DOWN;
	default:
		return PORT_DROP_ERROR;
	}
}

/* Sends what it can; returns how many, with the error that stopped it in *error. */
static unsigned peer_send_some(struct peer *peer, struct mmsghdr *messages, unsigned n, int *error)
{
	unsigned sent = 0;
	int tries = peer->stalled ? 0 : PEER_TRIES;

	while (sent < n) {
		int ret = sendmmsg(peer->data.fd, messages + sent, n - sent,
				   MSG_DONTWAIT | MSG_NOSIGNAL);

		if (ret > 0) {
			sent += (unsigned)ret;
			peer->stalled = false;
			continue;
		}
		*error = errno;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != ENOBUFS)
			break;
		if (tries-- <= 0) {
			peer->stalled = true;
			break;
		}
		peer_wait(peer);
	}
	return sent;
}

void peer_send(struct peer *peer, const struct frame *frames, unsigned n)
{
	struct mmsghdr messages[PORT_BATCH] = {0};
	struct iovec iov[PORT_BATCH];
	unsigned done = 0;

	if (!peer_is_attached(peer)) {
		peer->port->counters.dropped_out[PORT_DROP_DOWN] += n;
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		iov[i] = (struct iovec){frames[i].data, frames[i].size};
		messages[i].msg_hdr.msg_iov = &iov[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		if (peer->address.sun_family) {
			messages[i].msg_hdr.msg_name = &peer->address;
			messages[i].msg_hdr.msg_namelen = sizeof(peer->address);
		}
	}
	while (done < n) {
		int error = 0;
		unsigned sent = peer_send_some(peer, messages + done, n - done, &error);
		enum port_drop reason = peer_drop_reason(error);

		port_count_out(peer->port, frames + done, sent);
		done += sent;
		if (done == n)
			break;
		if (reason == PORT_DROP_ERROR) { /* this frame's fault: go on with the next */
			peer->port->counters.dropped_out[reason]++;
			done++;
			continue;
		}
		peer->port->counters.dropped_out[reason] += n - done;
		break;
	}
}
