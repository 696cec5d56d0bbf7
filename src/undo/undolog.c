// SPDX-License-Identifier: GPL-2.0-or-later
#include "undolog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "directory.h"
#include "undolog_records.h"
#include "log.h"

/*
 * Next to root's undo log, and for as long. When a service manager is asked for this directory in a
 * user's name, it gives that user everything in it, even while we run from it: so the unit checks
 * for this file, and does not start.
 */
static const char undolog_roots_suffix[] = ".root";

static const char undolog_new_suffix[] = ".new"; /* until it replaces the undo log */

/*
 * Anyone who can read a directory or a file can lock it (flock(2)), and we wait for these locks. So
 * other users may pass through, to the sockets, but open nothing.
 */
enum { UNDOLOG_DIRECTORY_MODE = 0711, UNDOLOG_FILE_MODE = 0600 };

static int undolog_refuse_directory(const char *what, const char *directory, int error,
				    struct problem *problem)
{
	return problem_set(problem, STATUS_HOST, "cannot %s %s: %s%s", what, directory,
			   strerror(error), directory_advice(error));
}

static int undolog_refuse_others(const char *directory, struct problem *problem)
{
	return problem_set(
		problem, STATUS_HOST,
		"%s belongs to another user, as the service leaves it; start the network as a "
		"service, or remove that directory while no service is running",
		directory);
}

/*
 * Whether it is as the service makes it, so that without the right capability not even root can
 * open it.
 */
