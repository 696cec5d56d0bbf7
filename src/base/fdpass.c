// SPDX-License-Identifier: GPL-2.0-or-later
#include "fdpass.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83 /* asm-generic/socket.h of Linux 6.16 */
#endif

union fdpass_control {
	char bytes[CMSG_SPACE(FDPASS_MAX * sizeof(int))];
	struct cmsghdr align;
};

union fdpass_sent {
	char bytes[CMSG_SPACE(FDPASS_SENT_MAX * sizeof(int))];
	struct cmsghdr align;
};

static int fdpass_send_by(int socket, int flags, const void *data, size_t size, const int *fds,
			  unsigned n_fds)
{
	union fdpass_sent control = {0};
	struct iovec iov = {.iov_base = (void *)data, .iov_len = size};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	assert(n_fds <= FDPASS_SENT_MAX);
	if (n_fds > 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));

		struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, n_fds * sizeof(int));
	}
	return sendmsg(socket, &msg, flags | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int fdpass_send(int socket, const void *data, size_t size, const int *fds, unsigned n_fds)
{
	return fdpass_send_by(socket, 0, data, size, fds, n_fds);
}

int fdpass_send_now(int socket, const void *data, size_t size, const int *fds, unsigned n_fds)
{
	return fdpass_send_by(socket, MSG_DONTWAIT, data, size, fds, n_fds);
}

static void fdpass_take(struct msghdr *msg, int fds[FDPASS_MAX])
{
	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fds, CMSG_DATA(cmsg), cmsg->cmsg_len - CMSG_LEN(0));
	}
}

void fdpass_close(const int fds[FDPASS_MAX])
{
	for (unsigned i = 0; i < FDPASS_MAX; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

ssize_t fdpass_recv(int socket, void *data, size_t size, int fds[FDPASS_MAX])
{
	union fdpass_control control;
	struct iovec iov = {.iov_base = data, .iov_len = size};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};
	ssize_t n;

	for (unsigned i = 0; i < FDPASS_MAX; i++)
		fds[i] = -1;
	do
		n = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	fdpass_take(&msg, fds);
	if (!(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return n;
	fdpass_close(fds);
	for (unsigned i = 0; i < FDPASS_MAX; i++)
		fds[i] = -1;
	return -EMSGSIZE;
}

ssize_t fdpass_recv_data(int socket, void *data, size_t size)
{
	struct iovec iov = {.iov_base = data, .iov_len = size};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	do
		n = recvmsg(socket, &msg, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? -EMSGSIZE : n;
}

void fdpass_refuse(int socket)
{
	(void)setsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &(int){0}, sizeof(int));
}
