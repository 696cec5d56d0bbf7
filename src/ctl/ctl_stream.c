// SPDX-License-Identifier: GPL-2.0-or-later
#include "ctl_stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "unixaddress.h"

enum { CTL_STREAM_CHUNK = 64 << 10, CTL_STREAM_RETRY = 20000000 /* ns */ };

/* Waits until it can be read or written. 0, -ETIMEDOUT, or -errno. */
static int ctl_stream_wait(int fd, short events, int64_t deadline)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = deadline - clock_now();
		int timeout = deadline == CTL_STREAM_NO_DEADLINE ? -1
			      : left <= 0			 ? 0
			      : left > INT_MAX			 ? INT_MAX
								 : (int)left;
		int n = poll(&poll_fd, 1, timeout);

		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

int ctl_stream_open(struct ctl_stream *stream, const char *path, int64_t deadline)
{
	const struct timespec pause = {.tv_nsec = CTL_STREAM_RETRY};
	struct sockaddr_un address;
	int ret = unixaddress_set(&address, path, "");

	*stream = (struct ctl_stream){.fd = -1};
	if (ret < 0)
		return ret;
	stream->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (stream->fd < 0)
		return -errno;
	/* With a full backlog, connect() fails at once, and nothing tells when to retry. */
	while (connect(stream->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (clock_now() >= deadline)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

void ctl_stream_close(struct ctl_stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	free(stream->buffer);
	*stream = (struct ctl_stream){.fd = -1};
}

int ctl_stream_send(struct ctl_stream *stream, const char *text, size_t size, int64_t deadline)
{
	while (size > 0) {
		ssize_t n = send(stream->fd, text, size, MSG_NOSIGNAL);
		int ret = 0;

		if (n >= 0) {
			text += n;
			size -= (size_t)n;
			continue;
		}
		if (errno == EAGAIN)
			ret = ctl_stream_wait(stream->fd, POLLOUT, deadline);
		else if (errno != EINTR)
			ret = -errno;
		if (ret < 0)
			return ret;
	}
	return 0;
}

/* Makes room for more after the current data. 0, -EMSGSIZE or -ENOMEM. */
static int ctl_stream_make_room(struct ctl_stream *stream)
{
	size_t room = 2 * (stream->room + CTL_STREAM_CHUNK);
	char *buffer;

	if (stream->taken > 0) {
		memmove(stream->buffer, stream->buffer + stream->taken,
			stream->used - stream->taken);
		stream->used -= stream->taken;
		stream->seen -= stream->taken;
		stream->taken = 0;
	}
	if (stream->room - stream->used >= CTL_STREAM_CHUNK)
		return 0;
	if (stream->used >= CTL_STREAM_LINE_MAX)
		return -EMSGSIZE;
	buffer = realloc(stream->buffer, room);
	if (!buffer)
		return -ENOMEM;
	stream->buffer = buffer;
	stream->room = room;
	return 0;
}

/* Reads what has come. 0, or -errno. */
static int ctl_stream_receive(struct ctl_stream *stream, int64_t deadline)
{
	int ret = ctl_stream_make_room(stream);
	ssize_t n;

	if (ret < 0)
		return ret;
	ret = ctl_stream_wait(stream->fd, POLLIN, deadline);
	if (ret < 0)
		return ret;
	n = recv(stream->fd, stream->buffer + stream->used, CTL_STREAM_CHUNK, 0);
	if (n == 0)
		return -ECONNRESET;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	stream->used += (size_t)n;
	return 0;
}

int ctl_stream_read_line(struct ctl_stream *stream, char **line, size_t *length, int64_t deadline)
{
	char *end = NULL;

	for (;;) {
		int ret;

		if (stream->used > stream->seen)
			end = memchr(stream->buffer + stream->seen, '\n',
				     stream->used - stream->seen);
		if (end)
			break;
		stream->seen = stream->used;
		ret = ctl_stream_receive(stream, deadline);
		if (ret < 0)
			return ret;
		/* A line that arrives byte by byte gets no more time than any other. */
		if (clock_now() > deadline)
			return -ETIMEDOUT;
	}
	*line = stream->buffer + stream->taken;
	*length = (size_t)(end - *line);
	stream->taken = stream->seen = (size_t)(end + 1 - stream->buffer);
	return 0;
}
