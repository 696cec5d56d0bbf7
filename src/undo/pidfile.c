// SPDX-License-Identifier: GPL-2.0-or-later
#include "pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "directory.h"

enum { PIDFILE_SIZE_MAX = 16 };

/* ---- the directory ----------------------------------------------------------- */

/*
 * The directory that the link (open) leads to, or -errno. In another user's directory, that user
 * could have a link lead to /etc: so a link is followed only if it is root's or ours, or if its
 * target belongs to the same user. There must be no further links behind it.
 */
static int pidfile_follow(int at, int link, const struct stat *link_st)
{
	const struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				     .resolve = RESOLVE_NO_SYMLINKS};
	char target[4096];
	ssize_t length = readlinkat(link, "", target, sizeof(target) - 1);
	struct stat st;
	int fd;

	if (length < 0)
		return -errno;
	target[length] = '\0';
	fd = (int)syscall(SYS_openat2, at, target, &how, sizeof(how));
	if (fd < 0)
		return -errno;
	if (link_st->st_uid == 0 || link_st->st_uid == geteuid() ||
	    (fstat(fd, &st) == 0 && st.st_uid == link_st->st_uid))
		return fd;
	close(fd);
	return -ELOOP;
}

/* Follows one name. A descriptor of the directory, or -errno. */
static int pidfile_step(int at, const char *name)
{
	int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int ret;

	if (fd < 0)
		return -errno;
	ret = fstat(fd, &st) < 0 ? -errno : 0;
	if (ret == 0 && S_ISDIR(st.st_mode))
		return fd;
	if (ret == 0)
		ret = S_ISLNK(st.st_mode) ? pidfile_follow(at, fd, &st) : -ENOTDIR;
	close(fd);
	return ret;
}

/* Opens the directory of path, name by name. *name is the last name; or -errno. */
static int pidfile_open_directory(const char *path, const char **name)
{
	int at = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	*name = "";
	if (at < 0)
		return -errno;
	for (;;) {
		size_t length;
		char step[256];
		int next;

		path += strspn(path, "/");
		length = strcspn(path, "/");
		if (path[length] == '\0')
			break;
		next = length < sizeof(step) ? 0 : -ENAMETOOLONG;
		snprintf(step, sizeof(step), "%.*s", (int)length, path);
		if (next == 0)
			next = pidfile_step(at, step);
		close(at);
		if (next < 0)
			return next;
		at = next;
		path += length;
	}
	*name = path;
	if (*path != '\0')
		return at;
	close(at);
	return -EISDIR;
}

/* ---- the file ---------------------------------------------------------------- */

/* Only if it is empty, or has one number in a line, may we have written it. */
static bool pidfile_is_text(int fd)
{
	char text[PIDFILE_SIZE_MAX + 1];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	size_t digits;

	if (n <= 0 || n > PIDFILE_SIZE_MAX)
		return n == 0;
	text[n] = '\0';
	digits = strspn(text, "0123456789");
	return digits > 0 && digits == (size_t)n - 1 && text[digits] == '\n';
}

/*
 * Whether its writer lives. We ask as if for a read lock, which only a write lock conflicts with:
 * anyone who can read the file can take a read lock, and must not be taken for us.
 */
static bool pidfile_is_held(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
}

/* Whether an existing file may be replaced: 0, or -ENOENT, or -1 with *problem. */
static int pidfile_look(int directory, const char *name, const char *path, struct problem *problem)
{
	int fd = openat(directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int ret = 0;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return problem_set(problem, STATUS_USAGE, "--pidfile=%.200s: %s", path,
				   errno == ELOOP ? "is a symbolic link" : strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
	    st.st_uid != geteuid() || !pidfile_is_text(fd))
		ret = problem_set(problem, STATUS_USAGE,
				  "--pidfile=%.200s: exists and is not one of our pidfiles", path);
	else if (pidfile_is_held(fd))
		ret = problem_set(problem, STATUS_HOST,
				  "--pidfile=%.200s: in use by a running process", path);
	close(fd);
	return ret;
}

/*
 * Opens the directory of path, and checks the file. Returns what pidfile_look() does, with
 * *directory and *name unless -1.
 */
static int pidfile_find(const char *path, int *directory, const char **name,
			struct problem *problem)
{
	int ret;

	*directory = pidfile_open_directory(path, name);
	if (*directory < 0)
		return problem_set(
			problem, STATUS_USAGE, "--pidfile=%.200s: %s", path,
			*directory == -ELOOP
				? "a symbolic link in its path is not followed; use the real path"
				: strerror(-*directory));
	ret = pidfile_look(*directory, *name, path, problem);
	if (ret == -1) {
		close(*directory);
		*directory = -1;
	}
	return ret;
}

int pidfile_check(const char *path, struct problem *problem)
{
	const char *name;
	int directory;
	char place[32];
	int ret = pidfile_find(path, &directory, &name, problem);

	if (ret == -1)
		return -1;
	snprintf(place, sizeof(place), "/proc/self/fd/%d", directory);
	ret = directory_can_fill(place);
	close(directory);
	return ret == 0 ? 0
			: problem_set(problem, STATUS_USAGE, "--pidfile=%.200s: %s", path,
				      strerror(-ret));
}

/* Nobody else can open it until it is locked and complete. 0, or -errno. */
static int pidfile_fill(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_SETLK, &lock) < 0 || dprintf(fd, "%d\n", getpid()) < 0 ||
	    fchmod(fd, 0644) < 0)
		return -errno;
	return 0;
}

int pidfile_write(struct pidfile *pidfile, const char *path, struct problem *problem)
{
	int ret = pidfile_find(path, &pidfile->directory, &pidfile->name, problem);

	if (ret == -1)
		return -1;
	/* A new file, because others may have opened and locked the old one. */
	ret = ret == 0 && unlinkat(pidfile->directory, pidfile->name, 0) < 0 ? -errno : 0;
	if (ret == 0)
		pidfile->fd = openat(pidfile->directory, pidfile->name,
				     O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (ret == 0 && pidfile->fd < 0)
		ret = -errno;
	if (ret == 0)
		ret = pidfile_fill(pidfile->fd);
	if (ret == 0)
		return 0;
	pidfile_remove(pidfile);
	return problem_set(problem, STATUS_HOST, "--pidfile=%.200s: %s", path, strerror(-ret));
}

void pidfile_remove(struct pidfile *pidfile)
{
	struct stat ours;
	struct stat there;

	if (pidfile->fd >= 0 && fstat(pidfile->fd, &ours) == 0 &&
	    fstatat(pidfile->directory, pidfile->name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
		unlinkat(pidfile->directory, pidfile->name, 0);
	if (pidfile->fd >= 0)
		close(pidfile->fd);
	if (pidfile->directory >= 0)
		close(pidfile->directory);
	pidfile->fd = -1;
	pidfile->directory = -1;
}

void pidfile_clean(const char *path)
{
	struct problem problem;
	const char *name;
	int directory;

	if (pidfile_find(path, &directory, &name, &problem) == 0)
		unlinkat(directory, name, 0);
	if (directory >= 0)
		close(directory);
}
