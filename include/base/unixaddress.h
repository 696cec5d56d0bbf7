/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>
#include <sys/un.h>

/* The address of the socket at path and suffix together. 0, or -ENAMETOOLONG. */
int unixaddress_set(struct sockaddr_un *address, const char *path, const char *suffix);

/*
 * A socket of that type (SOCK_STREAM, ...) that is connected to the one at path, blocking and
 * close-on-exec; neither that nor sending waits for longer than patience (ms). The descriptor, or
 * -errno: -ETIMEDOUT where nobody accepts.
 */
int unixaddress_connect(const char *path, int type, int64_t patience);
