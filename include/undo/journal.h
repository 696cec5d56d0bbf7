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

enum {
	JOURNAL_RECORD_MAX = 512,
	JOURNAL_RECORDS_MAX = 256,
	JOURNAL_LOCK_MAX = 2000, /* ms; a lock is held while a device is made */
};

struct journal {
	int directory_fd; /* -1: closed */
	int fd;
	off_t size;		    /* bytes of whole lines */
	unsigned n_records;	    /* that stand */
	unsigned locks;		    /* of journal_lock_all(), one within the other */
	unsigned long long network; /* the network namespace, by its number in nsfs */
	char directory[64];
	char file[48]; /* NAME.state */
};

/*
 * Opens (creates) the journal and takes its lock. Creates directory (0711)
 * where it is missing; refuses one that another user could write. 0, or -1 with
 * *problem, also when the name is in use.
 */
int journal_open(struct journal *journal, const char *directory, const char *name,
		 struct problem *problem);

/* Like journal_open(), but creates nothing; *problem has status 0 where there is no journal. */
int journal_open_existing(struct journal *journal, const char *directory, const char *name,
			  struct problem *problem);

/*
 * Whether journal_open() would succeed, without making anything: locks the journal where there
 * is one; else fd is -1, and no record stands. 0, or -1 with *problem.
 */
int journal_look(struct journal *journal, const char *directory, const char *name,
		 struct problem *problem);

/* Removes the file, and the directory when that was the last, and gives up the lock. */
void journal_remove(struct journal *journal);

/* Gives up the lock and leaves the records to the next start. */
void journal_close(struct journal *journal);

/*
 * Writes a record (no newline in it, shorter than JOURNAL_RECORD_MAX). 0, or
 * -errno: -ENOSPC when JOURNAL_RECORDS_MAX stand, or the disk is full.
 */
int journal_add(struct journal *journal, const char *record);

/* Cancels a record that journal_add() wrote. 0, or -errno. */
int journal_cancel(struct journal *journal, const char *record);

/*
 * Says in the journal which network namespace its other records are about, unless it
 * says so already. 0, or -errno.
 */
int journal_add_network(struct journal *journal);

/*
 * Once all was undone that could be: forgets the network namespace where no other record
 * is left, or those that are left have a new one; and writes the file anew without what
 * was cancelled, which would grow with every start. The lock stays. 0, or -errno: the file
 * is as it was.
 */
int journal_settle(struct journal *journal, bool new_network);

/* Whether it is another one than ours that the journal's records are about. */
bool journal_is_elsewhere(struct journal *journal);

/* Calls each() for every record that stands, the last first. 0, or -errno. */
int journal_each(struct journal *journal, void (*each)(void *context, const char *record),
		 void *context);

/* Whether a record stands that starts so. */
bool journal_has(struct journal *journal, const char *start);

/*
 * Whether the journal of another name, in our network namespace, has a standing
 * record that starts so;
 * copied to record (JOURNAL_RECORD_MAX bytes) unless that is NULL.
 */
bool journal_others_have(struct journal *journal, const char *start, char *record);

/*
 * A lock over all instances in this directory. Waits for it, at most JOURNAL_LOCK_MAX: one
 * that was stopped (Ctrl-Z) while it has the lock must not stop all the others. A caller may hold
 * it already; the last unlock opens it. 0, or -EBUSY.
 */
int journal_lock_all(struct journal *journal);

/* For what has to be done all the same: after that time it goes on without, which is logged. */
void journal_lock_all_or_go_on(struct journal *journal);

/* Takes back one lock, if there is one. */
void journal_unlock_all(struct journal *journal);
