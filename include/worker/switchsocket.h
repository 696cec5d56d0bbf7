/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket of a switch's client, at a path that the client names. */
#pragma once

#include <sys/types.h>
#include <sys/un.h>

/*
 * Connects data to the socket at path: only a socket, and only owner's. It is
 * held by a descriptor while it is looked at, so that the name cannot be given
 * to another meanwhile. ours is the switch's directory. Asks no file system
 * that may not answer. 0, or -errno: -ENOTSOCK, -EPERM for another owner's, -EXDEV
 * for one elsewhere than where libvdeplug makes them, where only openat2() could look.
 */
int switchsocket_connect(int data, const char *path, const char *ours, uid_t owner);

/*
 * The same for a socket with an abstract name, which older clients have; name begins with 0 and
 * has all the bytes of a sun_path. Nobody owns such a name: before anything is sent to it,
 * switchsocket_prove() has to be right. Names are looked for in our network namespace. Call it
 * before data is bound. 0, or -errno: -ECONNREFUSED where there is no such socket.
 */
int switchsocket_connect_abstract(int data, const char *name);

/*
 * Whose the next datagram of data is: data is connected, so nobody but that socket can have sent
 * it, and the kernel says which user did. 1: owner's, and data needs no more proof; 0: there is
 * none yet; -EPERM: another's. The datagram is left where it is.
 */
int switchsocket_prove(int data, uid_t owner);
