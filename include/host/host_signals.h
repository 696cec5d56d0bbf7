/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signals that the loop answers. They are blocked from the first moment on: one that comes
 * before the loop is answered by that, in order.
 */
#pragma once

#include "host_state.h"

void host_signals_block(void);

/* Where no loop is going to run. */
void host_signals_unblock(void);

/* From here on the loop answers them. 0, or -1 with host->problem. */
int host_signals_up(struct host *host);
void host_signals_down(struct host *host);

/* Whether one that means the end waits for the loop. */
bool host_signals_tell_to_stop(void);
