// SPDX-License-Identifier: GPL-2.0-or-later
#include "port_vde.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge.h"
#include "log.h"

enum { PORT_VDE_LOOK = 20 }; /* ms between two checks that the connected peer is still there */

static void port_vde_lost(struct peer *peer)
{
	struct port_vde *vde = container_of(peer, struct port_vde, peer);

	bridge_note(vde->port.bridge, &vde->port, false);
	bridge_forget(vde->port.bridge, &vde->port);
	attach_lost(&vde->attach, "the peer is gone", !door_is_open(&vde->door));
}

/* The peer may come back, as after a loss. */
static void port_vde_hang_up(struct port *port)
{
	struct port_vde *vde = container_of(port, struct port_vde, port);

	peer_detach(&vde->peer);
	port_vde_lost(&vde->peer);
}

static void port_vde_limit(struct port *port, uint64_t rate)
{
	peer_limit(&container_of(port, struct port_vde, port)->peer, rate);
}

/*
 * The path of the other end of a first-generation pair: we are at PATH and the peer at PATH+, or
 * the other way round, depending on who came first.
 */
static int port_vde_other_path(int fd, const char *path, char other[ENDPOINT_PATH_MAX])
{
	struct sockaddr_un ours = {0};
	socklen_t size = sizeof(ours);
	int length;

	if (getsockname(fd, (struct sockaddr *)&ours, &size) < 0)
		return -errno;
	length = snprintf(other, ENDPOINT_PATH_MAX, "%s%s", path,
			  strncmp(ours.sun_path, path, sizeof(ours.sun_path)) == 0 ? "+" : "");
	return length < ENDPOINT_PATH_MAX ? 0 : -ENAMETOOLONG;
}

/*
 * Connects to the first-generation peer. With a name on every message, the kernel looks it up each
 * time, which makes a frame cost half as much again (make bench, CPU seconds per GB). The downside:
 * once the peer is gone, its successor cannot come until we notice. So this is only for a peer that
 * gets much, and we keep checking.
 */
static void port_vde_meet(struct peer *peer)
{
	static const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	struct port_vde *vde = container_of(peer, struct port_vde, peer);
	const struct sockaddr *other = (const struct sockaddr *)&vde->other;
	bool met = connect(peer->data.fd, other, sizeof(vde->other)) == 0;

	if (met)
		timer_arm(&vde->look, PORT_VDE_LOOK);
	else if (!peer->address)
		(void)!connect(peer->data.fd, &nobody, sizeof(nobody)); /* cannot fail */
	peer->address = met ? NULL : &vde->other;
}

static void port_vde_look(struct timer *timer)
{
	struct port_vde *vde = container_of(timer, struct port_vde, look);

	if (peer_is_attached(&vde->peer))
		port_vde_meet(&vde->peer);
}

/*
 * Opens the peer's own socket, whatever takes its name later. Not a link to another socket, to
 * which the peer could make us write in our name.
 */
