/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that worker and connectors are executed from: a sealed copy in memory of
 * this one, which nobody may read. The kernel never lets a process of such a program be
 * looked into by others of its user, from the first instruction on: not traced, no
 * memory read, no descriptor taken out (ptrace(2), "access mode checking"). One copy is
 * made and kept; all processes share its memory.
 */
#pragma once

enum { PROGRAM_EXPOSURE_MAX = 128 };

struct program {
	int fd; /* what is executed; -1: closed */
	/* Why others of its user can look into a process of it at first; "": they cannot. */
	char exposure[PROGRAM_EXPOSURE_MAX];
};

/*
 * Makes a copy of the program at path ("/proc/self/exe" is this one). Where none can be
 * made, fd is the program itself, and exposure says why. 0, or -errno: there is no such
 * program. Close also after a failure, or twice.
 */
int program_open(struct program *program, const char *path);
void program_close(struct program *program);