static bool undolog_directory_is_closed(const char *directory, int error)
{
	struct stat st;

	return error == EACCES && lstat(directory, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid != geteuid() && st.st_uid != 0;
}

/* Opens the directory, and checks that only we can write to it. */
static int undolog_open_directory(struct undolog *undolog, bool create, struct problem *problem)
{
	const char *directory = undolog->directory;
	struct stat st;
	int error;

	if (create && mkdir(directory, UNDOLOG_DIRECTORY_MODE) < 0 && errno != EEXIST)
		return undolog_refuse_directory("create", directory, errno, problem);
	undolog->directory_fd = open(directory, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC);
	error = undolog->directory_fd < 0 ? errno : 0;
	if (!create && error == ENOENT)
		return problem_set(problem, 0, "no %s", directory);
	if (undolog_directory_is_closed(directory, error))
		return undolog_refuse_others(directory, problem);
	if (error)
		return undolog_refuse_directory("open", directory, error, problem);
	if (fstat(undolog->directory_fd, &st) < 0 || (st.st_mode & 022))
		return problem_set(
			problem, STATUS_HOST,
			"others can write to %s; it must be ours alone; run: chmod go-w %s",
			directory, directory);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return undolog_refuse_others(directory, problem);
	if (create && st.st_uid == geteuid() && (st.st_mode & 044) &&
	    fchmod(undolog->directory_fd, UNDOLOG_DIRECTORY_MODE) < 0)
		return problem_set(problem, STATUS_HOST, "cannot restrict access to %s: %s",
				   directory, strerror(errno));
	return 0;
}

/* Updates what we know of our file. 0, or -errno. */
static int undolog_count(struct undolog *undolog)
{
	struct undolog_records *records = undolog_records_read(undolog->fd);

	if (!records)
		return -errno;
	undolog->size = records->size;
	undolog->n_records = records->n;
	undolog->waste = undolog_records_waste(records);
	free(records);
	return 0;
}

static void undolog_name_beside(const struct undolog *undolog, const char *suffix,
				char name[sizeof(undolog->file)])
{
	int length = (int)(strlen(undolog->file) - strlen(UNDOLOG_SUFFIX));

	snprintf(name, sizeof(undolog->file), "%.*s%s", length, undolog->file, suffix);
}

/* 0, or -errno. */
static int undolog_mark_as_roots(const struct undolog *undolog)
{
	char name[sizeof(undolog->file)];
	int fd;

	if (geteuid() != 0)
		return 0;
	undolog_name_beside(undolog, undolog_roots_suffix, name);
	fd = openat(undolog->directory_fd, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		    UNDOLOG_FILE_MODE);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* Opens and locks the file. -EAGAIN: its owner removed it meanwhile. */
static int undolog_open_file(struct undolog *undolog, bool create)
{
	int flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | (create ? O_CREAT : 0);
	struct stat ours;
	struct stat there;

	undolog->fd = openat(undolog->directory_fd, undolog->file, flags, UNDOLOG_FILE_MODE);
	if (undolog->fd < 0)
		return -errno;
	if (flock(undolog->fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (fstat(undolog->fd, &ours) < 0)
		return -errno;
	if (!S_ISREG(ours.st_mode))
		return -EINVAL;
	if (ours.st_uid != geteuid()) /* we would undo what it says, with our privileges */
		return -EPERM;
	if (fstatat(undolog->directory_fd, undolog->file, &there, AT_SYMLINK_NOFOLLOW) < 0 ||
	    there.st_ino != ours.st_ino)
		return -EAGAIN;
	if (create) {
		int ret = undolog_mark_as_roots(undolog);

		if (ret < 0) {
			if (ours.st_size == 0) /* probably created just now, so nothing is lost */
				unlinkat(undolog->directory_fd, undolog->file, 0);
			return ret;
		}
	}
	return undolog_count(undolog);
}

unsigned long long undolog_our_network(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 ? st.st_ino : 0;
}

/*
 * If an instance was just killed, the watcher holds the file for the few milliseconds it takes to
 * reset forwarding.
 */
static int undolog_open_file_soon(struct undolog *undolog, bool create)
{
	enum { TRIES = 20 }; /* 200 ms */
	const struct timespec pause = {.tv_nsec = UNDOLOG_LOCK_PAUSE * 1000000L};
	int ret = undolog_open_file(undolog, create);

	for (int i = 0; i < TRIES && ret == -EBUSY; i++) {
		nanosleep(&pause, NULL);
		close(undolog->fd);
		ret = undolog_open_file(undolog, create);
	}
	return ret;
}

enum undolog_purpose { UNDOLOG_START, UNDOLOG_LOOK, UNDOLOG_CLEAN_UP };

static int undolog_refuse_name(const char *name, enum undolog_purpose purpose,
			       struct problem *problem)
{
	if (purpose == UNDOLOG_CLEAN_UP)
		return problem_set(problem, STATUS_HOST,
				   "network '%s' is running; --cleanup is for one that was killed; "
				   "to end it: vde_vmnetctl --name=%s stop",
				   name, name);
	return problem_set(problem, STATUS_HOST,
			   "a network named '%s' is running already; attach to it, stop it, or use "
			   "--name",
			   name);
}

static int undolog_open_for(struct undolog *undolog, const char *directory, const char *name,
			    enum undolog_purpose purpose, struct problem *problem)
{
	bool create = purpose == UNDOLOG_START;
	enum { TRIES = 10 }; /* after each, another instance had ended at that very moment */
	int ret = -EAGAIN;

	*undolog = (struct undolog){.directory_fd = -1, .fd = -1};
	undolog->network = undolog_our_network();
	snprintf(undolog->directory, sizeof(undolog->directory), "%s", directory);
	snprintf(undolog->file, sizeof(undolog->file), "%s%s", name, UNDOLOG_SUFFIX);
	for (int i = 0; i < TRIES && (ret == -EAGAIN || (create && ret == -ENOENT)); i++) {
		undolog_close(undolog);
		if (undolog_open_directory(undolog, create, problem) < 0) {
			undolog_close(undolog);
			return -1;
		}
		ret = undolog_open_file_soon(undolog, create);
	}
	if (ret == 0)
		return 0;
	undolog_close(undolog);
	if (ret == -EBUSY)
		return undolog_refuse_name(name, purpose, problem);
	return problem_set(problem, !create && ret == -ENOENT ? 0 : STATUS_HOST,
			   "cannot open %s/%s: %s%s", directory, undolog->file, strerror(-ret),
			   directory_advice(-ret));
}

int undolog_open(struct undolog *undolog, const char *directory, const char *name,
		 struct problem *problem)
{
	return undolog_open_for(undolog, directory, name, UNDOLOG_START, problem);
}

int undolog_open_existing(struct undolog *undolog, const char *directory, const char *name,
			  struct problem *problem)
{
	return undolog_open_for(undolog, directory, name, UNDOLOG_CLEAN_UP, problem);
}

int undolog_look(struct undolog *undolog, const char *directory, const char *name,
		 struct problem *problem)
{
	int ret;

	if (undolog_open_for(undolog, directory, name, UNDOLOG_LOOK, problem) < 0) {
		if (problem->status != 0)
			return -1;
		undolog->directory_fd =
			open(directory, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC);
	}
	ret = undolog->directory_fd < 0 ? directory_can_make(directory)
					: directory_can_fill(directory);
	if (ret == 0)
		return 0;
	undolog_refuse_directory(undolog->directory_fd < 0 ? "create" : "write to", directory, -ret,
				 problem);
	undolog_close(undolog);
	return -1;
}

void undolog_close(struct undolog *undolog)
{
	if (undolog->fd >= 0)
		close(undolog->fd);
	if (undolog->directory_fd >= 0)
		close(undolog->directory_fd);
	undolog->fd = -1;
	undolog->directory_fd = -1;
}

void undolog_remove(struct undolog *undolog)
{
	char roots[sizeof(undolog->file)];
	char new[sizeof(undolog->file)];

	if (undolog->fd < 0)
		return;
	undolog_name_beside(undolog, undolog_roots_suffix, roots);
	undolog_name_beside(undolog, undolog_new_suffix, new);
	unlinkat(undolog->directory_fd, roots, 0); /* first, while the name is still ours */
	unlinkat(undolog->directory_fd, new, 0);   /* of one that was killed while it wrote it */
	unlinkat(undolog->directory_fd, undolog->file, 0);
	rmdir(undolog->directory); /* fails, as it should, unless it is empty */
	undolog_close(undolog);
}

/* Anything after the whole lines was torn by a crash or a full disk, and is overwritten. */
static int undolog_write(struct undolog *undolog, char sign, const char *record)
{
	char line[UNDOLOG_RECORD_MAX + 2];
	int length = snprintf(line, sizeof(line), "%c%s\n", sign, record);
	ssize_t n;

	if (length >= (int)sizeof(line) || strchr(record, '\n'))
		return -EINVAL;
	if (ftruncate(undolog->fd, undolog->size) < 0)
		return -errno;
	n = write(undolog->fd, line, length);
	if (n != length)
		return n < 0 ? -errno : -ENOSPC;
	undolog->size += length;
	return 0;
}

/* Replaces the file with one that has these records, and is locked. 0, or -errno. */
static int undolog_replace(struct undolog *undolog, const struct undolog_records *records)
{
	char name[sizeof(undolog->file)];
	struct undolog renewed = *undolog;
	int ret = 0;

	undolog_name_beside(undolog, undolog_new_suffix, name);
	unlinkat(undolog->directory_fd, name, 0);
	renewed.size = 0;
	renewed.waste = 0;
	renewed.fd = openat(undolog->directory_fd, name,
			    O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, UNDOLOG_FILE_MODE);
	if (renewed.fd < 0)
		return -errno;
	if (flock(renewed.fd, LOCK_EX | LOCK_NB) < 0)
		ret = -errno;
	for (unsigned i = 0; i < records->n && ret == 0; i++)
		ret = undolog_write(&renewed, '+', records->text[i]);
	if (ret == 0 &&
	    renameat(undolog->directory_fd, name, undolog->directory_fd, undolog->file) < 0)
		ret = -errno;
	if (ret == 0) {
		close(undolog->fd);
		*undolog = renewed;
		undolog->n_records = records->n;
	} else {
		close(renewed.fd);
		unlinkat(undolog->directory_fd, name, 0);
	}
	return ret;
}

/* If that fails, the file is as it was, and the next add tries again. */
static void undolog_shorten(struct undolog *undolog)
{
	struct undolog_records *records = undolog_records_read(undolog->fd);

	if (records)
		undolog_replace(undolog, records);
	free(records);
}

int undolog_add(struct undolog *undolog, const char *record)
{
	int ret = -ENOSPC;

	if (undolog->waste > UNDOLOG_WASTE_MAX)
		undolog_shorten(undolog);
	if (undolog->n_records < UNDOLOG_RECORDS_MAX)
		ret = undolog_write(undolog, '+', record);
	if (ret == 0)
		undolog->n_records++;
	return ret;
}

int undolog_cancel(struct undolog *undolog, const char *record)
{
	int ret = undolog_write(undolog, '-', record);

	return ret < 0 ? ret : undolog_count(undolog); /* there may have been no such record */
}

static int undolog_empty(struct undolog *undolog)
{
	if (ftruncate(undolog->fd, 0) < 0)
		return -errno;
	undolog->size = 0;
	undolog->n_records = 0;
	undolog->waste = 0;
	return 0;
}

int undolog_settle(struct undolog *undolog, bool new_network)
{
	struct undolog_records *records;
	int ret;

	if (undolog->size == 0)
		return 0;
	records = undolog_records_read(undolog->fd);
	if (!records)
		return -errno;
	undolog_records_settle(records, new_network);
	if (records->n == 0)
		ret = undolog_empty(undolog);
	else
		ret = undolog_replace(undolog, records);
	free(records);
	return ret;
}

int undolog_each(struct undolog *undolog, void (*each)(void *context, const char *record),
		 void *context)
{
	struct undolog_records *records = undolog_records_read(undolog->fd);

	if (!records)
		return -errno;
	for (unsigned i = records->n; i-- > 0;)
		each(context, records->text[i]);
	free(records);
	return 0;
}

struct undolog_undoing {
	struct undolog *undolog;
	bool (*undo)(struct undolog *undolog, const char *record);
};

static void undolog_undo_record(void *context, const char *record)
{
	const struct undolog_undoing *undoing = context;

	undoing->undo(undoing->undolog, record);
}

int undolog_undo(struct undolog *undolog, bool (*undo)(struct undolog *undolog, const char *record))
{
	struct undolog_undoing undoing = {undolog, undo};

	return undolog_each(undolog, undolog_undo_record, &undoing);
}

int undolog_add_network(struct undolog *undolog)
{
	char record[32];

	snprintf(record, sizeof(record), "network %llu", undolog->network);
	return undolog_has(undolog, record) ? 0 : undolog_add(undolog, record);
}

bool undolog_is_elsewhere(struct undolog *undolog)
{
	struct undolog_records *records = undolog_records_read(undolog->fd);
	bool elsewhere = records && undolog_records_elsewhere(records, undolog->network);

	free(records);
	return elsewhere;
}

struct undolog_search {
	const char *start;
	bool found;
};

static void undolog_search_record(void *context, const char *record)
{
	struct undolog_search *search = context;

	search->found |= strncmp(record, search->start, strlen(search->start)) == 0;
}

bool undolog_has(struct undolog *undolog, const char *start)
{
	struct undolog_search search = {.start = start};

	undolog_each(undolog, undolog_search_record, &search);
	return search.found;
}
