/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs what our rules drop: the first of each kind in a minute. */
#pragma once

#include "host_state.h"

int host_drops_up(struct host *host);
void host_drops_down(struct host *host);

/* Logs what was counted so far, a line for each reason; none if nothing was. */
void host_drops_log_counters(struct host *host);
