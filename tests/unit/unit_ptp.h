/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests of point-to-point share: a point, and the peers that it meets. */
#pragma once

#include "ptp.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "unit.h"

enum { NO_GROUP = -1, SILENT = -1, HANG_UP = -2 };

static struct endpoint point = {.kind = ENDPOINT_PTP, .path = "point"};
static int fd;
static bool listener;

static inline int open_point(enum endpoint_generation generation)
{
	listener = true;
	return ptp_open(&point, generation, (gid_t)NO_GROUP, &fd, &listener);
}

static inline int open_generation(enum endpoint_generation generation)
{
	point.generation = generation;
	return open_point(ENDPOINT_GENERATION_AUTO);
}

static inline struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

/* A socket that someone else bound at a path. */
static inline int bind_socket(int type, const char *path)
{
	const struct sockaddr_un address = address_of(path);
	int other = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(other, 0);
	ck_assert_int_eq(bind(other, (const struct sockaddr *)&address, sizeof(address)), 0);
	if (type != SOCK_DGRAM)
		ck_assert_int_eq(listen(other, 1), 0);
	return other;
}

static inline void connect_socket(int other, const char *path)
{
	const struct sockaddr_un address = address_of(path);

	ck_assert_int_eq(connect(other, (const struct sockaddr *)&address, sizeof(address)), 0);
}

static inline void leave_stale_socket(int type, const char *path)
{
	close(bind_socket(type, path));
}

static inline bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* A process that takes one peer at a listening socket and answers it so. */
static inline void answer_one(int listening, int answer)
{
	pid_t child = fork();
	unsigned char byte = (unsigned char)answer;
	char end;
	int peer;

	ck_assert_int_ge(child, 0);
	if (child > 0)
		return;
	peer = accept(listening, NULL, NULL);
	if (answer >= 0 && send(peer, &byte, 1, MSG_NOSIGNAL) != 1)
		_exit(1);
	if (answer != HANG_UP)
		recv(peer, &end, 1, 0);
	_exit(0);
}
