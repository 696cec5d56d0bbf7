/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel tells of a process in /proc/PID/stat, proc_pid_stat(5). */
#pragma once

#include <stdint.h>
#include <sys/types.h>

enum { PROCSTAT_COMMAND_MAX = 16 }; /* TASK_COMM_LEN, with the end */

struct procstat {
	char command[PROCSTAT_COMMAND_MAX]; /* it may hold anything */
	char state;
	uint64_t user;	 /* ticks of processor time in its own code, in all */
	uint64_t system; /* and in the kernel */
	uint64_t begun;	 /* ticks since the start of the system */
};

/* 0, or -errno: -ENOENT where it is not there, or not shown to us. */
int procstat_read(struct procstat *stat, pid_t pid);
