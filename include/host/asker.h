/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that asked for something, as long as it is there: known again by when it began, for
 * another may get its number. What it executes is as it is now.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "procstat.h"

/* Zeroed: nobody knows who it is. */
struct asker {
	pid_t pid;
	uint64_t begun; /* ticks since the start of the system; 0: its files are not shown to us */
	char command[PROCSTAT_COMMAND_MAX]; /* "": not known */
};

/* Notes who has that number now. */
void asker_note(struct asker *asker, pid_t pid);

/* Looks again: what it executes now; pid is 0 where it is gone, and the command as it was last. */
void asker_look(struct asker *asker);
