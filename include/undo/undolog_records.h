/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records that stand in an undo log's file: those that were written and not
 * cancelled. A cut last line (SIGKILL, full disk) is left out.
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
 * Reads the file behind fd, whose offset does not matter; freed by the caller. NULL with
 * errno: EPERM where the file is another user's.
 */
struct undolog_records *undolog_records_read(int fd);

/* Whether it says which network namespace the others are about. */
bool undolog_records_is_network(const char *record);

/* Whether they are about another network namespace than ours. Of versions that did not say: no. */
bool undolog_records_elsewhere(const struct undolog_records *records, unsigned long long ours);

/*
 * Takes out what says which network namespace the others are about, where there are none,
 * or where the network is a new one.
 */
void undolog_records_settle(struct undolog_records *records, bool new_network);
