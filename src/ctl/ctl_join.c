// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_join.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "ctl.h"
#include "tap_ask.h"
#include "unixaddress.h"

static const char *const ctl_join_names[CTL_VIAS] = {"tap", "stream", "seqpacket", "vde"};

const char *ctl_join_name(enum ctl_via via)
{
	return ctl_join_names[via];
}

enum ctl_via ctl_join_find(const char *name)
{
	unsigned via = 0;

	while (via < CTL_VIAS && strcmp(name, ctl_join_names[via]) != 0)
		via++;
	return (enum ctl_via)via;
}

/* A compromised worker could name a socket that only we may open. */
static int ctl_join_check(int fd, uid_t owner)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (owner == (uid_t)-1)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	return peer.uid == owner ? 0 : -EKEYREJECTED;
}

int ctl_join_connect(const char *path, int type, uid_t owner, int64_t limit)
{
	const struct timeval forever = {0};
	int fd = unixaddress_connect(path, type, limit);
	int ret = fd < 0 ? fd : ctl_join_check(fd, owner);

	if (fd < 0)
		return ret;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &forever, sizeof(forever));
	if (ret == 0)
		return fd;
	close(fd);
	return ret;
}

static int ctl_join_status(int error)
{
	return error == -EACCES				    ? CTL_FORBIDDEN
	       : error == -ENOENT || error == -ECONNREFUSED ? CTL_ABSENT
							    : CTL_FAILED;
}

static int ctl_join_explain(const struct ctl_join *join, int error, struct problem *problem)
{
	const char *why = strerror(-error);

	if (error == -EACCES)
		why = "permission denied; only members of the network's group may attach";
	else if (error == -ETIMEDOUT)
		why = "no answer in time; the network's log may say why";
	else if (error == -ECONNREFUSED)
		why = "nobody is listening there: the network has stopped";
	else if (error == -EKEYREJECTED)
		why = "another user's process is listening there, not the network";
	return problem_set(problem, ctl_join_status(error), "%s://%.200s: %s",
			   ctl_join_name(join->via), join->path, why);
}

static int ctl_join_take_tap(struct ctl_join *join, const uint8_t *mac, bool vhost,
			     struct problem *problem)
{
	struct tap_request request = {
		.version = TAP_MESSAGE_VERSION, .flags = vhost ? TAP_VHOST : 0, .queues = 1};
	struct tap_given given;
	int ret;

	if (mac) {
		request.flags |= TAP_HAS_MAC;
		memcpy(request.mac, mac, MAC_SIZE);
	}
	ret = tap_ask(join->path, &request, &given);
	if (ret < 0 && given.answer.why[0])
		return problem_set(problem, ctl_join_status(ret), "cannot get a TAP: %.*s",
				   TAP_WHY_MAX, given.answer.why);
	if (ret == 0 && given.answer.queues != 1) {
		tap_give_back(&given);
		ret = -EPROTO;
	}
	if (ret < 0)
		return ctl_join_explain(join, ret, problem);
	join->n_fds = given.answer.queues + given.answer.vhosts;
	memcpy(join->fds, given.fds, join->n_fds * sizeof(given.fds[0]));
	memcpy(join->mac, given.answer.mac, MAC_SIZE);
	return 0;
}

/* Random, so the chance that it is in use is 2 to the -46th. */
static void ctl_join_choose_mac(uint8_t mac[MAC_SIZE])
{
	do {
		if (getrandom(mac, MAC_SIZE, 0) != MAC_SIZE)
			continue;
		mac_make_local(mac);
	} while (!mac_is_station(mac) || (mac[0] << 8 | mac[1]) == MAC_APART);
}

int ctl_join(struct ctl_join *join, const uint8_t *mac, bool vhost, uid_t owner, int64_t limit,
	     struct problem *problem)
{
	int type = join->via == CTL_VIA_STREAM ? SOCK_STREAM : SOCK_SEQPACKET;
	int fd;

	join->n_fds = 0;
	memset(join->mac, 0, MAC_SIZE);
	if (join->via == CTL_VIA_TAP)
		return ctl_join_take_tap(join, mac, vhost, problem);
	if (mac)
		memcpy(join->mac, mac, MAC_SIZE);
	else
		ctl_join_choose_mac(join->mac);
	if (join->via == CTL_VIA_VDE)
		return 0;
	fd = ctl_join_connect(join->path, type, owner, limit);
	if (fd < 0)
		return ctl_join_explain(join, fd, problem);
	join->fds[join->n_fds++] = fd;
	return 0;
}

void ctl_join_leave(struct ctl_join *join)
{
	while (join->n_fds > 0)
		close(join->fds[--join->n_fds]);
}

const char *ctl_join_netdev(const struct ctl_join *join, char text[CTL_JOIN_NETDEV_MAX])
{
	size_t n;

	*text = '\0';
	if (join->via == CTL_VIA_STREAM)
		snprintf(text, CTL_JOIN_NETDEV_MAX, "socket,fd=%d", join->fds[0]);
	else if (join->via == CTL_VIA_TAP && join->n_fds == 2)
		snprintf(text, CTL_JOIN_NETDEV_MAX, "tap,fd=%d,vhost=on,vhostfd=%d", join->fds[0],
			 join->fds[1]);
	else if (join->via == CTL_VIA_TAP)
		snprintf(text, CTL_JOIN_NETDEV_MAX, "tap,fd=%d", join->fds[0]);
	if (join->via != CTL_VIA_VDE)
		return text;
	n = (size_t)snprintf(text, CTL_JOIN_NETDEV_MAX, "vde,sock=");
	for (const char *at = join->path; *at && n < CTL_JOIN_NETDEV_MAX - 2; at++) {
		if (*at == ',') /* a single one would end the value */
			text[n++] = ',';
		text[n++] = *at;
	}
	text[n] = '\0';
	return text;
}
