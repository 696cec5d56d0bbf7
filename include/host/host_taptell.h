/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which TAPs there are, as the worker is told, which has no other way to know. */
#pragma once

#include "host_state.h"

/* Tells a worker that is ready what has changed. What finds no room now is told the next time. */
void host_taptell(struct host *host);
