/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages with file descriptors over unix sockets (SCM_RIGHTS, unix(7)). */
#pragma once

#include <stddef.h>
#include <sys/types.h>

enum {
	FDPASS_MAX = 2,	      /* received at once */
	FDPASS_SENT_MAX = 16, /* sent at once */
};

/*
 * Sends size bytes and n_fds descriptors (at most FDPASS_SENT_MAX) as one message; the descriptors
 * stay open here. 0, or -errno (-EAGAIN if a non-blocking socket is full).
 */
int fdpass_send(int socket, const void *data, size_t size, const int *fds, unsigned n_fds);

/* The same, but never waits: -EAGAIN even on a blocking socket. */
int fdpass_send_now(int socket, const void *data, size_t size, const int *fds, unsigned n_fds);

/*
 * Receives one message of at most size bytes. fds[FDPASS_MAX] is filled from the front, with -1 for
 * none; the descriptors are close-on-exec and belong to the caller. Returns the number of bytes, 0
 * at end of file, or -errno; -EMSGSIZE if the message was longer or had more descriptors (they are
 * closed).
 */
ssize_t fdpass_recv(int socket, void *data, size_t size, int fds[FDPASS_MAX]);

/*
 * The same for messages without descriptors: with no room for them, the kernel installs none.
 * Closing an installed one could take forever, if its file system does not answer. -EMSGSIZE also
 * if the message had any.
 */
ssize_t fdpass_recv_data(int socket, void *data, size_t size);

/*
 * From now on nobody can send descriptors to this socket, nor to sockets accepted from a listener
 * (Linux 6.16). Does nothing on older kernels: there, whoever reads the message closes the last
 * copy of a descriptor that was not installed, and a TCP socket can make that wait.
 */
void fdpass_refuse(int socket);

/* Closes the descriptors that fdpass_recv() returned. */
void fdpass_close(const int fds[FDPASS_MAX]);
