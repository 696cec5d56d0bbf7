/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --pidfile, as a step. */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_pidfile_up(struct host *host);
void host_pidfile_down(struct host *host);
