/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program of another's, that we execute, may do from its first instruction on. */
#pragma once

struct confinement {
	const char *program; /* what is executed, by its path */
	const char *reads;   /* a directory with all in it, or NULL */
	const char *writes;  /* a file that is there */
};

/*
 * The child that executes it, as the last thing before; needs no_new_privs. It may use what a
 * program has to be loaded and to know its user by, what is named here, and nothing else of the
 * file system (landlock.h, where the kernel has that), and none of the calls of denylist.h. A
 * program that is a script is one that executes others, in a way of its administrator's: of that,
 * only these calls are forbidden. 0 with *listener as of denylist_enter(), or -errno.
 */
int confinement_enter(const struct confinement *confinement, int *listener);
