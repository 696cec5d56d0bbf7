/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages with file descriptors over unix sockets (SCM_RIGHTS, unix(7)). */
#pragma once

#include <stddef.h>
#include <sys/types.h>

enum { FDPASS_MAX = 2 };

/*
 * Sends size bytes and n_fds (at most FDPASS_MAX) descriptors as one message;
 * the descriptors stay open here. 0, or -errno (-EAGAIN when a non-blocking
 * socket is full).
 */
int fdpass_send(int socket, const void *data, size_t size, const int *fds, unsigned n_fds);

/*
 * Receives one message of at most size bytes; fds[FDPASS_MAX] are filled from
 * the front and are the caller's, close-on-exec, -1 where none came. Returns
 * the bytes, 0 at end of file, -errno; -EMSGSIZE for a message that was longer
 * or brought more descriptors (they are closed).
 */
ssize_t fdpass_recv(int socket, void *data, size_t size, int fds[FDPASS_MAX]);

/* Closes what fdpass_recv() gave. */
void fdpass_close(const int fds[FDPASS_MAX]);
