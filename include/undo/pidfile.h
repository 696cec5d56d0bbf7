/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file with our process id. Its directory may be another's: nothing that its
 * owner puts there, or in the way to it, leads us elsewhere.
 */
#pragma once

#include "problem.h"

struct pidfile {
	int fd;		  /* held locked while we live; -1: none */
	int directory;	  /* where it is; -1: none */
	const char *name; /* in there */
};

/*
 * Writes path (kept by reference): a new file, in the place of one of ours that
 * nobody holds. Links are not followed, but for root's and ours in the way there.
 * Not for two at once: others are kept away by the caller. 0, or -1 with *problem.
 */
int pidfile_write(struct pidfile *pidfile, const char *path, struct problem *problem);

/* Removes the file. Takes one that was never written. */
void pidfile_remove(struct pidfile *pidfile);

/* Whether pidfile_write() would fail, without writing. 0, or -1 with *problem. */
int pidfile_check(const char *path, struct problem *problem);

/* Removes the file at path if it is one of ours that nobody holds. */
void pidfile_clean(const char *path);
