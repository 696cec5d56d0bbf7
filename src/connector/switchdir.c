// SPDX-License-Identifier: GPL-2.0-or-later
#include "switchdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory.h"
#include "fdpass.h"
#include "pathsocket.h"
#include "unixaddress.h"

/* each retry means that another process of ours removed it at that moment */
enum { SWITCHDIR_TRIES = 10 };

/* Opens the directory if it is ours and not a link. Returns the descriptor, or -errno. */
static int switchdir_open_ours(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return errno == ELOOP ? -ENOTDIR : -errno;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid())
		return fd;
	close(fd);
	return -EPERM;
}

/*
 * From here on only we can create anything there: nobody can put a ctl of their own there while
 * ours is away. The sticky bit stays, and shows that it was a switch's.
 */
static int switchdir_close(int directory)
{
	struct stat st;

	if (fstat(directory, &st) < 0 || fchmod(directory, (st.st_mode & 07000) | 0700) < 0)
		return -errno;
	return 0;
}

/* What is in it then was left by group members: no reason to refuse it. */
static bool switchdir_was_a_switch(int directory)
{
	struct stat st;

	return fstat(directory, &st) == 0 && (st.st_mode & S_ISVTX);
}

/* 0, or -ENOTEMPTY. */
static int switchdir_check_empty(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	unsigned n = 0;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		return -errno;
	}
	while (readdir(stream))
		n++;
	closedir(stream);
	return n > 2 ? -ENOTEMPTY : 0; /* . and .. */
}

/*
 * Whether we may take it: 0 if it is empty, or belonged to a switch that is dead. A live switch
 * does not notice: a socket of another type cannot connect.
 */
static int switchdir_probe(int directory, const struct sockaddr_un *address)
{
	int ret = pathsocket_probe(address, SOCK_DGRAM);

	switch (ret) {
	case 0:
	case -EPROTOTYPE:
		return -EADDRINUSE;
	case -ECONNREFUSED:
		return 0;
	case -ENOENT:
		return switchdir_was_a_switch(directory) ? 0 : switchdir_check_empty(directory);
	default:
		return ret;
	}
}

/* Removes every socket: those of the dead switch, and those of clients, which are of no use now. */
static void switchdir_clear(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat st;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(stream))) {
		if (fstatat(directory, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISSOCK(st.st_mode))
			unlinkat(directory, entry->d_name, 0);
	}
	closedir(stream);
}

/* Still closed to the group. */
static int switchdir_set_group(int directory, gid_t group)
{
	if (group == (gid_t)-1)
		return fchmod(directory, 0700) < 0 ? -errno : 0;
	if (fchown(directory, (uid_t)-1, group) < 0)
		return -errno;
	return directory_chmod(directory, 03700);
}

/* Sticky: those who may put a socket here may not remove another's. */
static int switchdir_let_in(int directory, gid_t group)
{
	return group == (gid_t)-1 ? 0 : directory_chmod(directory, 03770);
}

/* Whether path is still this open directory: another process of ours may just have removed it. */
static bool switchdir_is_at(int directory, const char *path)
{
	struct stat ours;
	struct stat there;

	return fstat(directory, &ours) == 0 && lstat(path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* Creates it if it is missing, opens and locks it. Returns the descriptor, or -errno. */
static int switchdir_enter(const char *path)
{
	for (int i = 0; i < SWITCHDIR_TRIES; i++) {
		int directory;

		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -errno;
		directory = switchdir_open_ours(path);
		if (directory >= 0)
			pathsocket_lock(directory);
		if (directory < 0 ? directory != -ENOENT : switchdir_is_at(directory, path))
			return directory;
		if (directory >= 0)
			close(directory);
	}
	return -EAGAIN;
}

static int switchdir_listen(int directory, const struct sockaddr_un *address, gid_t group, int *fd)
{
	mode_t before;
	int ret = switchdir_probe(directory, address);

	if (ret == 0)
		ret = switchdir_set_group(directory, group);
	if (ret < 0)
		return ret;
	switchdir_clear(directory);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return -errno;
	fdpass_refuse(*fd);
	before = umask(0007); /* the directory decides who may connect */
	if (bind(*fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ||
	    listen(*fd, PATHSOCKET_BACKLOG) < 0)
		ret = -errno;
	umask(before);
	if (ret == 0 && group != (gid_t)-1 &&
	    fchownat(directory, "ctl", (uid_t)-1, group, AT_SYMLINK_NOFOLLOW) < 0)
		ret = -errno;
	if (ret == 0)
		ret = switchdir_let_in(directory, group);
	if (ret < 0)
		close(*fd);
	return ret;
}

int switchdir_open(const char *path, gid_t group, int *fd)
{
	struct sockaddr_un address;
	int directory;
	int ret = unixaddress_set(&address, path, "/ctl");

	if (ret < 0)
		return ret;
	directory = switchdir_enter(path);
	if (directory < 0)
		return directory;
	ret = switchdir_listen(directory, &address, group, fd);
	close(directory);
	return ret;
}

int switchdir_check(const char *path)
{
	struct sockaddr_un address;
	int directory;
	int ret = unixaddress_set(&address, path, "/ctl");

	if (ret < 0)
		return ret;
	directory = switchdir_open_ours(path);
	if (directory == -ENOENT)
		return directory_can_make(path);
	if (directory < 0)
		return directory;
	ret = switchdir_probe(directory, &address);
	close(directory);
	if (ret == 0)
		ret = directory_can_fill(path);
	return ret == -EACCES ? 0 : ret; /* ours: we will set its mode */
}

void switchdir_remove(const char *path)
{
	struct sockaddr_un address;
	int directory = switchdir_open_ours(path);

	if (directory < 0)
		return;
	pathsocket_lock(directory);
	if (unixaddress_set(&address, path, "/ctl") == 0 && switchdir_is_at(directory, path) &&
	    switchdir_probe(directory, &address) == 0 && switchdir_close(directory) == 0) {
		switchdir_clear(directory);
		rmdir(path); /* fails, as intended, while anything else is in it */
	}
	close(directory);
}
