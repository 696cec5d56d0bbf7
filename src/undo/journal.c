// SPDX-License-Identifier: GPL-2.0-or-later
#include "journal.h"

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
#include "journal_records.h"
#include "log.h"

static const char journal_suffix[] = ".state";

/*
 * Beside a journal of root's, and as long. A service manager that is asked for this
 * directory in a user's name gives him all that is in it, also while we run from it:
 * the unit looks for this, and keeps away.
 */
static const char journal_roots_suffix[] = ".root";

static const char journal_new_suffix[] = ".new"; /* until it takes the journal's place */

/*
 * Whoever can read a directory or a file can lock it (flock(2)), and we wait for
 * these locks: others go through, to the sockets, and open nothing.
 */
enum { JOURNAL_DIRECTORY_MODE = 0711, JOURNAL_FILE_MODE = 0600 };

enum { JOURNAL_LOCK_PAUSE = 10 }; /* ms between two tries */

static int journal_refuse_directory(const char *what, const char *directory, int error,
				    struct problem *problem)
{
	return problem_set(problem, STATUS_HOST, "cannot %s %s: %s%s", what, directory,
			   strerror(error), directory_advice(error));
}

static int journal_refuse_others(const char *directory, struct problem *problem)
{
	return problem_set(problem, STATUS_HOST,
			   "%s belongs to another user, as the service leaves it; start the "
			   "network as a service, or remove that while none is running",
			   directory);
}

