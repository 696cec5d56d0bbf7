/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has become of the TAPs, for a client of the control socket. */
#pragma once

#include "host_state.h"

/* Answers REQUEST_TAPS: a copy with a tapline of each; what it counts is at most a second old. */
void host_taplist_answer(struct host *host, uint32_t token);
