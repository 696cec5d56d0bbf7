/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file with our process id. Its directory may be another user's: nothing that this user puts
 * there, or on the way to it, can redirect us.
 */
#pragma once

#include "problem.h"

struct pidfile {
	int fd;		  /* locked while we live; -1: none */
	int directory;	  /* the file's; -1: none */
	const char *name; /* in that directory */
};

/*
 * Writes path (kept by reference): a new file, which may replace one of ours that nobody holds. A
 * link on the way is followed only if it is root's or ours, or if its target has the same owner.
 * Not safe for two at once: the caller keeps others away. 0, or -1 with *problem.
 */
int pidfile_write(struct pidfile *pidfile, const char *path, struct problem *problem);

/* Removes the file. Takes one that was never written. */
void pidfile_remove(struct pidfile *pidfile);

/* Whether pidfile_write() would fail, without writing. 0, or -1 with *problem. */
int pidfile_check(const char *path, struct problem *problem);

/* Removes the file at path if it is one of ours that nobody holds. */
void pidfile_clean(const char *path);
