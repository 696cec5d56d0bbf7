/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket of a switch's client, at a path that the client names. */
#pragma once

#include <sys/types.h>

/*
 * Connects data to the socket at path: only a socket, and only owner's. It is
 * held by a descriptor while it is looked at, so that the name cannot be given
 * to another meanwhile. ours is the switch's directory. Asks no file system
 * that may not answer. 0, or -errno: -ENOTSOCK, -EPERM for another owner's, -EXDEV
 * for one elsewhere than where libvdeplug makes them, where only openat2() could look.
 */
int switchsocket_connect(int data, const char *path, const char *ours, uid_t owner);
