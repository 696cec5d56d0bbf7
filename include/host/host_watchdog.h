/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the service manager has a watchdog, it is fed only while the worker
 * answers: frames that nobody moves are a failure, however well the host
 * process is. A step of host.c.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_watchdog_up(struct host *host);
void host_watchdog_down(struct host *host);

/* The worker answered. */
void host_watchdog_answered(struct host *host);
