/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The copy of the program in memory, from which its parts are executed, as a step. */
#pragma once

#include "host_state.h"

/*
 * Warns, or refuses to start, if the copy does not protect the worker from other processes of its
 * user. 0, or -1 with host->problem.
 */
int host_program_up(struct host *host);
void host_program_down(struct host *host);
