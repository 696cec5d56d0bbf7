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

enum { SWITCHSOCKET_LOOKS = 4 }; /* attempts to find a cached path: a rename may disturb one */

/* Whether libvdeplug puts clients' sockets there: beside ctl, or in a directory open to all. */
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
 * Opens what is at a path that a client gave. Returns a descriptor, or -errno. Outside the usual
 * directories we accept only what the kernel has cached, as it has anything just made: looking it
 * up at an automount, or on a server that does not answer, could block us for as long as that
 * takes.
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
	if (fd < 0) /* a directory closed to us, like /tmp for a service, has nothing */
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
	/* From the kernel's cache: this must not ask a server either. */
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
	/* In this order: a socket with SO_PASSCRED is given a name when it is connected. */
	if (connect(data, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(data, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

/* The user in a message's credentials, or (uid_t)-1. */
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
	/* No room for descriptors: any that a client sends are dropped. */
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
	/* It stays connected, and so proven. */
	return setsockopt(data, SOL_SOCKET, SO_PASSCRED, &off, sizeof(off)) < 0 ? -errno : 1;
}
