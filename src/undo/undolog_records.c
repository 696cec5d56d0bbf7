// SPDX-License-Identifier: GPL-2.0-or-later
#include "undolog_records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void undolog_records_take(struct undolog_records *records, const char *line)
{
	if (line[0] == '+' && records->n < UNDOLOG_RECORDS_MAX) {
		snprintf(records->text[records->n++], sizeof(records->text[0]), "%s", line + 1);
		return;
	}
	for (unsigned i = records->n; line[0] == '-' && i-- > 0;) {
		if (strcmp(records->text[i], line + 1) != 0)
			continue;
		records->n--;
		memmove(records->text[i], records->text[i + 1],
			(records->n - i) * sizeof(records->text[0]));
		return;
	}
}

/*
 * The owner can change while we have the file open: what another user may have written is not read.
 */
static bool undolog_records_are_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid();
}

struct undolog_records *undolog_records_read(int fd)
{
	struct undolog_records *records = NULL;
	char line[UNDOLOG_RECORD_MAX + 2];

	if (undolog_records_are_ours(fd))
		records = calloc(1, sizeof(*records));
	else
		errno = EPERM;

	while (records) {
		ssize_t n = pread(fd, line, sizeof(line) - 1, records->size);
		char *end = n > 0 ? memchr(line, '\n', n) : NULL;

		if (n < 0) { /* no partial result: the rest of the file would be overwritten */
			free(records);
			return NULL;
		}
		if (!end)
			break;
		*end = '\0';
		records->size += end - line + 1;
		undolog_records_take(records, line);
	}
	return records;
}

off_t undolog_records_waste(const struct undolog_records *records)
{
	off_t waste = records->size;

	for (unsigned i = 0; i < records->n; i++)
		waste -= (off_t)strlen(records->text[i]) + 2; /* sign and newline */
	return waste;
}

static bool undolog_records_read_network(const char *record, unsigned long long *network)
{
	return sscanf(record, "network %llu", network) == 1;
}

bool undolog_records_is_network(const char *record)
{
	unsigned long long network;

	return undolog_records_read_network(record, &network);
}

bool undolog_records_elsewhere(const struct undolog_records *records, unsigned long long ours)
{
	unsigned long long network;

	for (unsigned i = 0; i < records->n; i++) {
		if (undolog_records_read_network(records->text[i], &network))
			return network != ours;
	}
	return false;
}

void undolog_records_settle(struct undolog_records *records, bool new_network)
{
	unsigned others = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < records->n; i++)
		others += !undolog_records_is_network(records->text[i]);
	for (unsigned i = 0; i < records->n; i++) {
		if (undolog_records_is_network(records->text[i]) && (new_network || others == 0))
			continue;
		memmove(records->text[n++], records->text[i], sizeof(records->text[0]));
	}
	records->n = n;
}
