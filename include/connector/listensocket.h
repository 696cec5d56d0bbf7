/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket at a path, where many clients connect (stream://, seqpacket://, tap://). Paths are
 * touched here, so this runs as an unprivileged user only.
 */
#pragma once

#include <sys/types.h>

/*
 * Listens at path with a socket of that type (SOCK_*): mode 0770 and group's, or 0700 when group
 * is (gid_t)-1. A stale socket's place is taken. 0 with the socket in *fd, or -errno: -EADDRINUSE
 * when somebody listens there, -ENOTSOCK when something else is there, -EPERM when a stale socket
 * is another user's.
 */
int listensocket_open(const char *path, int type, gid_t group, int *fd);

/* What listensocket_open() would return, as far as that can be seen without a change. */
int listensocket_check(const char *path);

/* Removes a socket that nobody listens at and that is the caller's. */
void listensocket_remove(const char *path);
