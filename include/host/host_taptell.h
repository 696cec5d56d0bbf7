/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells the worker which TAPs there are; it has no other way to know. */
#pragma once

#include "host_state.h"

/* Tells a worker that is ready what has changed. What does not fit now is sent next time. */
void host_taptell(struct host *host);
