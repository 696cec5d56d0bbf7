/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A unix stream socket for lines, each with a time limit: the other end may be slow or silent, or
 * may never stop. Deadlines are in clock_now()'s milliseconds.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { CTL_STREAM_LINE_MAX = 16 << 20 }; /* far more than the largest network's answer */

#define CTL_STREAM_NO_DEADLINE INT64_MAX

struct ctl_stream {
	int fd; /* -1: none */
	char *buffer;
	size_t room;
	size_t used;  /* bytes received */
	size_t taken; /* of these, already returned as lines */
	size_t seen;  /* there is no newline before this */
};

/* Connects. 0, or -errno: -ETIMEDOUT if nobody accepts. */
int ctl_stream_open(struct ctl_stream *stream, const char *path, int64_t deadline);

/* Also for one that was never opened; may be called twice. */
void ctl_stream_close(struct ctl_stream *stream);

/* Sends all of it. 0, or -errno. */
int ctl_stream_send(struct ctl_stream *stream, const char *text, size_t size, int64_t deadline);

/*
 * The next line, without its newline; valid until the next call. 0; -ETIMEDOUT; -ECONNRESET: the
 * other end closed; -EMSGSIZE: too long.
 */
int ctl_stream_read_line(struct ctl_stream *stream, char **line, size_t *length, int64_t deadline);
