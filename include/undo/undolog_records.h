/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records in an undo log's file: those that were written and not cancelled. A torn last line
 * (SIGKILL, full disk) is ignored.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "undolog.h"

struct undolog_records {
	unsigned n;
	off_t size; /* bytes of whole lines */
	char text[UNDOLOG_RECORDS_MAX][UNDOLOG_RECORD_MAX + 2];
};

/*
 * Reads the file of fd, whose offset does not matter; the caller frees the result. NULL with errno:
 * EPERM if the file is another user's.
 */
struct undolog_records *undolog_records_read(int fd);

/* Bytes of the lines that were cancelled, and of those that cancel them. */
off_t undolog_records_waste(const struct undolog_records *records);

/* Whether it is the record of the network namespace that the others are about. */
bool undolog_records_is_network(const char *record);

/*
 * Whether they are about a network namespace other than ours. False for files of versions that did
 * not record it.
 */
bool undolog_records_elsewhere(const struct undolog_records *records, unsigned long long ours);

/*
 * Removes the record of the network namespace, if there are no others, or if the network is a new
 * one.
 */
void undolog_records_settle(struct undolog_records *records, bool new_network);
