/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The copy of the program in memory that its parts are executed from, as a step. */
#pragma once

#include "host_state.h"

/*
 * Says, or refuses the start, where the copy does not keep other processes of the worker's user
 * out of the worker. 0, or -1 with host->problem.
 */
int host_program_up(struct host *host);
void host_program_down(struct host *host);
