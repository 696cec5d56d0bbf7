/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unix sockets at paths: what is there, and replacing a stale one. Links are not followed. This
 * touches paths, so it runs only as an unprivileged user.
 */
#pragma once

#include <sys/types.h>
#include <sys/un.h>

/* Backlog where many connect: the kernel's own limit, net.core.somaxconn. */
enum { PATHSOCKET_BACKLOG = 4096 };

int pathsocket_connect(int fd, const struct sockaddr_un *address);

/* 0 if a socket is there; -ENOENT: nothing; -ENOTSOCK: something else. */
int pathsocket_look(const struct sockaddr_un *address);

/*
 * What is at the address, from the view of a socket of that type (SOCK_*): 0 a live socket of the
 * type, -EPROTOTYPE one of another, -ECONNREFUSED a stale one, -ENOENT nothing, -ENOTSOCK anything
 * else.
 */
int pathsocket_probe(const struct sockaddr_un *address, int type);

/*
 * Keeps other processes of ours out between a check and the action after it: of two that start at
 * once, both would find a stale socket, and the second would remove the first one's. It is a lock
 * on the open directory, until that is closed. Anyone who may read the directory can hold it, too,
 * so we wait for half a second at most.
 */
void pathsocket_lock(int directory);

/*
 * Binds fd, a socket of that type, with the right mode from the moment the name appears: 0770 and
 * owned by group, or 0700 if group is (gid_t)-1. Replaces a stale socket, and listens with that
 * backlog unless it is a datagram socket. 0, or -errno: -EADDRINUSE if a live one is there, else as
 * in pathsocket_probe().
 */
int pathsocket_bind(int fd, const struct sockaddr_un *address, int type, gid_t group, int backlog);
