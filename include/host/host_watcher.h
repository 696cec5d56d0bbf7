/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step of the host process, in mode shared: a watcher is there before anything forwards,
 * and until nothing does (watcher.h).
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_watcher_up(struct host *host);
void host_watcher_down(struct host *host);
