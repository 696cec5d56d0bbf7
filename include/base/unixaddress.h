/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <stdint.h>
#include <sys/un.h>

/* The socket address of path followed by suffix. 0, or -ENAMETOOLONG. */
int unixaddress_set(struct sockaddr_un *address, const char *path, const char *suffix);

/*
 * Connects a socket of that type (SOCK_STREAM, ...) to the one at path; it is blocking and
 * close-on-exec. Neither connecting nor sending takes longer than patience (ms). Returns the
 * descriptor, or -errno: -ETIMEDOUT if nobody accepts.
 */
int unixaddress_connect(const char *path, int type, int64_t patience);
