/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an instance did to the host that the kernel will not undo when the instance dies: one record
 * per line in DIRECTORY/NAME.state, written before the deed. The open file is also the lock that
 * makes a name unique. When a record has been undone, a later line cancels it. Whole lines are
 * never rewritten in place; a file without what was cancelled takes the place of the old one when
 * it is complete. So a SIGKILL between two writes loses nothing. A torn last line does not count,
 * and the next record overwrites it. Next to root's undo log is an empty NAME.root, which keeps the
 * service away. A file that belongs to another user is not read, even if it was given to that user
 * while open.
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
	UNDOLOG_WASTE_MAX = 4096, /* bytes: some 80 restarts of dnsmasq */
	UNDOLOG_LOCK_MAX = 2000,  /* ms; the lock is held while a device is created */
	UNDOLOG_LOCK_PAUSE = 10,  /* ms between two attempts */
};

struct undolog {
	int directory_fd; /* -1: closed */
	int fd;
	off_t size;		    /* bytes of whole lines */
	off_t waste;		    /* of them, what no longer matters: it was cancelled */
	unsigned n_records;	    /* not cancelled */
	unsigned locks;		    /* nested calls of undolog_lock_all() */
	unsigned long long network; /* the network namespace's inode number in nsfs */
	char directory[64];
	char file[48]; /* NAME.state */
};

/* The inode number of our network namespace; 0 if it is not known. */
unsigned long long undolog_our_network(void);

/*
 * Opens (creates) the undo log and takes its lock. Creates directory (0711) if it is missing;
 * refuses one that another user could write to. 0, or -1 with *problem, also if the name is in use.
 */
int undolog_open(struct undolog *undolog, const char *directory, const char *name,
		 struct problem *problem);

/* To undo what it says: creates nothing; *problem has status 0 if there is no undo log. */
int undolog_open_existing(struct undolog *undolog, const char *directory, const char *name,
			  struct problem *problem);

/*
 * Whether undolog_open() would succeed, without creating anything. Locks the undo log if there is
 * one; else fd is -1, and there are no records. 0, or -1 with *problem.
 */
int undolog_look(struct undolog *undolog, const char *directory, const char *name,
		 struct problem *problem);

/* Removes the file, and the directory if it is empty then, and gives up the lock. */
void undolog_remove(struct undolog *undolog);

/* Gives up the lock and leaves the records to the next start. */
void undolog_close(struct undolog *undolog);

/*
 * Writes a record (without newline, shorter than UNDOLOG_RECORD_MAX). 0, or -errno: -ENOSPC if
 * there are already UNDOLOG_RECORDS_MAX, or the disk is full. If more than UNDOLOG_WASTE_MAX of the
 * file was cancelled, replaces it first, and keeps the lock. (Not when records are cancelled: that
 * is what a stop does, and "vde_vmnetctl stop" takes another file for a new run of the network.)
 */
int undolog_add(struct undolog *undolog, const char *record);

/* Cancels a record that undolog_add() wrote. 0, or -errno. */
int undolog_cancel(struct undolog *undolog, const char *record);

/*
 * Records which network namespace the other records are about, unless that is already there. 0, or
 * -errno.
 */
int undolog_add_network(struct undolog *undolog);

/*
 * After everything possible was undone: removes the record of the network namespace if no other
 * record is left, or if those that are left get a new one; and rewrites the file without what was
 * cancelled, which would otherwise grow with every start. Keeps the lock. 0, or -errno: the file is
 * unchanged.
 */
int undolog_settle(struct undolog *undolog, bool new_network);

/* Whether the undo log's records are about a network namespace other than ours. */
bool undolog_is_elsewhere(struct undolog *undolog);

/* Calls each() for every record that is not cancelled, the last first. 0, or -errno. */
int undolog_each(struct undolog *undolog, void (*each)(void *context, const char *record),
		 void *context);

/* Calls undo() for every record that is not cancelled, the last first. 0, or -errno. */
int undolog_undo(struct undolog *undolog,
		 bool (*undo)(struct undolog *undolog, const char *record));

/* Whether there is a record, not cancelled, that begins with start. */
bool undolog_has(struct undolog *undolog, const char *start);
