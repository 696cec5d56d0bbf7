/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A step of the host process, in mode shared or with tap://: starts the watcher before anything
 * forwards, and keeps it until nothing does (watcher.h).
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_watcher_up(struct host *host);
void host_watcher_down(struct host *host);
