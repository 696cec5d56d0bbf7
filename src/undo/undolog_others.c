// SPDX-License-Identifier: GPL-2.0-or-later
#include "undolog_others.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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

bool undolog_others_have(struct undolog *undolog, const char *start, char *record)
{
	int fd = openat(undolog->directory_fd, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
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

		if (suffix && strcmp(suffix, UNDOLOG_SUFFIX) == 0 &&
		    strcmp(entry->d_name, undolog->file) != 0)
			found = undolog_file_has(undolog, entry->d_name, start, record);
	}
	closedir(directory);
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
