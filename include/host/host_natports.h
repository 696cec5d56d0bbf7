/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports when guests have used up their ports to a destination. Our rules count what the kernel
 * drops then (natrules.h); the counter is read once a minute, on SIGUSR1 and at the end.
 */
#pragma once

#include "host_state.h"

/* 0, or -1 with host->problem. */
int host_natports_up(struct host *host);
void host_natports_down(struct host *host);

/* Logs the counter. */
void host_natports_log_counter(struct host *host);
