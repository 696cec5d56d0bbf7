// SPDX-License-Identifier: GPL-2.0-or-later
#include "switchsocket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { SWITCHSOCKET_LOOKS = 4 }; /* tries to find a path in memory: a rename may disturb one */

/* Whether libvdeplug puts its clients' sockets there: beside ctl, or where all may write. */
static bool switchsocket_is_usual(const char *path, const char *ours)
{
	const char *const directories[] = {ours, "/run", "/var/run", "/var/tmp", "/tmp"};
	const char *name = strrchr(path, '/');

	for (unsigned i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		size_t length = strlen(directories[i]);

		if ((size_t)(name - path) == length && memcmp(path, directories[i], length) == 0)
			return true;
	}
	return false;
}

/*
 * A descriptor for what is at a path that a client names, or -errno. Elsewhere
 * than usual only what the kernel has in memory, as it has what was made just
 * now: to look for it at an automount, or a server that does not answer, would
 * stop us for as long as that takes.
 */
static int switchsocket_find_cached(const char *path)
{
	const struct open_how cached = {.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
					.resolve = RESOLVE_CACHED};

	for (int i = 0; i < SWITCHSOCKET_LOOKS; i++) {
		int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &cached, sizeof(cached));

		if (fd >= 0)
			return fd;
		if (errno == EINVAL || errno == ENOSYS) /* before Linux 5.12; syscallfilter.h */
			return -EXDEV;
		if (errno != EAGAIN)
			return -errno;
	}
	return -EAGAIN;
}

static int switchsocket_find(const char *path, const char *ours)
{
	int fd;

	if (!switchsocket_is_usual(path, ours))
		return switchsocket_find_cached(path);
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) /* a directory that is closed to us, as /tmp is to a service, has nothing */
		return errno == EACCES ? -ENOENT : -errno;
	return fd;
}

int switchsocket_connect(int data, const char *path, const char *ours, uid_t owner)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = switchsocket_find(path, ours);
	struct statx st;
	int ret = 0;

	if (fd < 0)
		return fd;
	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", fd);
	/* As the kernel remembers it: also this must not ask a server. */
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_UID, &st) < 0)
		ret = -errno;
	else if (!S_ISSOCK(st.stx_mode))
		ret = -ENOTSOCK;
	else if (st.stx_uid != owner)
		ret = -EPERM;
	else if (connect(data, (struct sockaddr *)&address, sizeof(address)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

int switchsocket_connect_abstract(int data, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int on = 1;

	memcpy(address.sun_path, name, sizeof(address.sun_path));
	/* In this order: a socket that takes credentials is given a name as it is connected. */
	if (connect(data, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(data, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

/* The user in the credentials of a message, or (uid_t)-1. */
static uid_t switchsocket_sender(struct msghdr *message)
{
	struct ucred sender = {.uid = (uid_t)-1};

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_CREDENTIALS &&
		    part->cmsg_len >= CMSG_LEN(sizeof(sender)))
			memcpy(&sender, CMSG_DATA(part), sizeof(sender));
	}
	return sender.uid;
}

int switchsocket_prove(int data, uid_t owner)
{
	/* Without room for descriptors: those that a client sends along are not taken. */
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr alignment;
	} control = {0};
	struct msghdr message = {.msg_control = &control, .msg_controllen = sizeof(control)};
	const int off = 0;

	if (recvmsg(data, &message, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (switchsocket_sender(&message) != owner)
		return -EPERM;
	/* It stays connected, so it stays proven. */
	return setsockopt(data, SOL_SOCKET, SO_PASSCRED, &off, sizeof(off)) < 0 ? -errno : 1;
}
