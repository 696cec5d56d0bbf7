// SPDX-License-Identifier: GPL-2.0-or-later
#include "ptp.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connect.h"
#include "fdpass.h"
#include "pathsocket.h"
#include "ptpdir.h"
#include "stranger.h"
#include "unixaddress.h"

enum {
	PTP_ACK_TIMEOUT = 2000, /* ms, as in libvdeplug */
	PTP_BACKLOG = 1,	/* there is one peer, as in libvdeplug */
};

/* Generation 1: a datagram socket at PATH, or at PATH+ if the peer has PATH. */
static int ptp_open_datagram(const char *path, gid_t group, int *fd)
{
	static const char *const suffixes[] = {"", "+"};
	int ret = 0;

	*fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	fdpass_refuse(*fd);
	for (unsigned i = 0; i < 2; i++) {
		struct sockaddr_un address;

		ret = unixaddress_set(&address, path, suffixes[i]);
		if (ret == 0)
			ret = pathsocket_bind(*fd, &address, SOCK_DGRAM, group, 0);
		if (ret != -EADDRINUSE)
			break;
	}
	if (ret < 0)
		close(*fd);
	return ret;
}

/* Reads the listener's answer: one byte, 0 or an errno. */
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
	int ret = unixaddress_set(&address, path, "");

	if (ret == 0)
		ret = pathsocket_look(&address);
	if (ret < 0 && ret != -ENOENT)
		return ret;
	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	fdpass_refuse(*fd);
	*listener = false;
	ret = pathsocket_connect(*fd, &address);
	if (ret == 0) {
		ret = stranger_check(path, group);
		if (ret == 0)
			ret = ptp_read_ack(*fd);
	} else if (ret == -ENOENT || ret == -ECONNREFUSED) {
		*listener = true;
		ret = pathsocket_bind(*fd, &address, SOCK_SEQPACKET, group, PTP_BACKLOG);
	}
	if (ret < 0)
		close(*fd);
	return ret;
}

/* The generation of the peer waiting at path, or fallback. */
static enum endpoint_generation ptp_generation(const char *path, enum endpoint_generation fallback)
{
	struct sockaddr_un address;

	if (unixaddress_set(&address, path, "") < 0)
		return fallback;
	switch (pathsocket_probe(&address, SOCK_DGRAM)) {
	case 0:
		return ENDPOINT_GENERATION_1;
	case -EPROTOTYPE:
		return ENDPOINT_GENERATION_2;
	default:
		return fallback;
	}
}

static void ptp_remove_stale(const char *path)
{
	static const char *const suffixes[] = {"", "+"};
	bool ours = ptpdir_is_ours(path);

	for (unsigned i = 0; i < 2; i++) {
		struct sockaddr_un address;
		struct stat st;
		int ret = unixaddress_set(&address, path, suffixes[i]);

		if (ret == 0)
			ret = pathsocket_probe(&address, SOCK_DGRAM);
		/*
		 * If we cannot access PATH+, we cannot tell whether it is live, but it is of no use
		 * then.
		 */
		if ((ret == -ECONNREFUSED || (ours && i == 1 && ret == -EACCES)) &&
		    lstat(address.sun_path, &st) == 0 && (ours || st.st_uid == geteuid()))
			unlink(address.sun_path);
	}
}

int ptp_open(const struct endpoint *endpoint, enum endpoint_generation generation, gid_t group,
	     int *fd, bool *listener)
{
	int ret = ptpdir_make(endpoint->path, group);

	if (ret < 0)
		return ret;
	/* Another user's emulator cannot replace a socket that a killed one left. */
	if (ptpdir_is_ours(endpoint->path))
		ptp_remove_stale(endpoint->path);
	if (stranger_check(endpoint->path, group) == -CONNECT_STRANGER)
		return -CONNECT_STRANGER;
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
	ptp_remove_stale(path);
	ptpdir_remove(path);
}
