// SPDX-License-Identifier: GPL-2.0-or-later
#include "tap_ask.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "unixaddress.h"

/* The descriptor, or -errno. */
static int tap_ask_connect(const char *path)
{
	const struct timeval patience = {.tv_sec = TAP_ASK_PATIENCE};
	int fd = unixaddress_connect(path, SOCK_SEQPACKET, TAP_ASK_PATIENCE * INT64_C(1000));

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* Takes the descriptors that came into given->fds; the others stay -1. Returns how many. */
static unsigned tap_ask_take(struct msghdr *header, struct tap_given *given)
{
	unsigned n = 0;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
		size_t size = part->cmsg_len - CMSG_LEN(0);

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
			continue;
		n = (unsigned)(size / sizeof(int));
		memcpy(given->fds, CMSG_DATA(part), size);
	}
	return n;
}

static bool tap_ask_is_whole(const struct tap_answer *answer, size_t size, unsigned n)
{
	return size == sizeof(*answer) && answer->version == TAP_MESSAGE_VERSION &&
	       memchr(answer->name, '\0', sizeof(answer->name)) &&
	       memchr(answer->why, '\0', sizeof(answer->why)) &&
	       (answer->error ? n == 0 && answer->error < 4096
			      : answer->queues >= 1 && answer->queues <= TAP_QUEUES_MAX &&
					(answer->vhosts == 0 || answer->vhosts == answer->queues) &&
					n == answer->queues + answer->vhosts);
}

static int tap_ask_hear(int fd, struct tap_given *given)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(given->fds))];
	struct iovec iov = {&given->answer, sizeof(given->answer)};
	struct msghdr header = {.msg_iov = &iov,
				.msg_iovlen = 1,
				.msg_control = control,
				.msg_controllen = sizeof(control)};
	ssize_t size;
	unsigned n;

	do
		size = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (size == 0)
		return -ECONNRESET;
	n = tap_ask_take(&header, given);
	if (!(header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) &&
	    tap_ask_is_whole(&given->answer, (size_t)size, n))
		return -(int)given->answer.error;
	given->answer.why[0] = '\0';
	return -EPROTO;
}

int tap_ask(const char *path, const struct tap_request *request, struct tap_given *given)
{
	int fd = tap_ask_connect(path);
	int ret = 0;

	memset(given, 0, sizeof(*given));
	for (unsigned i = 0; i < TAP_DESCRIPTORS_MAX; i++)
		given->fds[i] = -1;
	if (fd < 0)
		return fd;
	if (send(fd, request, sizeof(*request), MSG_NOSIGNAL) < 0)
		ret = errno == EAGAIN ? -ETIMEDOUT : -errno;
	/* Even a client that was refused at once may have an answer. */
	if (ret == 0 || ret == -EPIPE)
		ret = tap_ask_hear(fd, given);
	if (ret < 0)
		tap_give_back(given);
	close(fd);
	return ret;
}

void tap_give_back(struct tap_given *given)
{
	for (unsigned i = 0; i < TAP_DESCRIPTORS_MAX; i++) {
		if (given->fds[i] >= 0)
			close(given->fds[i]);
		given->fds[i] = -1;
	}
}
