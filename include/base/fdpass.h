/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages with file descriptors over unix sockets (SCM_RIGHTS, unix(7)). */
#pragma once

#include <stddef.h>
#include <sys/types.h>

enum {
	FDPASS_MAX = 2,	      /* that are received at once */
	FDPASS_SENT_MAX = 16, /* that are sent at once */
};

/*
 * Sends size bytes and n_fds (at most FDPASS_SENT_MAX) descriptors as one message;
 * the descriptors stay open here. 0, or -errno (-EAGAIN when a non-blocking
 * socket is full).
 */
int fdpass_send(int socket, const void *data, size_t size, const int *fds, unsigned n_fds);

/* The same, never waiting: -EAGAIN also where the socket blocks. */
int fdpass_send_now(int socket, const void *data, size_t size, const int *fds, unsigned n_fds);

/*
 * Receives one message of at most size bytes; fds[FDPASS_MAX] are filled from
 * the front and are the caller's, close-on-exec, -1 where none came. Returns
 * the bytes, 0 at end of file, -errno; -EMSGSIZE for a message that was longer
 * or brought more descriptors (they are closed).
 */
ssize_t fdpass_recv(int socket, void *data, size_t size, int fds[FDPASS_MAX]);

/*
 * The same, of a message that may bring none: where there is no room for descriptors, the
 * kernel installs none. To close one that was installed may take for ever: of a file system
 * that does not answer. -EMSGSIZE also for a message that brought any.
 */
ssize_t fdpass_recv_data(int socket, void *data, size_t size);

/*
 * From now on nobody can send descriptors to this socket, nor to what a listener accepts
 * (Linux 6.16). On older kernels it does nothing: there the last copy of what came and was not
 * installed is closed by whoever reads the message, and a TCP socket can make that wait.
 */
void fdpass_refuse(int socket);

/* Closes what fdpass_recv() gave. */
void fdpass_close(const int fds[FDPASS_MAX]);
