/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the TAPs, for a client of the control socket. */
#pragma once

#include "host_state.h"

/* Answers REQUEST_TAPS: a copy with a tapline for each; its counters are at most a second old. */
void host_taplist_answer(struct host *host, uint32_t token);
