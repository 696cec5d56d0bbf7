// SPDX-License-Identifier: GPL-2.0-or-later
#include "undolog_others.h"

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

#include "log.h"
#include "undolog_records.h"

static bool undolog_file_has(const struct undolog *undolog, const char *file, const char *start,
			     char *record)
{
	int fd = openat(undolog->directory_fd, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct undolog_records *records;
	bool found = false;

	if (fd < 0)
		return false;
	records = undolog_records_read(fd);
	if (records && undolog_records_elsewhere(records, undolog->network))
		records->n = 0;
	for (unsigned i = 0; records && i < records->n && !found; i++) {
		found = strncmp(records->text[i], start, strlen(start)) == 0;
		if (found && record)
			snprintf(record, UNDOLOG_RECORD_MAX, "%s", records->text[i]);
	}
	free(records);
	close(fd);
	return found;
}

/* The next undo log in the directory, but for that file; NULL at the end. */
static const char *undolog_next_other(DIR *directory, const char *file)
{
	const struct dirent *entry;

	while ((entry = readdir(directory))) {
		const char *suffix = strrchr(entry->d_name, '.');

		if (suffix && strcmp(suffix, UNDOLOG_SUFFIX) == 0 &&
		    strcmp(entry->d_name, file) != 0)
			return entry->d_name;
	}
	return NULL;
}

bool undolog_others_have(struct undolog *undolog, const char *start, char *record)
{
	int fd = openat(undolog->directory_fd, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const char *file;
	bool found = false;

	if (!directory) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (file = undolog_next_other(directory, undolog->file)))
		found = undolog_file_has(undolog, file, start, record);
	closedir(directory);
	return found;
}

/*
 * Whether it is ours, nobody has its lock, and it has a record. An instance that starts at this
 * moment tries again to get the lock.
 */
static bool undolog_is_left(const struct undolog *undolog, const char *file)
{
	int fd =
		openat(undolog->directory_fd, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	/* In this order: a file that its owner has just replaced has no lock, and no name. */
	bool left = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) == 0 && fstat(fd, &st) == 0 &&
		    S_ISREG(st.st_mode) && st.st_uid == geteuid() && st.st_nlink > 0;

	if (fd >= 0)
		close(fd);
	return left && undolog_file_has(undolog, file, "", NULL);
}

bool undolog_find_killed(const char *directory, const char *name, char killed[UNDOLOG_NAME_MAX])
{
	DIR *stream = opendir(directory);
	struct undolog undolog = {.network = undolog_our_network()};
	const char *file;
	bool found = false;

	if (!stream)
		return false;
	undolog.directory_fd = dirfd(stream);
	snprintf(undolog.file, sizeof(undolog.file), "%s%s", name, UNDOLOG_SUFFIX);
	while (!found && (file = undolog_next_other(stream, undolog.file))) {
		size_t length = strlen(file) - strlen(UNDOLOG_SUFFIX);

		found = length < UNDOLOG_NAME_MAX && undolog_is_left(&undolog, file);
		if (found)
			snprintf(killed, UNDOLOG_NAME_MAX, "%.*s", (int)length, file);
	}
	closedir(stream);
	return found;
}

static int undolog_wait_for_lock(const struct undolog *undolog)
{
	const struct timespec pause = {.tv_nsec = UNDOLOG_LOCK_PAUSE * 1000000L};

	/* flock(2) itself would wait for ever. */
	for (int i = 0; i < UNDOLOG_LOCK_MAX / UNDOLOG_LOCK_PAUSE; i++) {
		if (flock(undolog->directory_fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		nanosleep(&pause, NULL);
	}
	return -EBUSY;
}

int undolog_lock_all(struct undolog *undolog)
{
	if (undolog->locks == 0 && undolog_wait_for_lock(undolog) < 0)
		return -EBUSY;
	undolog->locks++;
	return 0;
}

void undolog_lock_all_or_go_on(struct undolog *undolog)
{
	if (undolog_lock_all(undolog) < 0)
		log_warning("another network has kept %s locked for two seconds (is a vde_vmnet "
			    "stopped by Ctrl-Z?); continuing without the lock",
			    undolog->directory);
}

void undolog_unlock_all(struct undolog *undolog)
{
	if (undolog->locks > 0 && --undolog->locks == 0)
		flock(undolog->directory_fd, LOCK_UN);
}
