/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What our rules do not let through is told: the first of each kind in a minute. */
#pragma once

#include "host_state.h"

int host_drops_up(struct host *host);
void host_drops_down(struct host *host);

/* Writes a line with what was counted so far, by reason; none where nothing was. */
void host_drops_log_counters(struct host *host);
