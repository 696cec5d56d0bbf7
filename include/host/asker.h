/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that asked for something, while it exists. Its start time distinguishes it from a
 * later process with the same PID. The command is what it executes now.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "procstat.h"

/* Zeroed: unknown. */
struct asker {
	pid_t pid;
	uint64_t begun;			    /* ticks since boot; 0: /proc does not show it to us */
	char command[PROCSTAT_COMMAND_MAX]; /* "": unknown */
};

/* Notes the process that has this PID now. */
void asker_note(struct asker *asker, pid_t pid);

/* Looks again, and updates the command. If it is gone, pid becomes 0 and the command stays. */
void asker_look(struct asker *asker);
