/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room for bursts of frames in the emulators' sockets, as a step. */
#pragma once

#include "host_state.h"

/* Always 0: if there is no room to be had, that is a warning. */
int host_queue_up(struct host *host);
void host_queue_down(struct host *host);