static void port_vde_find(struct port_vde *vde)
{
	if (vde->place >= 0)
		close(vde->place);
	vde->place = open(vde->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	vde->other = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(vde->other.sun_path, sizeof(vde->other.sun_path), "/proc/self/fd/%d", vde->place);
}

/* Whether anyone may create a socket beside path, as in /tmp. */
static bool port_vde_is_for_all(const char *path)
{
	char directory[ENDPOINT_PATH_MAX];
	struct statx st;

	snprintf(directory, sizeof(directory), "%s", path);
	strrchr(directory, '/')[1] = '\0';
	return statx(AT_FDCWD, directory, 0, STATX_MODE, &st) < 0 || (st.stx_mode & S_IWOTH);
}

/*
 * In a directory open to all, anyone can have been first at its name. But only those who may write
 * to our own socket can send to it, so we send nothing until something has come.
 */
static int port_vde_prove(struct peer *peer)
{
	struct msghdr message = {0};

	if (recvmsg(peer->data.fd, &message, MSG_PEEK | MSG_DONTWAIT) < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	port_vde_find(container_of(peer, struct port_vde, peer));
	return 1;
}

/* Frames lost because of the peer. */
static uint64_t port_vde_lost_frames(const struct port *port)
{
	const uint64_t *dropped = port->counters.dropped_out;

	return dropped[PORT_DROP_DOWN] + dropped[PORT_DROP_RIGHTS];
}

static int port_vde_attach(struct port_vde *vde, int data, int control)
{
	const struct endpoint *endpoint = vde->attach.endpoint;
	int type = 0;
	socklen_t size = sizeof(type);
	bool by_path = endpoint->kind == ENDPOINT_PTP &&
		       getsockopt(data, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
		       type == SOCK_DGRAM;
	int ret = by_path ? port_vde_other_path(data, endpoint->path, vde->path) : 0;

	if (ret == 0)
		ret = peer_attach(&vde->peer, data, control);
	else
		close(data);
	if (ret == 0 && by_path) {
		vde->peer.address = &vde->other;
		vde->peer.meet = port_vde_meet;
		vde->peer.prove = port_vde_prove;
		vde->for_all = port_vde_is_for_all(vde->path);
		vde->lost = port_vde_lost_frames(&vde->port);
	}
	if (ret == 0)
		bridge_note(vde->port.bridge, &vde->port, true);
	return ret;
}

/* Point to point, generation 2: accepts one peer, which expects one byte, 0 or an errno. */
static void port_vde_take(struct door *door, int fd)
{
	struct port_vde *vde = container_of(door, struct port_vde, door);
	bool busy = peer_is_attached(&vde->peer);
	unsigned char answer = busy ? EISCONN : 0;
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (busy && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
		refusals_note(&vde->refusals, REFUSAL_BUSY, vde->port.name, &peer, "", -EISCONN);
	if (send(fd, &answer, 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1 || busy) {
		close(fd);
		return;
	}
	if (port_vde_attach(vde, fd, -1) == 0)
		attach_done(&vde->attach, "the peer is there");
}

static void port_vde_wait(struct door *door, int error)
{
	const struct port_vde *vde = container_of(door, struct port_vde, door);

	log_warning("%s: cannot accept the peer now: %s; trying again", vde->port.name,
		    strerror(error));
}

static int port_vde_opened(struct attach *attach, enum connect_kind kind, const int fds[FDPASS_MAX])
{
	struct port_vde *vde = container_of(attach, struct port_vde, attach);
	bool ptp = attach->endpoint->kind == ENDPOINT_PTP;
	int ret = -EPROTO;

	if (kind == CONNECT_LISTENER)
		return attach_open_door(attach, &vde->door, kind, fds, "open for a peer");
	if (kind == CONNECT_SOCKET && fds[0] >= 0)
		ret = port_vde_attach(vde, fds[0], fds[1]);
	else
		fdpass_close(fds);
	if (ret == 0)
		attach_done(attach, ptp ? "open for a peer" : "connected");
	return ret;
}

/* A peer that comes after another has gone must prove itself anew. */
static void port_vde_send(struct port *port, const struct frame *frames, unsigned n)
{
	struct port_vde *vde = container_of(port, struct port_vde, port);
	struct peer *peer = &vde->peer;

	if (peer->meet && peer->prove && !vde->for_all) {
		port_vde_find(vde);
		peer->prove = NULL;
	}
	peer_send(peer, frames, n);
	/* Includes those that were queued. */
	if (peer->meet && port_vde_lost_frames(port) != vde->lost)
		peer->prove = port_vde_prove;
	vde->lost = port_vde_lost_frames(port);
}

int port_vde_init(struct port_vde *vde, struct loop *loop, struct batch *batch,
		  struct outbox *outbox, struct queues *queues, const struct endpoint *endpoint)
{
	static const struct port_ops ops = {
		.send = port_vde_send, .hang_up = port_vde_hang_up, .limit = port_vde_limit};
	int ret;

	*vde = (struct port_vde){.port.ops = &ops,
				 .door = {.take = port_vde_take, .waits = port_vde_wait},
				 .place = -1};
	ret = attach_init(&vde->attach, loop, endpoint);
	if (ret == 0)
		ret = timer_init(&vde->look, loop, port_vde_look);
	if (ret == 0)
		ret = door_init(&vde->door, loop);
	vde->attach.opened = port_vde_opened;
	vde->port.single = endpoint->kind == ENDPOINT_PTP;
	vde->port.label =
		(struct port_label){.kind = endpoint->kind == ENDPOINT_PTP ? "ptp" : "vde",
				    .place = endpoint->locator,
				    .queue = &vde->peer.queue};
	snprintf(vde->port.name, sizeof(vde->port.name), "%s", endpoint->locator);
	peer_init(&vde->peer, loop, batch, outbox, queues, &vde->port, port_vde_lost);
	return ret;
}

void port_vde_finish(struct port_vde *vde)
{
	if (!vde->attach.loop)
		return;
	peer_detach(&vde->peer);
	door_finish(&vde->door);
	if (vde->place >= 0)
		close(vde->place);
	vde->place = -1;
	timer_finish(&vde->look);
	attach_finish(&vde->attach);
}
