// SPDX-License-Identifier: GPL-2.0-or-later
#include "ptp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PTP_ACK_TIMEOUT = 2000 }; /* ms, as libvdeplug */

static int ptp_address(struct sockaddr_un *address, const char *path, const char *suffix)
{
	int length;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	length = snprintf(address->sun_path, sizeof(address->sun_path), "%s%s", path, suffix);
	return length < (int)sizeof(address->sun_path) ? 0 : -ENAMETOOLONG;
}

static int ptp_connect(int fd, const struct sockaddr_un *address)
{
	return connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
}

/* 0 where a socket is, links not followed; -ENOENT: nothing is, -ENOTSOCK: something else is. */
static int ptp_look(const struct sockaddr_un *address)
{
	struct stat st;

	if (lstat(address->sun_path, &st) < 0)
		return -errno;
	return S_ISSOCK(st.st_mode) ? 0 : -ENOTSOCK;
}

/*
 * What is at the address, seen by a socket of that type: 0 a live socket of the
 * type, -EPROTOTYPE one of another, -ECONNREFUSED a stale one, -ENOENT nothing,
 * -ENOTSOCK anything else.
 */
static int ptp_probe(const struct sockaddr_un *address, int type)
{
	int ret = ptp_look(address);
	int fd;

	if (ret < 0)
		return ret;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	ret = ptp_connect(fd, address);
	close(fd);
	/* Live are also a full backlog, and a datagram socket that is connected to another. */
	return ret == -EAGAIN || ret == -EPERM ? 0 : ret;
}

/* Binds with the mode already right when the name appears; takes a stale socket's place. */
static int ptp_bind(int fd, const struct sockaddr_un *address, int type, gid_t group)
{
	mode_t before;
	int ret = ptp_probe(address, type);

	if (ret == 0)
		return -EADDRINUSE;
	if (ret == -ECONNREFUSED && unlink(address->sun_path) < 0)
		return -errno;
	if (ret != -ECONNREFUSED && ret != -ENOENT)
		return ret;
	before = umask(group == (gid_t)-1 ? 0077 : 0007);
	ret = bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
	umask(before);
	if (ret == 0 && group != (gid_t)-1 && lchown(address->sun_path, (uid_t)-1, group) < 0) {
		ret = -errno;
		unlink(address->sun_path);
	}
	return ret;
}

/* Generation 1: a datagram socket at PATH, or at PATH+ where PATH is the peer's. */
static int ptp_open_datagram(const char *path, gid_t group, int *fd)
{
	static const char *const suffixes[] = {"", "+"};
	int ret = 0;

	*fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	for (unsigned i = 0; i < 2; i++) {
		struct sockaddr_un address;

		ret = ptp_address(&address, path, suffixes[i]);
		if (ret == 0)
			ret = ptp_bind(*fd, &address, SOCK_DGRAM, group);
		if (ret != -EADDRINUSE)
			break;
	}
	if (ret < 0)
		close(*fd);
	return ret;
}

/* The listener's answer: one byte, 0 or an errno. */
static int ptp_read_ack(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	unsigned char answer;

	if (poll(&readable, 1, PTP_ACK_TIMEOUT) <= 0)
		return -ETIMEDOUT;
	if (recv(fd, &answer, 1, 0) != 1)
		return -ECONNRESET;
	return -(int)answer;
}

/* Generation 2: joins a listener at PATH, or listens there. */
static int ptp_open_seqpacket(const char *path, gid_t group, int *fd, bool *listener)
{
	struct sockaddr_un address;
	int ret = ptp_address(&address, path, "");

	if (ret == 0)
		ret = ptp_look(&address);
	if (ret < 0 && ret != -ENOENT)
		return ret;
	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	*listener = false;
	ret = ptp_connect(*fd, &address);
	if (ret == 0) {
		ret = ptp_read_ack(*fd);
	} else if (ret == -ENOENT || ret == -ECONNREFUSED) {
		*listener = true;
		ret = ptp_bind(*fd, &address, SOCK_SEQPACKET, group);
		if (ret == 0 && listen(*fd, 1) < 0)
			ret = -errno;
	}
	if (ret < 0)
		close(*fd);
	return ret;
}

/* The generation of the peer that waits at path, or fallback. */
static enum endpoint_generation ptp_generation(const char *path, enum endpoint_generation fallback)
{
	struct sockaddr_un address;

	if (ptp_address(&address, path, "") < 0)
		return fallback;
	switch (ptp_probe(&address, SOCK_DGRAM)) {
	case 0:
		return ENDPOINT_GENERATION_1;
	case -EPROTOTYPE:
		return ENDPOINT_GENERATION_2;
	default:
		return fallback;
	}
}

int ptp_open(const struct endpoint *endpoint, enum endpoint_generation generation, gid_t group,
	     int *fd, bool *listener)
{
	if (endpoint->generation != ENDPOINT_GENERATION_AUTO)
		generation = endpoint->generation;
	else
		generation = ptp_generation(endpoint->path, generation);
	*listener = false;
	if (generation == ENDPOINT_GENERATION_2)
		return ptp_open_seqpacket(endpoint->path, group, fd, listener);
	return ptp_open_datagram(endpoint->path, group, fd);
}

void ptp_remove(const char *path)
{
	static const char *const suffixes[] = {"", "+"};

	for (unsigned i = 0; i < 2; i++) {
		struct sockaddr_un address;
		struct stat st;

		if (ptp_address(&address, path, suffixes[i]) == 0 &&
		    ptp_probe(&address, SOCK_DGRAM) == -ECONNREFUSED &&
		    lstat(address.sun_path, &st) == 0 && st.st_uid == geteuid())
			unlink(address.sun_path);
	}
}
