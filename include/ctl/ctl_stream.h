/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unix stream socket that lines cross, each within its time: who is at the other end may be
 * slow, silent, or without end. Deadlines are clock_now()'s milliseconds.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { CTL_STREAM_LINE_MAX = 16 << 20 }; /* far beyond the answer of the largest network */

#define CTL_STREAM_NO_DEADLINE INT64_MAX

struct ctl_stream {
	int fd; /* -1: none */
	char *buffer;
	size_t room;
	size_t used;  /* bytes that were received */
	size_t taken; /* of these, what lines have been made of */
	size_t seen;  /* in these there is no further end of a line */
};

/* Connects. 0, or -errno, -ETIMEDOUT where nobody accepts it. */
int ctl_stream_open(struct ctl_stream *stream, const char *path, int64_t deadline);

/* Takes one that was never opened, and twice. */
void ctl_stream_close(struct ctl_stream *stream);

/* All of it. 0, or -errno. */
int ctl_stream_send(struct ctl_stream *stream, const char *text, size_t size, int64_t deadline);

/*
 * The next line, without its end; it stays until the next call. 0; -ETIMEDOUT; -ECONNRESET: the
 * other end has closed; -EMSGSIZE: it is too long.
 */
int ctl_stream_read_line(struct ctl_stream *stream, char **line, size_t *length, int64_t deadline);