/* As the service makes it, not even root opens it without the capability to. */
static bool journal_directory_is_closed(const char *directory, int error)
{
	struct stat st;

	return error == EACCES && lstat(directory, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid != geteuid() && st.st_uid != 0;
}

/* Opens the directory as our own and nobody else's to write. */
static int journal_open_directory(struct journal *journal, bool create, struct problem *problem)
{
	const char *directory = journal->directory;
	struct stat st;
	int error;

	if (create && mkdir(directory, JOURNAL_DIRECTORY_MODE) < 0 && errno != EEXIST)
		return journal_refuse_directory("create", directory, errno, problem);
	journal->directory_fd = open(directory, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC);
	error = journal->directory_fd < 0 ? errno : 0;
	if (!create && error == ENOENT)
		return problem_set(problem, 0, "no %s", directory);
	if (journal_directory_is_closed(directory, error))
		return journal_refuse_others(directory, problem);
	if (error)
		return journal_refuse_directory("open", directory, error, problem);
	if (fstat(journal->directory_fd, &st) < 0 || (st.st_mode & 022))
		return problem_set(problem, STATUS_HOST,
				   "%s can be written by others; it must be ours alone", directory);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return journal_refuse_others(directory, problem);
	if (create && st.st_uid == geteuid() && (st.st_mode & 044) &&
	    fchmod(journal->directory_fd, JOURNAL_DIRECTORY_MODE) < 0)
		return problem_set(problem, STATUS_HOST, "cannot close %s to others: %s", directory,
				   strerror(errno));
	return 0;
}

/* Brings what we know of our file up to date. 0, or -errno. */
static int journal_count(struct journal *journal)
{
	struct journal_records *records = journal_records_read(journal->fd);

	if (!records)
		return -errno;
	journal->size = records->size;
	journal->n_records = records->n;
	free(records);
	return 0;
}

static void journal_name_beside(const struct journal *journal, const char *suffix,
				char name[sizeof(journal->file)])
{
	int length = (int)(strlen(journal->file) - strlen(journal_suffix));

	snprintf(name, sizeof(journal->file), "%.*s%s", length, journal->file, suffix);
}

/* 0, or -errno. */
static int journal_mark_as_roots(const struct journal *journal)
{
	char name[sizeof(journal->file)];
	int fd;

	if (geteuid() != 0)
		return 0;
	journal_name_beside(journal, journal_roots_suffix, name);
	fd = openat(journal->directory_fd, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		    JOURNAL_FILE_MODE);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/*
 * Opens and locks the file. -EAGAIN: it was removed by its owner meanwhile.
 */
static int journal_open_file(struct journal *journal, bool create)
{
	int flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC | (create ? O_CREAT : 0);
	struct stat ours;
	struct stat there;

	journal->fd = openat(journal->directory_fd, journal->file, flags, JOURNAL_FILE_MODE);
	if (journal->fd < 0)
		return -errno;
	if (flock(journal->fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (fstat(journal->fd, &ours) < 0)
		return -errno;
	if (!S_ISREG(ours.st_mode))
		return -EINVAL;
	if (ours.st_uid != geteuid()) /* what it says would be done with our privileges */
		return -EPERM;
	if (fstatat(journal->directory_fd, journal->file, &there, AT_SYMLINK_NOFOLLOW) < 0 ||
	    there.st_ino != ours.st_ino)
		return -EAGAIN;
	if (create) {
		int ret = journal_mark_as_roots(journal);

		if (ret < 0) {
			if (ours.st_size == 0) /* most likely made just now: nothing is lost */
				unlinkat(journal->directory_fd, journal->file, 0);
			return ret;
		}
	}
	return journal_count(journal);
}

static unsigned long long journal_our_network(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 ? st.st_ino : 0;
}

/*
 * Of an instance that was just killed the watcher holds the file, for the few milliseconds
 * that it takes to set forwarding back.
 */
static int journal_open_file_soon(struct journal *journal, bool create)
{
	enum { TRIES = 20 }; /* 200 ms */
	const struct timespec pause = {.tv_nsec = JOURNAL_LOCK_PAUSE * 1000000L};
	int ret = journal_open_file(journal, create);

	for (int i = 0; i < TRIES && ret == -EBUSY; i++) {
		nanosleep(&pause, NULL);
		close(journal->fd);
		ret = journal_open_file(journal, create);
	}
	return ret;
}

static int journal_open_either(struct journal *journal, const char *directory, const char *name,
			       bool create, struct problem *problem)
{
	enum { TRIES = 10 }; /* each means that another instance ended at that very moment */
	int ret = -EAGAIN;

	*journal = (struct journal){.directory_fd = -1, .fd = -1};
	journal->network = journal_our_network();
	snprintf(journal->directory, sizeof(journal->directory), "%s", directory);
	snprintf(journal->file, sizeof(journal->file), "%s%s", name, journal_suffix);
	for (int i = 0; i < TRIES && (ret == -EAGAIN || (create && ret == -ENOENT)); i++) {
		journal_close(journal);
		if (journal_open_directory(journal, create, problem) < 0) {
			journal_close(journal);
			return -1;
		}
		ret = journal_open_file_soon(journal, create);
	}
	if (ret == 0)
		return 0;
	journal_close(journal);
	if (ret == -EBUSY)
		return problem_set(problem, STATUS_HOST,
				   "a network named '%s' is running already; attach to it, stop "
				   "it, or use --name",
				   name);
	return problem_set(problem, !create && ret == -ENOENT ? 0 : STATUS_HOST,
			   "cannot open %s/%s: %s%s", directory, journal->file, strerror(-ret),
			   directory_advice(-ret));
}

int journal_open(struct journal *journal, const char *directory, const char *name,
		 struct problem *problem)
{
	return journal_open_either(journal, directory, name, true, problem);
}

int journal_open_existing(struct journal *journal, const char *directory, const char *name,
			  struct problem *problem)
{
	return journal_open_either(journal, directory, name, false, problem);
}

int journal_look(struct journal *journal, const char *directory, const char *name,
		 struct problem *problem)
{
	int ret;

	if (journal_open_either(journal, directory, name, false, problem) < 0) {
		if (problem->status != 0)
			return -1;
		journal->directory_fd =
			open(directory, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC);
	}
	ret = journal->directory_fd < 0 ? directory_can_make(directory)
					: directory_can_fill(directory);
	if (ret == 0)
		return 0;
	journal_refuse_directory(journal->directory_fd < 0 ? "create" : "write to", directory, -ret,
				 problem);
	journal_close(journal);
	return -1;
}

void journal_close(struct journal *journal)
{
	if (journal->fd >= 0)
		close(journal->fd);
	if (journal->directory_fd >= 0)
		close(journal->directory_fd);
	journal->fd = -1;
	journal->directory_fd = -1;
}

void journal_remove(struct journal *journal)
{
	char roots[sizeof(journal->file)];

	if (journal->fd < 0)
		return;
	journal_name_beside(journal, journal_roots_suffix, roots);
	unlinkat(journal->directory_fd, roots, 0); /* first, while nobody else has the name */
	unlinkat(journal->directory_fd, journal->file, 0);
	rmdir(journal->directory); /* fails, as it should, while anything is in it */
	journal_close(journal);
}

/* Whatever lies behind the whole lines is torn, by a crash or a full disk: it is written over. */
static int journal_write(struct journal *journal, char sign, const char *record)
{
	char line[JOURNAL_RECORD_MAX + 2];
	int length = snprintf(line, sizeof(line), "%c%s\n", sign, record);
	ssize_t n;

	if (length >= (int)sizeof(line) || strchr(record, '\n'))
		return -EINVAL;
	if (ftruncate(journal->fd, journal->size) < 0)
		return -errno;
	n = write(journal->fd, line, length);
	if (n != length)
		return n < 0 ? -errno : -ENOSPC;
	journal->size += length;
	return 0;
}

int journal_add(struct journal *journal, const char *record)
{
	int ret = -ENOSPC;

	if (journal->n_records < JOURNAL_RECORDS_MAX)
		ret = journal_write(journal, '+', record);
	if (ret == 0)
		journal->n_records++;
	return ret;
}

int journal_cancel(struct journal *journal, const char *record)
{
	int ret = journal_write(journal, '-', record);

	return ret < 0 ? ret : journal_count(journal); /* it may not have stood */
}

/* A file with these records, locked, in the place of the old one. 0, or -errno. */
static int journal_replace(struct journal *journal, const struct journal_records *records)
{
	char name[sizeof(journal->file)];
	struct journal renewed = *journal;
	int ret = 0;

	journal_name_beside(journal, journal_new_suffix, name);
	unlinkat(journal->directory_fd, name, 0);
	renewed.size = 0;
	renewed.fd = openat(journal->directory_fd, name,
			    O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, JOURNAL_FILE_MODE);
	if (renewed.fd < 0)
		return -errno;
	if (flock(renewed.fd, LOCK_EX | LOCK_NB) < 0)
		ret = -errno;
	for (unsigned i = 0; i < records->n && ret == 0; i++)
		ret = journal_write(&renewed, '+', records->text[i]);
	if (ret == 0 &&
	    renameat(journal->directory_fd, name, journal->directory_fd, journal->file) < 0)
		ret = -errno;
	if (ret == 0) {
		close(journal->fd);
		*journal = renewed;
		journal->n_records = records->n;
	} else {
		close(renewed.fd);
		unlinkat(journal->directory_fd, name, 0);
	}
	return ret;
}

static int journal_empty(struct journal *journal)
{
	if (ftruncate(journal->fd, 0) < 0)
		return -errno;
	journal->size = 0;
	journal->n_records = 0;
	return 0;
}

int journal_settle(struct journal *journal, bool new_network)
{
	struct journal_records *records;
	int ret;

	if (journal->size == 0)
		return 0;
	records = journal_records_read(journal->fd);
	if (!records)
		return -errno;
	journal_records_settle(records, new_network);
	if (records->n == 0)
		ret = journal_empty(journal);
	else
		ret = journal_replace(journal, records);
	free(records);
	return ret;
}

int journal_each(struct journal *journal, void (*each)(void *context, const char *record),
		 void *context)
{
	struct journal_records *records = journal_records_read(journal->fd);

	if (!records)
		return -errno;
	for (unsigned i = records->n; i-- > 0;)
		each(context, records->text[i]);
	free(records);
	return 0;
}

int journal_add_network(struct journal *journal)
{
	char record[32];

	snprintf(record, sizeof(record), "network %llu", journal->network);
	return journal_has(journal, record) ? 0 : journal_add(journal, record);
}

bool journal_is_elsewhere(struct journal *journal)
{
	struct journal_records *records = journal_records_read(journal->fd);
	bool elsewhere = records && journal_records_elsewhere(records, journal->network);

	free(records);
	return elsewhere;
}

static bool journal_file_has(const struct journal *journal, const char *file, const char *start,
			     char *record)
{
	int fd = openat(journal->directory_fd, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct journal_records *records;
	bool found = false;

	if (fd < 0)
		return false;
	records = journal_records_read(fd);
	if (records && journal_records_elsewhere(records, journal->network))
		records->n = 0;
	for (unsigned i = 0; records && i < records->n && !found; i++) {
		found = strncmp(records->text[i], start, strlen(start)) == 0;
		if (found && record)
			snprintf(record, JOURNAL_RECORD_MAX, "%s", records->text[i]);
	}
	free(records);
	close(fd);
	return found;
}

struct journal_search {
	const char *start;
	bool found;
};

static void journal_search_record(void *context, const char *record)
{
	struct journal_search *search = context;

	search->found |= strncmp(record, search->start, strlen(search->start)) == 0;
}

bool journal_has(struct journal *journal, const char *start)
{
	struct journal_search search = {.start = start};

	journal_each(journal, journal_search_record, &search);
	return search.found;
}

bool journal_others_have(struct journal *journal, const char *start, char *record)
{
	int fd = openat(journal->directory_fd, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool found = false;

	if (!directory) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(directory))) {
		const char *suffix = strrchr(entry->d_name, '.');

		if (suffix && strcmp(suffix, journal_suffix) == 0 &&
		    strcmp(entry->d_name, journal->file) != 0)
			found = journal_file_has(journal, entry->d_name, start, record);
	}
	closedir(directory);
	return found;
}

static int journal_wait_for_lock(const struct journal *journal)
{
	const struct timespec pause = {.tv_nsec = JOURNAL_LOCK_PAUSE * 1000000L};

	/* flock(2) itself would wait for ever. */
	for (int i = 0; i < JOURNAL_LOCK_MAX / JOURNAL_LOCK_PAUSE; i++) {
		if (flock(journal->directory_fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return -EBUSY;
}

int journal_lock_all(struct journal *journal)
{
	if (journal->locks == 0 && journal_wait_for_lock(journal) < 0)
		return -EBUSY;
	journal->locks++;
	return 0;
}

void journal_lock_all_or_go_on(struct journal *journal)
{
	if (journal_lock_all(journal) < 0)
		log_warning("another network has held the lock of %s for two seconds (is a "
			    "vde_vmnet stopped by Ctrl-Z?); going on without it",
			    journal->directory);
}

void journal_unlock_all(struct journal *journal)
{
	if (journal->locks > 0 && --journal->locks == 0)
		flock(journal->directory_fd, LOCK_UN);
}
