/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an external program that we execute may do from its first instruction on. */
#pragma once

struct confinement {
	const char *program; /* path of what is executed */
	const char *reads;   /* a directory with all its content, or NULL */
	const char *writes;  /* an existing file */
};

/*
 * Call it in the child, last before exec; needs no_new_privs. In the file system, the program can
 * use what any program needs to load and to look up its user, what is named here, and nothing else
 * (landlock.h, if the kernel has it). It can make none of the calls in denylist.h. A script
 * executes other programs, as its administrator wants; for it only those calls are forbidden. 0
 * with *listener as from denylist_enter(), or -errno.
 */
int confinement_enter(const struct confinement *confinement, int *listener);
