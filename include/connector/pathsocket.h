/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unix sockets at paths: what is there, and taking the place of a stale one.
 * Links are not followed. Paths are touched here, so this runs as an
 * unprivileged user only.
 */
#pragma once

#include <sys/types.h>
#include <sys/un.h>

/* Clients that may be waiting at once, where many connect: the kernel's own bound,
 * net.core.somaxconn. */
enum { PATHSOCKET_BACKLOG = 4096 };

int pathsocket_connect(int fd, const struct sockaddr_un *address);

/* 0 where a socket is; -ENOENT: nothing is, -ENOTSOCK: something else is. */
int pathsocket_look(const struct sockaddr_un *address);

/*
 * What is at the address, seen by a socket of that type (SOCK_*): 0 a live
 * socket of the type, -EPROTOTYPE one of another, -ECONNREFUSED a stale one,
 * -ENOENT nothing, -ENOTSOCK anything else.
 */
int pathsocket_probe(const struct sockaddr_un *address, int type);

/*
 * Between a look and what is done after it nobody else of us comes: two that
 * start at once would both find a stale socket, and the second take away the
 * first's. A lock on the open directory, until that is closed. Whoever may read
 * the directory can hold it, too, so it is not waited for longer than half a second.
 */
void pathsocket_lock(int directory);

/*
 * Binds fd, a socket of that type, with the mode already right when the name
 * appears: 0770 and group's, or 0700 when group is (gid_t)-1. Takes a stale
 * socket's place, and listens there for backlog connections unless it is one for
 * datagrams. 0, or -errno: -EADDRINUSE when a live one is there, else as
 * pathsocket_probe().
 */
int pathsocket_bind(int fd, const struct sockaddr_un *address, int type, gid_t group, int backlog);
