/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors, more in a message than ours have room for. */
#pragma once

#include <string.h>
#include <sys/socket.h>

enum { SENDFDS_MAX = 16 };

/* Sends a byte 0 with n of them, at most SENDFDS_MAX. As sendmsg(). */
static inline ssize_t sendfds(int socket, const int *fds, unsigned n)
{
	union {
		char bytes[CMSG_SPACE(SENDFDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct iovec iov = {.iov_base = (char[1]){0}, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = CMSG_SPACE(n * sizeof(int))};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(cmsg), fds, n * sizeof(int));
	return sendmsg(socket, &msg, MSG_NOSIGNAL);
}
