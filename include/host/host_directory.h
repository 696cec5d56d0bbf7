/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory of our own switch in RUNDIR, as a step. */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_directory_up(struct host *host);
void host_directory_down(struct host *host);
