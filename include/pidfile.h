/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file with our process id. */
#pragma once

#include "problem.h"

struct pidfile {
	int fd; /* held locked while we live; -1: none */
	const char *path;
};

/*
 * Writes path (kept by reference): a new file, or one of ours that nobody
 * holds. Links are not followed. 0, or -1 with *problem.
 */
int pidfile_write(struct pidfile *pidfile, const char *path, struct problem *problem);

/* Removes the file. Takes one that was never written. */
void pidfile_remove(struct pidfile *pidfile);

/* Whether pidfile_write() would fail, without writing. 0, or -1 with *problem. */
int pidfile_check(const char *path, struct problem *problem);
