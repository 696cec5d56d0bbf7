/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program that worker and connectors are executed from: a sealed in-memory copy of this one
 * that nobody can read. The kernel never lets other processes of the same user look into a process
 * of such a program, from its first instruction on: no tracing, no reading memory, no taking
 * descriptors (ptrace(2), "access mode checking"). One copy is made and kept; all processes share
 * its memory.
 */
#pragma once

enum { PROGRAM_EXPOSURE_MAX = 128 };

struct program {
	int fd; /* what to execute; -1: closed */
	/* Why others of its user can look into a process of it at first; "": they cannot. */
	char exposure[PROGRAM_EXPOSURE_MAX];
};

/*
 * Makes a copy of the program at path ("/proc/self/exe" is this one). If none can be made, fd is
 * the program itself, and exposure says why. 0, or -errno: there is no such program. Call
 * program_close() also after a failure, or twice.
 */
int program_open(struct program *program, const char *path);
void program_close(struct program *program);
