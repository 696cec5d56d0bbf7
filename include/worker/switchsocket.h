/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connects to the socket of a switch's client, at a path that the client gave. */
#pragma once

#include <sys/types.h>
#include <sys/un.h>

/*
 * Connects data to the socket at path, if it is a socket and owner owns it. A descriptor holds it
 * while it is checked, so that the path cannot be switched to another meanwhile. ours is the
 * switch's directory. Does not touch file systems that might not answer. 0, or -errno: -ENOTSOCK;
 * -EPERM: another owner; -EXDEV: not where libvdeplug puts sockets, on a kernel without openat2().
 */
int switchsocket_connect(int data, const char *path, const char *ours, uid_t owner);

/*
 * The same for a socket with an abstract name, which older clients use; name begins with 0 and has
 * all the bytes of a sun_path. Nobody owns such a name: before anything is sent to it,
 * switchsocket_prove() must succeed. The name is looked up in our network namespace. Call it before
 * data is bound. 0, or -errno: -ECONNREFUSED if there is no such socket.
 */
int switchsocket_connect_abstract(int data, const char *name);

/*
 * Who sent the next datagram on data. data is connected, so only that socket can have sent it, and
 * the kernel says which user did. 1: owner, and data needs no more proof; 0: no datagram yet;
 * -EPERM: someone else. The datagram is left in the socket.
 */
int switchsocket_prove(int data, uid_t owner);
