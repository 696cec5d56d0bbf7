/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an instance did to the host that the kernel will not undo when the
 * instance dies: one record a line in DIRECTORY/NAME.state, written before the
 * deed. The open file is also the lock that makes a name unique. A record that
 * was undone is cancelled by a later line; no whole line is ever rewritten in
 * place, so a SIGKILL between two writes loses nothing. A torn last line counts for
 * nothing, and the next record takes its place. Root's has an empty NAME.root
 * beside it, which keeps the service away. What belongs to another user is not
 * read, also where it is given to him meanwhile.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "problem.h"

#define UNDOLOG_SUFFIX ".state" /* of its file, after the network's name */

enum {
	UNDOLOG_RECORD_MAX = 512,
	UNDOLOG_RECORDS_MAX = 256,
	UNDOLOG_LOCK_MAX = 2000, /* ms; a lock is held while a device is made */
	UNDOLOG_LOCK_PAUSE = 10, /* ms between two tries */
};

struct undolog {
	int directory_fd; /* -1: closed */
	int fd;
	off_t size;		    /* bytes of whole lines */
	unsigned n_records;	    /* that stand */
	unsigned locks;		    /* of undolog_lock_all(), one within the other */
	unsigned long long network; /* the network namespace, by its number in nsfs */
	char directory[64];
	char file[48]; /* NAME.state */
};

/*
 * Opens (creates) the undo log and takes its lock. Creates directory (0711)
 * where it is missing; refuses one that another user could write. 0, or -1 with
 * *problem, also when the name is in use.
 */
int undolog_open(struct undolog *undolog, const char *directory, const char *name,
		 struct problem *problem);

/* Like undolog_open(), but creates nothing; *problem has status 0 where there is no undo log. */
int undolog_open_existing(struct undolog *undolog, const char *directory, const char *name,
			  struct problem *problem);

/*
 * Whether undolog_open() would succeed, without making anything: locks the undo log where there
 * is one; else fd is -1, and no record stands. 0, or -1 with *problem.
 */
int undolog_look(struct undolog *undolog, const char *directory, const char *name,
		 struct problem *problem);

/* Removes the file, and the directory when that was the last, and gives up the lock. */
void undolog_remove(struct undolog *undolog);

/* Gives up the lock and leaves the records to the next start. */
void undolog_close(struct undolog *undolog);

/*
 * Writes a record (no newline in it, shorter than JOURNAL_RECORD_MAX). 0, or
 * -errno: -ENOSPC when JOURNAL_RECORDS_MAX stand, or the disk is full.
 */
int undolog_add(struct undolog *undolog, const char *record);

/* Cancels a record that undolog_add() wrote. 0, or -errno. */
int undolog_cancel(struct undolog *undolog, const char *record);

/*
 * Says in the undo log which network namespace its other records are about, unless it
 * says so already. 0, or -errno.
 */
int undolog_add_network(struct undolog *undolog);

/*
 * Once all was undone that could be: forgets the network namespace where no other record
 * is left, or those that are left have a new one; and writes the file anew without what
 * was cancelled, which would grow with every start. The lock stays. 0, or -errno: the file
 * is as it was.
 */
int undolog_settle(struct undolog *undolog, bool new_network);

/* Whether it is another one than ours that the undo log's records are about. */
bool undolog_is_elsewhere(struct undolog *undolog);

/* Calls each() for every record that stands, the last first. 0, or -errno. */
int undolog_each(struct undolog *undolog, void (*each)(void *context, const char *record),
		 void *context);

/* Has every record that stands undone by who can read it, the last first. 0, or -errno. */
int undolog_undo(struct undolog *undolog,
		 bool (*undo)(struct undolog *undolog, const char *record));

/* Whether a record stands that starts so. */
bool undolog_has(struct undolog *undolog, const char *start);
