/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A socket at a path that many clients connect to (stream://, seqpacket://, tap://). This touches
 * paths, so it runs only as an unprivileged user.
 */
#pragma once

#include <sys/types.h>

/*
 * Listens at path with a socket of that type (SOCK_*): mode 0770 and owned by group, or 0700 if
 * group is (gid_t)-1. Replaces a stale socket. 0 with the socket in *fd, or -errno: -EADDRINUSE if
 * someone is listening there, -ENOTSOCK if something else is there, -EPERM if a stale socket
 * belongs to another user.
 */
int listensocket_open(const char *path, int type, gid_t group, int *fd);

/* What listensocket_open() would return, as far as can be told without changing anything. */
int listensocket_check(const char *path);

/* Removes a socket that belongs to the caller and that nobody listens at. */
void listensocket_remove(const char *path);
