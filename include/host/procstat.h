/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel says of a process in /proc/PID/stat, proc_pid_stat(5). */
#pragma once

#include <stdint.h>
#include <sys/types.h>

enum { PROCSTAT_COMMAND_MAX = 16 }; /* TASK_COMM_LEN, with the NUL */

struct procstat {
	char command[PROCSTAT_COMMAND_MAX]; /* may contain anything */
	char state;
	uint64_t user;	 /* total ticks of CPU time in user mode */
	uint64_t system; /* and in kernel mode */
	uint64_t begun;	 /* ticks since boot */
};

/* 0, or -errno: -ENOENT if it does not exist or is hidden from us. */
int procstat_read(struct procstat *stat, pid_t pid);
