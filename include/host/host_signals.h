/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signals that the loop handles. They are blocked from the very start: one that comes before
 * the loop runs is handled by it, in order.
 */
#pragma once

#include "host_state.h"

void host_signals_block(void);

/* For when no loop is going to run. */
void host_signals_unblock(void);

/* From here on the loop handles them. 0, or -1 with host->problem. */
int host_signals_up(struct host *host);
void host_signals_down(struct host *host);

/* Whether a signal to stop is pending. */
bool host_signals_tell_to_stop(void);
