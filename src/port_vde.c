// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_vde.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connect.h"
#include "fdpass.h"
#include "log.h"

/* ms from a loss to the next connector, which then tries every CONNECTOR_INTERVAL. */
enum { PORT_VDE_RETRY = 250 };

static void port_vde_close(struct port_vde *vde, struct source *source)
{
	int fd = source->fd;

	if (fd < 0)
		return;
	loop_remove(vde->loop, source);
	close(fd);
}

static void port_vde_settle(struct port_vde *vde)
{
	if (vde->settled)
		return;
	vde->settled = true;
	vde->changed(vde, 0);
}

/* Says once that the peer is waited for. */
static void port_vde_wait(struct port_vde *vde, const char *why)
{
	if (!vde->said)
		log_warning("%s: %s; waiting for it", vde->port.name, why);
	vde->said = true;
	port_vde_settle(vde);
}

static void port_vde_attached(struct port_vde *vde, const char *how)
{
	vde->said = false;
	log_info("%s: %s", vde->port.name, how);
	port_vde_settle(vde);
}

static void port_vde_lost(struct peer *peer)
{
	struct port_vde *vde = container_of(peer, struct port_vde, peer);

	port_vde_wait(vde, "the peer is gone");
	if (vde->listener.fd < 0)
		timer_arm(&vde->retry, PORT_VDE_RETRY);
}

static void port_vde_retry(struct timer *timer)
{
	struct port_vde *vde = container_of(timer, struct port_vde, retry);

	vde->connect(vde);
}

/*
 * The path of the other side of a first-generation pair: we are at PATH and the
 * peer at PATH+, or the other way round, by who came first.
 */
static int port_vde_other_path(int fd, const char *path, struct sockaddr_un *other)
{
	struct sockaddr_un ours = {0};
	socklen_t size = sizeof(ours);
	int length;

	if (getsockname(fd, (struct sockaddr *)&ours, &size) < 0)
		return -errno;
	*other = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(other->sun_path, sizeof(other->sun_path), "%s%s", path,
			  strncmp(ours.sun_path, path, sizeof(ours.sun_path)) == 0 ? "+" : "");
	return length < (int)sizeof(other->sun_path) ? 0 : -ENAMETOOLONG;
}

static int port_vde_attach(struct port_vde *vde, int data, int control)
{
	bool by_path = vde->endpoint->kind == ENDPOINT_PTP;
	struct sockaddr_un other;
	int type = 0;
	socklen_t size = sizeof(type);

	if (getsockopt(data, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
		type = 0;
	by_path = by_path && type == SOCK_DGRAM;
	if (by_path && port_vde_other_path(data, vde->endpoint->path, &other) < 0)
		by_path = false;
	return peer_attach(&vde->peer, data, control, by_path ? &other : NULL);
}

/* Point to point, generation 2: one peer; it waits for one byte, 0 or an errno. */
static void port_vde_accept(struct source *source, uint32_t events)
{
	struct port_vde *vde = container_of(source, struct port_vde, listener);
	bool busy = peer_is_attached(&vde->peer);
	unsigned char answer = busy ? EISCONN : 0;
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	if (send(fd, &answer, 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1 || busy) {
		close(fd);
		return;
	}
	if (port_vde_attach(vde, fd, -1) == 0)
		port_vde_attached(vde, "the peer is there");
}

static int port_vde_listen(struct port_vde *vde, int fd)
{
	int ret;

	vde->listener = (struct source){.fd = fd, .ready = port_vde_accept};
	ret = loop_add(vde->loop, &vde->listener, EPOLLIN);
	if (ret < 0) {
		vde->listener.fd = -1;
		close(fd);
	}
	return ret;
}

static void port_vde_take(struct port_vde *vde, const struct connect_message *message,
			  const int fds[FDPASS_MAX])
{
	int ret = -EPROTO;

	if (message->kind == CONNECT_SOCKET && fds[0] >= 0)
		ret = port_vde_attach(vde, fds[0], fds[1]);
	else if (message->kind == CONNECT_LISTENER && fds[0] >= 0)
		ret = port_vde_listen(vde, fds[0]);
	if (ret == -EPROTO) {
		for (int i = 0; i < FDPASS_MAX; i++) {
			if (fds[i] >= 0)
				close(fds[i]);
		}
	}
	if (ret < 0)
		timer_arm(&vde->retry, PORT_VDE_RETRY);
	else
		port_vde_attached(vde, vde->endpoint->kind == ENDPOINT_PTP ? "open for a peer"
									   : "connected");
}

static const char *port_vde_reason(int error)
{
	if (error == EPROTOTYPE)
		return "the peer there is of another generation (leave out [gen=])";
	if (error == ENOTSOCK)
		return "what is there is no socket";
	return strerror(error);
}

static void port_vde_channel_ready(struct source *source, uint32_t events)
{
	struct port_vde *vde = container_of(source, struct port_vde, channel);
	struct connect_message message;
	int fds[FDPASS_MAX];
	ssize_t n = fdpass_recv(source->fd, &message, sizeof(message), fds);

	(void)events;
	if (n == -EAGAIN)
		return;
	if (n != sizeof(message)) { /* it ended without a result */
		port_vde_close(vde, source);
		timer_arm(&vde->retry, PORT_VDE_RETRY);
	} else if (message.kind == CONNECT_WAITING) {
		port_vde_wait(vde, port_vde_reason(message.error));
	} else if (message.kind == CONNECT_REFUSED) {
		port_vde_close(vde, source);
		vde->changed(vde, message.error);
	} else {
		port_vde_close(vde, source);
		port_vde_take(vde, &message, fds);
	}
}

void port_vde_set_channel(struct port_vde *vde, int fd)
{
	port_vde_close(vde, &vde->channel);
	vde->channel = (struct source){.fd = fd, .ready = port_vde_channel_ready};
	if (fd >= 0 && loop_add(vde->loop, &vde->channel, EPOLLIN) < 0) {
		close(fd);
		vde->channel.fd = -1;
	}
	if (vde->channel.fd < 0)
		timer_arm(&vde->retry, PORT_VDE_RETRY);
}

static void port_vde_send(struct port *port, const struct frame *frames, unsigned n)
{
	peer_send(&container_of(port, struct port_vde, port)->peer, frames, n);
}

int port_vde_init(struct port_vde *vde, struct loop *loop, struct batch *batch,
		  const struct endpoint *endpoint, void (*connect)(struct port_vde *vde),
		  void (*changed)(struct port_vde *vde, int error))
{
	static const struct port_ops ops = {.send = port_vde_send};

	*vde = (struct port_vde){.port.ops = &ops,
				 .channel.fd = -1,
				 .listener.fd = -1,
				 .loop = loop,
				 .endpoint = endpoint,
				 .connect = connect,
				 .changed = changed};
	snprintf(vde->port.name, sizeof(vde->port.name), "%s", endpoint->locator);
	peer_init(&vde->peer, loop, batch, &vde->port, port_vde_lost);
	return timer_init(&vde->retry, loop, port_vde_retry);
}

void port_vde_finish(struct port_vde *vde)
{
	if (!vde->loop)
		return;
	peer_detach(&vde->peer);
	port_vde_close(vde, &vde->channel);
	port_vde_close(vde, &vde->listener);
	timer_finish(&vde->retry);
}

void port_vde_start(struct port_vde *vde)
{
	vde->connect(vde);
}
